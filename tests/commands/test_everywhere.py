"""Tests the options that may stand at either side of every verb."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from specrun.commands import console
from specrun.commands.everywhere import NAMES, everywhere
from specrun.commands.verbs import dispatch

VERB = """
import click
from specrun.commands import console
@click.command()
@click.pass_obj
def command(directory):
    '''Do.'''
    one = console.manner()
    print(one.colour, one.quiet, one.verbose, directory)
"""


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    (tmp_path / "manners.py").write_text(VERB)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "manners", raising=False)
    return {"go": "manners"}


@pytest.mark.parametrize(
    ("arguments", "variables", "told"),
    [
        (["go"], {}, "auto False False None"),
        (["--color", "always", "go"], {}, "always False False None"),
        (["go", "--color=never"], {}, "never False False None"),
        (["--color", "always", "go", "--color", "never"], {}, "never False False None"),
        (["-q", "go"], {}, "auto True False None"),
        (["go", "--quiet"], {}, "auto True False None"),
        (["go", "-v"], {}, "auto False True None"),
        (["-q", "go", "-v"], {}, "auto False True None"),
        (["-v", "go", "-q"], {}, "auto True False None"),
        (["go"], {"SPECRUN_COLOR": "always", "SPECRUN_QUIET": "1"}, "always True False None"),
        (["go", "-v"], {"SPECRUN_QUIET": "1"}, "auto False True None"),
        (["go"], {"SPECRUN_VERBOSE": "yes", "SPECRUN_DIR": "."}, "auto False True ."),
        (["go"], {"SPECRUN_COLOR": "", "SPECRUN_QUIET": "", "SPECRUN_DIR": ""}, "auto False False None"),
        (["-C", "/", "go"], {"SPECRUN_DIR": "."}, "auto False False /"),
    ],
)
def test_the_manner_is_as_asked_for(
    modules: dict[str, str],
    arguments: list[str],
    variables: dict[str, str],
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert dispatch(arguments, modules) == 0
    assert capsys.readouterr().out == f"{told}\n"


def test_each_command_line_begins_anew(modules: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    dispatch(["-q", "go"], modules)
    dispatch(["go"], modules)
    assert capsys.readouterr().out.splitlines()[1] == "auto False False None"
    console.behave(console.Manner())


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SPECRUN_QUIET", "perhaps", "Invalid value for SPECRUN_QUIET (--quiet): 'perhaps'"),
        ("SPECRUN_COLOR", "purple", "Invalid value for SPECRUN_COLOR (--color): 'purple'"),
        ("SPECRUN_DIR", "nowhere", "Invalid value for SPECRUN_DIR (-C): Directory 'nowhere'"),
    ],
)
def test_a_wrong_variable_is_named(
    modules: dict[str, str],
    name: str,
    value: str,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(name, value)
    assert dispatch(["go"], modules) == 64
    assert told in capsys.readouterr().err


def test_only_those_before_the_verb_listen_to_variables() -> None:
    assert [one.envvar for one in everywhere()] == [None] * len(NAMES)
    assert [one.envvar for one in everywhere(heard=True)] == [
        "SPECRUN_DIR",
        "SPECRUN_COLOR",
        "SPECRUN_QUIET",
        "SPECRUN_VERBOSE",
    ]
    assert tuple(one.name for one in everywhere()) == NAMES
