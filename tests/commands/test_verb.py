"""Tests what every verb gets: variables for its options, and a page of help."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import pytest

from specrun.cli import COMMANDS
from specrun.commands.verb import dressed, variable
from specrun.commands.verbs import dispatch, grouped
from specrun.report.environs import READ, WORKERS
from specrun.report.text import width

VERB = """
import click
@click.command(short_help="Does.")
@click.argument("names", nargs=-1)
@click.option("-j", "--jobs", type=click.IntRange(1), metavar="N", help="At most.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--only", multiple=True, metavar="TASK", help="This one.")
@click.option("-n", "number", type=int, help="How many.")
@click.option("--as-it-is/--changed", default=True, help="Either.")
def command(names, jobs, yes, only, number, as_it_is):
    '''Do it.

    And more.
    '''
    print(names, jobs, yes, only, number, as_it_is)
"""


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    (tmp_path / "heard.py").write_text(VERB)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "heard", raising=False)
    return {"diff": "heard"}


@pytest.mark.parametrize(
    ("arguments", "variables", "told"),
    [
        ([], {}, "() None False () None True"),
        ([], {"SPECRUN_DIFF_JOBS": "2", "SPECRUN_DIFF_YES": "1"}, "() 2 True () None True"),
        ([], {"SPECRUN_DIFF_YES": "no", "SPECRUN_DIFF_AS_IT_IS": "0"}, "() None False () None False"),
        (
            [],
            {"SPECRUN_DIFF_ONLY": "a  b/c", "SPECRUN_DIFF_NUMBER": "7"},
            "() None False ('a', 'b/c') 7 True",
        ),
        (["--jobs", "3"], {"SPECRUN_DIFF_JOBS": "2"}, "() 3 False () None True"),
        (["--only", "x"], {"SPECRUN_DIFF_ONLY": "a b"}, "() None False ('x',) None True"),
        ([], {"SPECRUN_DIFF_JOBS": "", "SPECRUN_DIFF_YES": ""}, "() None False () None True"),
        ([], {"SPECRUN_DIFF_NAMES": "x", "SPECRUN_JOBS": "9"}, "() None False () None True"),
    ],
)
def test_options_come_from_variables_too_by_the_name_of_the_verb(
    modules: dict[str, str],
    arguments: list[str],
    variables: dict[str, str],
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    for word in ("diff", "plan"):
        dispatch([word, *arguments], modules)
    assert capsys.readouterr().out == f"{told}\n" * 2


def test_a_wrong_value_is_told_of_where_it_comes_from(
    modules: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SPECRUN_DIFF_JOBS", "many")
    assert dispatch(["diff"], modules) == 64
    assert "Invalid value for SPECRUN_DIFF_JOBS (--jobs): 'many'" in capsys.readouterr().err
    assert dispatch(["diff", "--jobs", "few"], modules) == 64
    assert "Invalid value for '-j' / '--jobs': 'few'" in capsys.readouterr().err


def test_no_two_options_share_a_variable_and_none_is_taken() -> None:
    group = grouped(COMMANDS)
    ctx = click.Context(group)
    found = [
        str(one.envvar)
        for verb in COMMANDS
        if (command := group.get_command(ctx, verb)) is not None
        for one in command.params
        if one.envvar
    ]
    assert len(found) == len(set(found)) > 50
    assert set(found) & {*READ, *WORKERS, "SPECRUN_DIR", "SPECRUN_COLOR", "SPECRUN_QUIET"} == set()
    assert {"SPECRUN_APPLY_JOBS", "SPECRUN_APPLY_YES", "SPECRUN_DIFF_JSON"} < set(found)


def test_a_variable_is_called_by_the_long_name() -> None:
    assert variable("apply", click.Option(["-r", "--retry-failed"])) == "SPECRUN_APPLY_RETRY_FAILED"
    assert variable("history", click.Option(["-n", "number"])) == "SPECRUN_HISTORY_NUMBER"


def test_help_is_a_page(modules: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert dispatch(["diff", "--help"], modules) == 0
    told = capsys.readouterr().out
    parts = [row for row in told.splitlines() if row.endswith(":") and not row.startswith(" ")]
    assert parts == ["Options:", "Options of every verb:", "Examples:", "Exit codes:", "See also:"]
    assert told.startswith("Usage: specrun diff [OPTIONS] [NAMES]...\n\nDo it.\n\nAnd more.\n\nOptions:\n")
    assert "  -y, --yes               Do not ask.  [env: SPECRUN_DIFF_YES]\n" in told
    assert "\xa0" not in told


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_every_help_fits_the_terminal(
    columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    for verb in COMMANDS:
        dispatch([verb, "--help"], COMMANDS)
        told = capsys.readouterr().out
        if columns >= 80:
            assert [row for row in told.splitlines() if width(row) > min(columns, 100)] == []


def test_an_option_of_its_own_goes_before_one_of_all_verbs() -> None:
    @click.command()
    @click.option("--color")
    def own(color: str) -> None:
        """Paint."""

    names = [name for one in dressed(own, "own").params for name in one.opts]
    assert names.count("--color") == 1
    assert "-C" in names
