"""Tests asking a person for a value."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from specrun.commands.questions import TRIES, asked
from specrun.errors import UsageProblem


def typing(monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
    """Let somebody type these lines, then end their input."""
    lines: Iterator[str] = iter(answers)

    def typed() -> str:
        try:
            return next(lines)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr("builtins.input", typed)


def odd(answer: str) -> str:
    return "" if answer.isdigit() else f"{answer} is no number"


def test_enter_takes_what_is_offered(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typing(monkeypatch, "")
    assert asked("How many?", "7", odd) == "7"
    assert capsys.readouterr().err == "How many? [7] "


def test_a_wrong_answer_is_told_and_asked_for_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typing(monkeypatch, "x", " 8 ")
    assert asked("How many?", "7", odd) == "8"
    assert capsys.readouterr().err == "How many? [7] specrun: x is no number\nHow many? [7] "


@pytest.mark.parametrize("answers", [(), ("x",), ("x",) * TRIES])
def test_without_an_answer_nothing_is_done(monkeypatch: pytest.MonkeyPatch, answers: tuple[str, ...]) -> None:
    typing(monkeypatch, *answers)
    with pytest.raises(UsageProblem, match="nothing was written"):
        asked("How many?", "7", odd)
