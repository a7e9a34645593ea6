"""Runs the rendered prompt as a POSIX shell script: no model, no account, no price."""

from __future__ import annotations

from decimal import Decimal

from specrun.core.agent import Mode, Price, Traits
from specrun.core.task import Task
from specrun.core.world import Status
from specrun.ports import Command, Evidence, Launch, Outcome

SUMMARY_LENGTH = 200
FREE = Decimal(0)
"""Known, not unknown: no model is asked."""


class Shell:
    """`sh -eu` on the prompt file; success is exit code 0, the summary is the last line that was printed."""

    name = "shell"
    traits = Traits(price=Price.FREE, modes=frozenset({Mode.EDIT, Mode.FULL}), models=False, prose=False)
    program = "sh"
    version: tuple[str, ...] = ()
    tested: tuple[str, ...] = ()

    def command(self, task: Task, launch: Launch) -> Command:
        """Answer the script's command line; the script reads nothing from standard input."""
        del task
        return Command(argv=("sh", "-eu", str(launch.prompt)))

    def outcome(self, evidence: Evidence) -> Outcome:
        """Judge by the exit code alone."""
        summary = last_line(evidence.tail)
        if evidence.exit_code == 0:
            return Outcome(status=Status.SUCCEEDED, reason="", summary=summary, cost_usd=FREE)
        return Outcome(status=Status.FAILED, reason=told(evidence.exit_code), summary=summary, cost_usd=FREE)


def last_line(text: str) -> str:
    """Answer the last line that is not blank, cut to a table's patience."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:SUMMARY_LENGTH] if lines else ""


def told(exit_code: int | None) -> str:
    """Say in words how a program ended."""
    if exit_code is None:
        return "no exit code"
    return f"killed by signal {-exit_code}" if exit_code < 0 else f"exit code {exit_code}"
