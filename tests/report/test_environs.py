"""Tests what is said of variables and selectors."""

from __future__ import annotations

import re
from pathlib import Path

from specrun.reconcile.environment import check_environment, worker_environment
from specrun.report.environs import READ, WORKERS, page, selectors
from specrun.report.handbook import Entry, text
from specrun.system.processes import MARKER
from tests.report.values import task

ROOT = Path(__file__).parents[2]
TMUX = {"TMUX", "TMUX_TMPDIR"}
"""What only tmux itself goes by."""


def test_every_variable_that_workers_get_from_specrun_is_told() -> None:
    one = task("demo/a")
    given = {*worker_environment(one, {}, attempt=1, base=None)}
    given |= {*check_environment(one, {}, attempt=1, base=None, check="test")}
    own = {name for name in given if name.startswith("SPECRUN_")} - {MARKER}
    assert own - {*WORKERS} == set()
    assert {"SPECRUN_OUTPUT", "SPECRUN_VERDICT"} == {*WORKERS} - own


def test_every_variable_that_specrun_reads_by_name_is_told() -> None:
    code = "".join(path.read_text() for path in sorted((ROOT / "specrun").rglob("*.py")))
    read = set(re.findall(r"\benv(?:iron)?\.get\(\s*\"([A-Z_]+)\"", code))
    assert {"SPECRUN_HOME", "NO_COLOR", "CI", "SHELL"} <= read
    assert {one for one in read if not one.startswith("GIT_")} - {*READ} == {"HOME", "SPECRUN_DIR", *TMUX}


def test_the_page_has_all_of_them_and_those_of_options() -> None:
    told = text(page([Entry(term="SPECRUN_APPLY_JOBS", text="As `--jobs` of `apply`.")]), room=200)
    assert all(f"\n  {name} " in told for name in (*READ, *WORKERS))
    assert "  SPECRUN_APPLY_JOBS  As `--jobs` of `apply`.\n" in told


def test_selectors_are_told_with_their_options() -> None:
    told = text(selectors([Entry(term="--only TASK", text="This one.")]))
    assert told.endswith("Options:\n  --only TASK  This one.\n")
    assert "`spec/task`" in told
