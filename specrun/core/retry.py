"""Says whether a task that ended badly, and that nobody edited, may have another attempt."""

from __future__ import annotations

from collections.abc import Iterable

from specrun.core.change import Action, Decision, Reason, ReasonCode
from specrun.core.task import RetryOn, Task
from specrun.core.world import Attempt, AttemptRecord, Fingerprint, Run, Status, World

OUTDATED = "outdated_while_running"
ORPHANED = "orphaned"
MERGE_CONFLICT = "merge_conflict"
LONGEST = 365 * 24 * 3600.0
"""Seconds between two attempts where the spec sets no limit."""
BUDGET = "budget"
"""The reason of an attempt that reached its cap: another one would spend as much again, so a person decides.
"""
TIMEOUTS = frozenset({"timeout", "idle_timeout"})


def allowance(task: Task, run: Run, print_: Fingerprint, world: World, *, retry_failed: bool) -> Decision:
    """Answer a retry, or the hold that says why there is none."""
    before = ended_before(run, world)
    fresh = run.generation + 1
    if run.status is Status.CANCELLED:
        if run.reason in {OUTDATED, ORPHANED}:
            return _retry(task, print_, ReasonCode.OUTDATED_WHILE_RUNNING, "", fresh)
        return _hold(task, run, print_, ReasonCode.CANCELLED)
    if before and run.status is Status.ERRORED:
        return _retry(task, print_, ReasonCode.ERRORED, run.reason, fresh)
    if before and retry_failed:
        return _retry(task, print_, ReasonCode.RETRY_REQUESTED, "--retry-failed", fresh)
    used = [one for one in run.attempts if one.generation == run.generation]
    if not used or len(used) > task.retry.limit or not answers(task, used[-1]):
        errored = run.status is Status.ERRORED
        code = ReasonCode.ERRORED if errored else ReasonCode.FAILED_UNCHANGED
        return _hold(task, run, print_, code)
    told = f"attempt {len(used) + 1} of {task.retry.limit + 1}"
    return _retry(
        task, print_, ReasonCode.RETRY_LEFT, told, run.generation, used[-1].ended_at + pause(task, len(used))
    )


def ended_before(run: Run, world: World) -> bool:
    """Whether the record stems from before this apply, so that this apply may try once more."""
    newest = max((one.ended_at for one in run.attempts), default=0.0)
    fenced = _created(world.attempts.get(run.task_id, ()))
    return newest < world.since and fenced < world.since


def answers(task: Task, ended: AttemptRecord) -> bool:
    """Whether `retry.on` names the way in which an attempt ended.

    A merge conflict stays one, whoever retries; money that was not enough is no more the second time.
    """
    if ended.reason.startswith(MERGE_CONFLICT) or ended.reason == BUDGET:
        return False
    kind = RetryOn.TIMEOUT if ended.reason in TIMEOUTS else RetryOn.ERROR
    return kind in task.retry.on


def pause(task: Task, used: int) -> float:
    """Answer the seconds to wait after the `used`-th attempt."""
    retry = task.retry
    longest = LONGEST if retry.max_delay is None else retry.max_delay
    try:
        return min(retry.delay * retry.factor ** (used - 1), longest)
    except OverflowError:
        return longest


def _created(attempts: Iterable[Attempt]) -> float:
    return max((one.created_at for one in attempts), default=0.0)


def _retry(
    task: Task, print_: Fingerprint, code: ReasonCode, detail: str, generation: int, not_before: float = 0.0
) -> Decision:
    return Decision(
        task_id=task.id,
        action=Action.RETRY,
        reasons=(Reason(code, detail),),
        generation=generation,
        fingerprint=print_,
        not_before=not_before,
    )


def _hold(task: Task, run: Run, print_: Fingerprint, code: ReasonCode) -> Decision:
    told = run.reason or str(run.status)
    return Decision(
        task_id=task.id,
        action=Action.HOLD,
        reasons=(Reason(code, told),),
        generation=run.generation,
        fingerprint=print_,
    )
