"""Tests asking before an apply, and what is told around it."""

from __future__ import annotations

from pathlib import Path

import pytest

from specrun.agents import AGENTS
from specrun.agents.shell import Shell
from specrun.commands import console
from specrun.core.agent import Price, Traits
from tests.commands.conftest import Spec, Specrun


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Let somebody sit at the terminal."""
    monkeypatch.setattr(console, "asking", lambda: True)
    return monkeypatch


@pytest.mark.parametrize(("said_yes", "runs"), [("y", True), ("YES", True), ("n", False), ("", False)])
def test_a_person_is_asked(
    said_yes: str, *, runs: bool, spec: Spec, specrun: Specrun, answer: pytest.MonkeyPatch, repo: Path
) -> None:
    spec("one: {prompt: 'touch ran'}")
    answer.setattr("builtins.input", lambda: said_yes)
    said = specrun("apply")
    assert said.code == 0
    assert "never run" in said.out
    assert "Start them? [y/N]" in said.err
    assert (repo / "ran").exists() == runs


def test_the_end_of_input_is_a_no(
    spec: Spec, specrun: Specrun, answer: pytest.MonkeyPatch, repo: Path
) -> None:
    def end() -> str:
        raise EOFError

    spec("one: {prompt: 'touch ran'}")
    answer.setattr("builtins.input", end)
    assert specrun("apply").code == 0
    assert not (repo / "ran").exists()


def test_nobody_is_asked_when_there_is_nothing_to_start(
    spec: Spec, specrun: Specrun, answer: pytest.MonkeyPatch
) -> None:
    spec("one: {prompt: 'true'}")
    assert specrun("apply", "--yes").code == 0
    said = specrun("apply")
    assert (said.code, "Start them?" in said.err) == (0, False)
    assert said.out.startswith("Nothing to do: 1 reuse.\n")


def test_a_declined_retry_leaves_nothing_behind(
    spec: Spec, specrun: Specrun, answer: pytest.MonkeyPatch
) -> None:
    spec("one: {prompt: 'exit 1'}")
    assert specrun("apply", "--yes").code == 1
    answer.setattr("builtins.input", lambda: "n")
    said = specrun("retry", "one")
    assert "retry asked for" in said.out
    assert "Nothing to do: 1 hold." in specrun("diff").out


def test_results_that_cannot_be_written_are_9_before_anything_starts(
    spec: Spec, specrun: Specrun, repo: Path
) -> None:
    spec("one: {prompt: 'touch ran'}")
    (repo / "results").touch()
    said = specrun("apply", "--yes")
    assert (said.code, said.err.count("\n")) == (9, 1)
    assert "results is no folder" in said.err
    assert not (repo / "ran").exists()


def test_both_tables_fit_the_terminal(spec: Spec, specrun: Specrun, monkeypatch: pytest.MonkeyPatch) -> None:
    spec("one-with-a-long-name: {prompt: 'true'}")
    monkeypatch.setattr(console, "room", lambda: 30)
    said = specrun("apply", "--yes")
    tables = [row for row in said.out.splitlines() if row.lower().startswith(("task", "demo/one"))]
    assert len(tables) == 4
    assert max(map(len, tables)) <= 30


def test_a_missing_secret_is_9_before_anything_starts(spec: Spec, specrun: Specrun, repo: Path) -> None:
    spec(
        """
        one: {prompt: 'touch ran'}
        two: {depends_on: [one], prompt: 'true', secrets: [NOBODY_HAS_THIS]}
        """
    )
    said = specrun("apply", "--yes")
    assert said.code == 9
    assert "NOBODY_HAS_THIS" in said.err
    assert not (repo / "ran").exists()


class Paid(Shell):
    """An agent that costs something, nobody knows how much."""

    traits = Traits(price=Price.UNKNOWN, models=True)


def test_an_agent_that_may_do_everything_here_needs_force(
    spec: Spec, specrun: Specrun, repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(AGENTS, "shell", Paid())
    spec("one: {model: m-1, permissions: {mode: full}, prompt: 'touch ran'}")
    said = specrun("apply", "--yes")
    assert (said.code, "or pass --force" in said.err) == (8, True)
    assert not (repo / "ran").exists()
    said = specrun("apply", "--yes", "--force")
    assert (said.code, (repo / "ran").exists()) == (0, True)
    assert said.out.splitlines()[2].split()[:5] == ["demo/one", "shell", "m-1", "no", "cap"]
    assert said.out.splitlines()[3].endswith(", no cap for 1 task.")
    (repo / "results/demo/one.json").unlink()
    assert "[shell m-1, no cap]" in specrun("diff").out
