"""The shell agent: its command line, and what it makes of an end."""

from __future__ import annotations

from pathlib import Path

import pytest

from specrun.agents.shell import Shell, last_line
from specrun.core.world import Status
from specrun.ports import Evidence, Launch
from tests.core.make import task


def evidence(exit_code: int | None, tail: str = "") -> Evidence:
    return Evidence(cause="exited", exit_code=exit_code, error="", started_at=1.0, ended_at=2.0, tail=tail)


def test_the_prompt_file_is_the_script_and_nothing_else_is_on_the_command_line() -> None:
    command = Shell().command(
        task("a"), Launch(prompt=Path("/state/prompt.md"), home=Path("/state/home"), session="")
    )
    assert command.argv == ("sh", "-eu", "/state/prompt.md")
    assert command.stdin is None
    assert not Shell().traits.prose


@pytest.mark.parametrize(
    ("exit_code", "status", "reason"),
    [
        (0, Status.SUCCEEDED, ""),
        (3, Status.FAILED, "exit code 3"),
        (-9, Status.FAILED, "killed by signal 9"),
        (None, Status.FAILED, "no exit code"),
    ],
)
def test_the_exit_code_alone_decides(exit_code: int | None, status: Status, reason: str) -> None:
    outcome = Shell().outcome(evidence(exit_code, "done\n"))
    assert (outcome.status, outcome.reason, outcome.summary) == (status, reason, "done")
    assert outcome.cost_usd == 0


def test_the_summary_is_the_last_line_that_says_something() -> None:
    assert last_line("one\n two \n\n  \n") == "two"
    assert last_line("") == ""
    assert len(last_line("x" * 1000)) == 200
