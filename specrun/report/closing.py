"""Writes the end of an apply: every failure again, with its last lines, its log and how to go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from specrun.core.evidence import CheckRecord
from specrun.core.reasons import MERGE_CONFLICT
from specrun.core.task import Json, TaskId
from specrun.report.colour import PLAIN, Paint, Role
from specrun.report.proof import check as entry_of
from specrun.report.proof import how
from specrun.report.roles import word
from specrun.report.text import cut, line, tail
from specrun.report.words import count, ended

HELD = "held"
"""The status of a task that is kept from starting or from being recorded."""
_LINES = 5
_COMMAND = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Refutation:
    """One check that says no, and where its log lies, "" where it is not on this machine."""

    check: CheckRecord
    log_path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One task that did not make it: what became of it, the raw end of its log and where that log lies.

    Where `refuted` tells of checks, they speak instead of the agent.
    """

    task_id: TaskId
    status: str
    reason: str
    log: str = ""
    log_path: str = ""
    refuted: tuple[Refutation, ...] = ()


def text(failures: Sequence[Failure], blocked: Sequence[str], summary: str, paint: Paint = PLAIN) -> str:
    """Answer the closing block: failures, tasks blocked behind them, and last the line of counts."""
    told: list[str] = []
    if failures:
        told = ["", paint(f"{count(len(failures), 'task')} did not succeed:", Role.BAD)]
    for one in failures:
        said = line(ended(one.reason))
        told.append(f"  {line(one.task_id)} {word(one.status, paint)}" + (f": {said}" if said else ""))
        for refutation in one.refuted:
            check = refutation.check
            told.append(f"    {line(check.name)} ({cut(line(check.run), _COMMAND)}): {how(check)}")
            told.extend(_log(check.tail, refutation.log_path))
        told.extend(_log(one.log, one.log_path))
        told.append(f"    go on: {command(one)}{_first(one)}")
    if blocked:
        told.append(f"  {count(len(blocked), 'task')} behind them: {', '.join(map(line, blocked))}")
    return "\n".join([*told, *([""] if told else []), summary]) + "\n"


def _log(text: str, path: str) -> list[str]:
    rows = [f"    | {row}" for row in tail(text, _LINES)]
    return [*rows, f"    log:   {line(path)}"] if path else rows


def _first(one: Failure) -> str:
    if _conflicting(one):
        return ", once one of these upstreams depends on the other, or they change different places"
    return ", or mend the checks and apply" if one.refuted else ""


def _conflicting(one: Failure) -> bool:
    """Whether the works of its upstreams do not fit together: trying again would end alike."""
    return one.reason.partition(":")[0] == MERGE_CONFLICT


def command(one: Failure) -> str:
    """Answer what to run (after mending the cause) to go on with a task."""
    whole = one.status == HELD or _conflicting(one)
    return "specrun apply" if whole else f"specrun retry {line(one.task_id)}"


def entry(one: Failure) -> dict[str, Json]:
    """Answer one failure for scripts."""
    return {
        "type": "failure",
        "address": one.task_id,
        "status": one.status,
        "log": one.log_path,
        "tail": list(tail(one.log, _LINES)),
        "checks": [{**entry_of(two.check), "log": two.log_path} for two in one.refuted],
        "command": command(one),
        "message": f"{one.task_id} {one.status}: {one.reason}",
    }
