"""Writes the end of an apply: every failure again, with its last lines, its log and how to go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from specrun.core.task import Json, TaskId
from specrun.report.text import line, tail
from specrun.report.words import count, ended

HELD = "held"
"""The status of a task that is kept from starting or from being recorded."""
_LINES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One task that did not make it: what became of it, the raw end of its log and where that log lies."""

    task_id: TaskId
    status: str
    reason: str
    log: str = ""
    log_path: str = ""


def text(failures: Sequence[Failure], blocked: Sequence[str], summary: str) -> str:
    """Answer the closing block: failures, tasks blocked behind them, and last the line of counts."""
    told: list[str] = []
    if failures:
        told = ["", f"{count(len(failures), 'task')} did not succeed:"]
    for one in failures:
        said = line(ended(one.reason))
        told.append(f"  {line(one.task_id)} {one.status}" + (f": {said}" if said else ""))
        told.extend(f"    | {row}" for row in tail(one.log, _LINES))
        if one.log_path:
            told.append(f"    log:   {line(one.log_path)}")
        told.append(f"    go on: {command(one)}")
    if blocked:
        told.append(f"  {count(len(blocked), 'task')} behind them: {', '.join(map(line, blocked))}")
    return "\n".join([*told, *([""] if told else []), summary]) + "\n"


def command(one: Failure) -> str:
    """Answer what to run (after mending the cause) to go on with a task."""
    return "specrun apply" if one.status == HELD else f"specrun retry {line(one.task_id)}"


def entry(one: Failure) -> dict[str, Json]:
    """Answer one failure for scripts."""
    return {
        "type": "failure",
        "address": one.task_id,
        "status": one.status,
        "log": one.log_path,
        "tail": list(tail(one.log, _LINES)),
        "command": command(one),
        "message": f"{one.task_id} {one.status}: {one.reason}",
    }
