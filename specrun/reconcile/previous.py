"""Tells an attempt what came of the one before it: a failure, or a judge who sent the work back."""

from __future__ import annotations

from specrun.core.rework import due, ongoing
from specrun.core.task import Json, Task, split_id
from specrun.core.world import Run, World
from specrun.ports import AttemptKey
from specrun.reconcile.runtime import Runtime


def previous(runtime: Runtime, task: Task, world: World) -> dict[str, Json] | None:
    """Answer what templates call `previous`, None where there is nothing to go on from."""
    run = world.runs.get(task.id)
    if run is None:
        return None
    sent_back = due(task, runtime.desired, world)
    if sent_back is not None:
        judge = split_id(sent_back.judge)[1]
        told = _told(run, sent_back.verdict, f"{judge}: {sent_back.verdict}")
        return {**told, "feedback": sent_back.feedback}
    if run.status.good:
        return None
    # A person who asks for it anew gets it anew: from the start, and not as a part of that rework.
    again = None if task.id in world.grants else ongoing(task, runtime.desired, world)
    told = _told(run, str(run.status), run.reason)
    failed = [check for check in run.checks if not check.passed]
    return {
        **told,
        "tail": _tail(runtime, run),
        "failed_checks": [check.name for check in failed],
        "feedback": again.feedback if again else "",
    }


def _told(run: Run, outcome: str, reason: str) -> dict[str, Json]:
    return {
        "attempt": run.last.number if run.last else None,
        "outcome": outcome,
        "reason": reason,
        "summary": run.summary,
        "tail": "",
        "failed_checks": [],
        "feedback": "",
    }


def _tail(runtime: Runtime, run: Run) -> str:
    """Answer the end of what tells most: the failed checks, else the attempt itself."""
    failed = [check for check in run.checks if not check.passed]
    if failed:
        return "\n".join(f"== {check.name}: {check.reason}\n{check.tail}" for check in failed)
    if run.last is None or run.last.started_at is None:
        return ""
    return runtime.attempts.tail(AttemptKey(run.task_id, run.last.number))
