"""Shows the run records: what each task left, and where it lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from specrun import __version__
from specrun.core.task import Json, TaskId
from specrun.core.world import AttemptRecord, Run
from specrun.report.diff import aligned
from specrun.report.text import cut, line
from specrun.report.words import cost, count, moment, result

FORMAT = 1
_MODEL, _COST = 2, 3


def text(order: Sequence[TaskId], runs: Mapping[TaskId, Run]) -> str:
    """Answer one line per record, in `order`; columns of models and costs only where there are any."""
    found = [runs[task_id] for task_id in order if task_id in runs]
    if not found:
        return "No results yet.\n"
    rows = [
        (
            line(run.task_id),
            str(run.status),
            line(run.last.model or "") if run.last else "",
            cost([one.cost_usd for one in run.attempts]),
            count(len(run.attempts), "attempt"),
            line(run.branch or ""),
            line(run.commit or "")[:12],
            cut(result(run), 100),
        )
        for run in found
    ]
    heads = ("TASK", "STATUS", "MODEL", "COST", "ATTEMPTS", "BRANCH", "COMMIT", "RESULT")
    attempts = [one for run in found for one in run.attempts]
    mute = set() if any(one.model for one in attempts) else {_MODEL}
    if all(one.cost_usd == 0 for one in attempts):
        mute.add(_COST)
    kept = [place for place in range(len(heads)) if place not in mute]
    return "".join(f"{row}\n" for row in aligned([[row[place] for place in kept] for row in (heads, *rows)]))


def document(order: Sequence[TaskId], runs: Mapping[TaskId, Run]) -> dict[str, Json]:
    """Answer the records for scripts."""
    return {
        "format_version": FORMAT,
        "tool_version": __version__,
        "results": [_entry(runs[task_id]) for task_id in order if task_id in runs],
    }


def _entry(run: Run) -> dict[str, Json]:
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
        "attempts": [_attempt(one) for one in run.attempts],
    }


def _attempt(one: AttemptRecord) -> dict[str, Json]:
    return {
        "number": one.number,
        "generation": one.generation,
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
    }
