"""Tests how the command line is read; what it answers is in test_cli."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from specrun.commands.grammar import ALIASES
from specrun.commands.verbs import dispatch

ROOT = Path(__file__).parents[2]
VERB = """
import click
@click.command()
@click.pass_obj
def command(directory):
    '''Do.'''
    print(directory)
    return 5
"""


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    (tmp_path / "a_verb.py").write_text(VERB)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "a_verb", raising=False)
    return {"go": "a_verb", "broken": "there_is_no_such_module"}


def test_only_the_verb_asked_for_is_imported(
    modules: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert dispatch(["go"], modules) == 5
    assert capsys.readouterr().out == "None\n"


def test_the_folder_may_stand_at_either_side(
    modules: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    below = tmp_path / "below"
    below.mkdir()
    dispatch(["-C", str(below), "go"], modules)
    dispatch(["go", "-C", str(below)], modules)
    dispatch(["-C", str(tmp_path), "go", "-C", str(below)], modules)
    assert capsys.readouterr().out == f"{below}\n" * 3


def test_a_missing_folder_is_a_usage_error(
    modules: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert dispatch(["go", "-C", "nowhere"], modules) == 64
    assert "'nowhere' does not exist. Try 'specrun go --help'." in capsys.readouterr().err


def test_help_loads_no_heavy_library() -> None:
    script = """
import sys
from specrun.cli import run
run(["apply", "--help"])
heavy = {"pydantic", "ruamel", "jinja2", "libtmux", "watchfiles", "tabulate", "rich"}
print(*sorted(heavy & set(sys.modules)), file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ("--detach" in done.stdout, done.stderr) == (True, "\n")


def test_the_list_of_verbs_is_by_what_they_are_for_and_imports_none(
    modules: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    named = {"diff": "there_is_no_such_module", "go": modules["go"], "logs": "there_is_no_such_module"}
    dispatch(["--help"], named)
    rows = capsys.readouterr().out.splitlines()
    start, look, more = (rows.index(title) for title in ("Start:", "Look:", "More:"))
    assert rows[start + 1].startswith("  diff  Show what an apply would do")
    assert rows[look + 1].startswith("  logs  ")
    assert rows[more + 1] == "  go  Do."
    assert "Operate:" not in rows


def test_an_alias_is_its_verb_and_stands_below_the_list(
    modules: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    named = {"diff": modules["go"], "explain": "there_is_no_such_module"}
    assert dispatch(["plan"], named) == 5
    assert dispatch(["plan", "--help"], named) == 0
    assert "Usage: specrun plan" in capsys.readouterr().out
    assert ALIASES == {"plan": "diff", "why": "explain"}
    dispatch(["pln"], named)
    assert "Did you mean 'plan'?" in capsys.readouterr().err
    assert dispatch(["plan"], modules) == 64


def test_aliases_are_no_further_lines_of_the_list(
    capsys: pytest.CaptureFixture[str], modules: dict[str, str]
) -> None:
    dispatch(["--help"], {"go": modules["go"]})
    told = capsys.readouterr().out
    assert told.endswith("Aliases: plan is diff, why is explain.\n")
    assert "\n  plan" not in told
