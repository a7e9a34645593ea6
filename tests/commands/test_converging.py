"""Tests asking before an apply, and what is told around it."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from specrun.agents import AGENTS
from specrun.agents.shell import Shell
from specrun.commands import console
from specrun.core.agent import Price, Traits
from tests.commands.conftest import ROOT, Spec, Specrun
from tests.poll import until
from tests.scenarios.terminal import Terminal


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


FIVE = "\n".join(f"t{number}: {{prompt: 'echo {number} >> ran'}}" for number in range(5))


def test_a_plan_that_goes_too_far_is_8_and_starts_nothing(spec: Spec, specrun: Specrun, repo: Path) -> None:
    spec(FIVE)
    assert specrun("apply", "--yes").code == 0
    before = (repo / "ran").read_text()
    spec(FIVE.replace("echo 0", "echo zero").replace("echo 1", "echo one"))
    said = specrun("apply", "--yes")
    assert (said.code, said.out, said.err.count("\n")) == (8, "", 1)
    assert "this goes too far to be done unasked: 2 of 5 succeeded tasks" in said.err
    assert "demo/t0, demo/t1; fix: see specrun diff" in said.err
    assert "--force" in said.err
    assert (repo / "ran").read_text() == before
    forced = specrun("apply", "--yes", "--force")
    assert forced.code == 0
    assert "Because of --force, though this goes too far to be done unasked: 2 of 5" in forced.out
    assert (repo / "ran").read_text().split()[5:] in (["zero", "one"], ["one", "zero"])


def test_an_emptied_spec_is_refused(spec: Spec, specrun: Specrun) -> None:
    path = spec("one: {prompt: 'true'}\ntwo: {prompt: 'true'}")
    assert specrun("apply", "--yes").code == 0
    path.write_text(path.read_text().partition("tasks:")[0] + "tasks: {}\n")
    said = specrun("apply", "--yes")
    assert said.code == 8
    assert "spec demo has no tasks any more" in said.err
    assert "demo/one, demo/two" in said.err


def test_what_only_changes_records_is_asked_for_too(
    spec: Spec, specrun: Specrun, answer: pytest.MonkeyPatch, repo: Path
) -> None:
    spec("one: {prompt: 'true'}\nkept: {prompt: 'echo kept'}")
    assert specrun("apply", "--yes").code == 0
    spec("two: {prompt: 'true'}\nkept: {prompt: 'echo kept'}")
    answer.setattr("builtins.input", lambda: "n")
    said = specrun("apply")
    assert said.out == "1 task gets a new name, branch included: demo/one -> demo/two.\n"
    assert "Go on? [y/N]" in said.err
    assert (repo / "results/demo/one.json").exists()
    answer.setattr("builtins.input", lambda: "y")
    assert specrun("apply").code == 0
    assert not (repo / "results/demo/one.json").exists()
    assert (repo / "results/demo/two.json").exists()


def test_a_selection_says_what_it_leaves_out_at_both_ends(spec: Spec, specrun: Specrun, repo: Path) -> None:
    spec("one: {prompt: 'touch one'}\ntwo: {prompt: 'touch two; exit 1'}")
    said = specrun("apply", "--yes", "--only", "one")
    assert said.code == 0
    assert said.out.count("Selection: 1 of 2 tasks (--only one). Left out: 1 that would run (two)") == 2
    assert (repo / "one").exists()
    assert not (repo / "two").exists()
    assert "1 task: 1 succeeded." in said.out
    assert specrun("apply", "--yes").code == 1
    again = specrun("apply", "--yes", "--only", "one", "--json")
    rows = [json.loads(row) for row in again.out.splitlines()]
    assert again.code == rows[-1]["exit_code"] == 0
    assert [row["type"] for row in rows] == ["version", "selection", "end"]
    assert "1 held (two)" in rows[-1]["message"]
    nothing = specrun("apply", "--yes", "--label", "nobody")
    assert (nothing.code, nothing.out.partition(".")[0]) == (0, "Nothing matches --label nobody")


def test_replace_runs_a_task_once_more_and_only_once(spec: Spec, specrun: Specrun, repo: Path) -> None:
    spec("one: {prompt: 'echo 1 >> one'}\ntwo: {prompt: 'echo 2 >> two'}")
    assert specrun("apply", "--yes").code == 0
    said = specrun("apply", "--yes", "--replace", "one")
    assert said.code == 0
    assert said.out.count("To run once more: one.") == 1
    again = specrun("apply", "--yes", "--replace", "one", "--json").out.splitlines()
    assert json.loads(again[-1])["message"] == "2 tasks: 2 succeeded."
    assert ((repo / "one").read_text(), (repo / "two").read_text()) == ("1\n1\n1\n", "2\n")


def test_a_key_leaves_it_running(spec: Spec, repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    spec(
        "one: {prompt: 'echo ran >> counted; while [ ! -e go ]; do sleep 0.02; done'}\ntwo: {prompt: 'true'}"
    )
    argv = [sys.executable, "-m", "specrun", "apply", "--yes"]
    with Terminal(argv, repo, {**os.environ, "PYTHONPATH": str(ROOT)}) as terminal:
        until(lambda: terminal.shows("q: leave it running"))
        until((repo / "counted").exists)
        terminal.type(b"q")
        until(lambda: terminal.shows("specrun goes on in the background (process "))
        assert terminal.process.wait(20) == 0
    (repo / "go").touch()
    until((repo / "results" / "demo" / "one.json").exists)
    assert (repo / "counted").read_text() == "ran\n"
