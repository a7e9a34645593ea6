"""Tests going on in the background; on a terminal it is in tests/scenarios."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.conftest import Spec
from tests.poll import until

ROOT = Path(__file__).parents[2]
SCRIPT = """
import json, sys
from pathlib import Path
from specrun import wiring
from specrun.api.asking import Going, selecting
from specrun.api.preparing import Asked, prepared
from specrun.api.previewing import Called
from specrun.commands import parting
from tests.api.test_preparing import GOING
project = wiring.open_project(Path.cwd(), ())
project.layout.create()
picked = json.loads(sys.argv[5])
asked = Asked(
    going=Going(**{**GOING, **json.loads(sys.argv[1])}),
    watch=sys.argv[2] == "watch",
    selecting=selecting(picked),
    called=Called(Path("../repo"), ("demo",)) if picked else Called(None, ()),
)
split = parting.detached(prepared(project, asked), left=sys.argv[3] == "left")
if sys.argv[4] == "cut":
    split.cut_loose()
print("child")
sys.exit(5)
"""


def parted(
    repo: Path,
    *,
    as_json: bool = False,
    watch: str = "",
    left: str = "",
    cut: str = "cut",
    picked: str = "{}",
) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, json.dumps({"as_json": as_json}), watch, left, cut, picked],
        cwd=repo,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, re.sub(r"\d+", "N", done.stderr)


def test_the_parent_says_where_the_log_is(spec: Spec, repo: Path) -> None:
    spec("one: {prompt: 'true'}")
    code, out, err = parted(repo)
    assert (code, err) == (
        0,
        "specrun goes on in the background (process N); see specrun status or specrun wait.\n",
    )
    until(lambda: Path(out.strip()).read_text() == "child\n")
    assert json.loads(parted(repo, as_json=True)[1])["type"] == "detached"


def test_who_leaves_a_view_is_told_how_to_come_back(spec: Spec, repo: Path) -> None:
    spec("one: {prompt: 'true'}")
    code, out, err = parted(repo, left="left")
    assert (code, out) == (0, "")
    first, log, *rest = err.splitlines()
    assert first == "specrun goes on in the background (process N); its log:"
    assert log.startswith("/")
    assert [one.split("   ")[0].strip() for one in rest] == [
        "specrun status --watch",
        "specrun wait",
        "specrun stop --all",
    ]


@pytest.mark.parametrize("left", ["", "left"])
def test_the_way_back_is_to_the_same_tasks_from_the_same_folder(spec: Spec, repo: Path, left: str) -> None:
    spec("one: {prompt: 'true'}\ntwo: {prompt: 'true'}")
    told = parted(repo, left=left, picked='{"only": "o*"}')[2]
    assert "specrun -C ../repo wait demo --only 'o*'" in told
    assert f"specrun -C ../repo status {'--watch ' if left else ''}demo --only 'o*'" in told


def test_one_that_watches_is_ended_by_its_number(spec: Spec, repo: Path) -> None:
    spec("one: {prompt: 'true'}")
    assert (
        "in the background until it is told to end (kill N);" in parted(repo, watch="watch", left="left")[2]
    )


@pytest.mark.parametrize("left", ["", "left"])
def test_a_child_that_ends_at_once_answers_for_both(spec: Spec, repo: Path, left: str) -> None:
    spec("one: {prompt: 'true'}")
    assert parted(repo, left=left, cut="") == (5, "child\n", "")
    state = Path(os.environ["SPECRUN_HOME"])
    assert list(state.glob("*/logs/*")) == []
