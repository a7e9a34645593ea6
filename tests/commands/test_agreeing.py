"""Tests what an apply asks."""

from __future__ import annotations

from pathlib import Path

import pytest

from specrun.api.asking import Going
from specrun.api.preparing import Asked
from specrun.commands import console
from specrun.commands.agreeing import agreed, check
from specrun.errors import UsageProblem
from tests.api.test_preparing import GOING, job
from tests.commands.conftest import Spec, Specrun


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let somebody answer yes, and keep how often that was asked for."""
    asked: list[str] = []

    def answer() -> str:
        asked.append("y")
        return "y"

    monkeypatch.setattr(console, "asking", lambda: True)
    monkeypatch.setattr("builtins.input", answer)
    return asked


def test_without_a_terminal_the_answer_has_to_be_given_before() -> None:
    with pytest.raises(UsageProblem, match="nobody can be asked"):
        check(GOING)
    check(Going(**{**GOING, "yes": True}))


def test_one_answer_is_for_all_edits_to_come(
    spec: Spec, specrun: Specrun, repo: Path, said: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    spec("one: {prompt: 'true'}")
    specrun("apply", "--yes")
    assert agreed(job(repo))
    assert said == []
    assert capsys.readouterr().out == "Nothing to do: 1 reuse.\n"
    assert agreed(job(repo, Asked(going=GOING, watch=True)))
    assert said == ["y"]
    told = capsys.readouterr().err
    assert "Every edit that is saved from now on, and every commit, is carried out unasked." in told
    assert told.endswith("Go on? [y/N] ")
    assert agreed(job(repo, Asked(going=Going(**{**GOING, "yes": True}), watch=True)))
    assert said == ["y"]


def test_a_reader_of_json_gets_the_plan_by_name_only(
    spec: Spec, repo: Path, said: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    spec("one: {prompt: 'true'}")
    made = job(repo, Asked(going=Going(**{**GOING, "as_json": True})))
    assert agreed(made)
    assert f'"digest":"{made.plan.digest}"' in capsys.readouterr().out


def test_who_wants_it_quiet_and_has_answered_already_is_not_shown_the_plan(
    spec: Spec,
    repo: Path,
    said: list[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spec("one: {prompt: 'true'}")
    monkeypatch.setattr(console, "_manner", [console.Manner(quiet=True)])
    assert agreed(job(repo, Asked(going=Going(**{**GOING, "yes": True}))))
    assert capsys.readouterr().out == ""
    assert agreed(job(repo))
    assert "1 task to start" in capsys.readouterr().out
    assert said == ["y"]
