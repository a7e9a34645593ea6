"""Shows the run records: what each task left, and where it lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from specrun import __version__
from specrun.core.task import Json, Task, TaskId
from specrun.core.world import AttemptRecord, Run
from specrun.report import marks, proof
from specrun.report.colour import PLAIN, Paint
from specrun.report.columns import fitted
from specrun.report.roles import table
from specrun.report.text import cut, line
from specrun.report.words import cost, count, moment

FORMAT = 1
_CHECKS, _MODEL, _COST = 2, 3, 4
_COLUMNS = (
    (0, 1, _CHECKS, _MODEL, _COST, 5, 6, 7, 8),
    (0, 1, _CHECKS, _COST, 6, 7, 8),
    (0, 1, _CHECKS, _COST, 7, 8),
    (0, 1, _COST, 7, 8),
    (0, 1, 8),
    (0, 1),
)


def text(
    order: Sequence[TaskId],
    runs: Mapping[TaskId, Run],
    tasks: Mapping[TaskId, Task],
    paint: Paint = PLAIN,
    *,
    room: int | None = None,
) -> str:
    """Answer one line per record, in `order`; columns of checks, models and costs only where there are any.

    `tasks` are those that the specs declare. With `room` for so many columns, those that matter least are
    left out until the rest fits.
    """
    found = [runs[task_id] for task_id in order if task_id in runs]
    if not found:
        return "No results yet.\n"
    rows = [
        (
            line(run.task_id),
            str(run.status),
            proof.passed(run),
            line(run.last.model or "") if run.last else "",
            cost([one.cost_usd for one in run.attempts]),
            count(len(run.attempts), "attempt"),
            line(run.branch or ""),
            line(run.commit or "")[:12],
            cut(marks.told(run), 100),
        )
        for run in found
    ]
    heads = ("TASK", "STATUS", "CHECKS", "MODEL", "COST", "ATTEMPTS", "BRANCH", "COMMIT", "RESULT")
    attempts = [one for run in found for one in run.attempts]
    mute = set() if any(one.model for one in attempts) else {_MODEL}
    if not proof.asked([tasks[one] for one in order if one in tasks], found):
        mute.add(_CHECKS)
    if all(one.cost_usd == 0 for one in attempts):
        mute.add(_COST)
    lines = fitted((heads, *rows), room, _COLUMNS, mute)
    return table("".join(f"{row}\n" for row in lines), [str(run.status) for run in found], paint)


def document(order: Sequence[TaskId], runs: Mapping[TaskId, Run]) -> dict[str, Json]:
    """Answer the records for scripts."""
    return {
        "format_version": FORMAT,
        "tool_version": __version__,
        "results": [entry(runs[task_id]) for task_id in order if task_id in runs],
    }


def entry(run: Run) -> dict[str, Json]:
    """Answer a record for scripts."""
    return {
        "address": run.task_id,
        "status": str(run.status),
        "reason": run.reason,
        "summary": run.summary,
        "generation": run.generation,
        "branch": run.branch,
        "base": run.base,
        "commit": run.commit,
        "output": run.output,
        "checks": [proof.check(one) for one in run.checks],
        "verdict": run.verdict,
        "rounds": [proof.round_(one) for one in run.rounds],
        "protected_changed": [*run.protected_changed],
        "discarded": [*run.discarded],
        "accepted": marks.entry(run.accepted),
        "frozen": marks.entry(run.frozen),
        "attempts": [attempt(one) for one in run.attempts],
    }


def attempt(one: AttemptRecord) -> dict[str, Json]:
    """Answer an attempt for scripts."""
    return {
        "number": one.number,
        "generation": one.generation,
        "round": one.round,
        "agent": one.agent,
        "executor": one.executor,
        "model": one.model,
        "status": str(one.status),
        "reason": one.reason,
        "exit_code": one.exit_code,
        "started_at": None if one.started_at is None else moment(one.started_at),
        "ended_at": moment(one.ended_at),
        "cost_usd": None if one.cost_usd is None else str(one.cost_usd),
        "tokens": None if one.tokens is None else dict(one.tokens),
        "turns": one.turns,
        "session_id": one.session_id,
        "denials": list(one.denials),
        "checks": [proof.check(check) for check in one.checks],
    }
