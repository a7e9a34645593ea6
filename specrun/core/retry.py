"""Says whether a task that ended badly, and that nobody edited, may have another attempt."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace

from specrun.core.change import Action, Decision, Reason, ReasonCode
from specrun.core.reasons import (
    BUDGET,
    CHECKS_UNANSWERED,
    MERGE_CONFLICT,
    ORPHANED,
    OUTDATED,
    TIMEOUTS,
    VERDICT,
    WITHDRAWN,
    code,
    unproven,
)
from specrun.core.record import passed_before
from specrun.core.task import RetryOn, Task
from specrun.core.world import Attempt, AttemptRecord, Fingerprint, Run, Status, World

LONGEST = 365 * 24 * 3600.0
"""Seconds between two attempts where the spec sets no limit."""


def allowance(task: Task, run: Run, print_: Fingerprint, world: World, *, retry_failed: bool) -> Decision:
    """Answer a retry, or the hold that says why there is none."""
    before = ended_before(run, world)
    fresh = run.generation + 1
    if run.status is Status.CANCELLED:
        if run.reason in {OUTDATED, ORPHANED, *WITHDRAWN}:
            return _retry(task, print_, ReasonCode.OUTDATED_WHILE_RUNNING, "", fresh)
        return _hold(task, run, print_, ReasonCode.CANCELLED)
    if before and run.status is Status.ERRORED:
        return _errored(task, run, print_)
    if before and retry_failed:
        return _retry(task, print_, ReasonCode.RETRY_REQUESTED, "--retry-failed", fresh)
    if passed_before(run):
        # It was found wanting by newer checks only: a person decides.
        return _hold(task, run, print_, ReasonCode.FAILED_UNCHANGED)
    return _again(task, run, print_)


def _errored(task: Task, run: Run, print_: Fingerprint) -> Decision:
    """Nothing was paid for, so it begins anew; a rework goes on being one."""
    number = None if run.last is None else run.last.round
    generation = run.generation + (number is None)
    return replace(_retry(task, print_, ReasonCode.ERRORED, run.reason, generation), round=number)


def _again(task: Task, run: Run, print_: Fingerprint) -> Decision:
    used = tries(run)
    if not used and run.last is not None:
        # Checked again after an edit, in vain: the new generation has its attempts still before it.
        return _retry(task, print_, ReasonCode.FAILED_THEN_EDITED, run.reason, run.generation)
    if not used or len(used) > task.retry.limit or not answers(task, used[-1]):
        errored = run.status is Status.ERRORED
        return _hold(task, run, print_, ReasonCode.ERRORED if errored else ReasonCode.FAILED_UNCHANGED)
    told = f"attempt {len(used) + 1} of {task.retry.limit + 1}"
    at = used[-1].ended_at + pause(task, len(used))
    again = _retry(task, print_, ReasonCode.RETRY_LEFT, told, run.generation, at)
    return replace(again, round=used[-1].round)


def tries(run: Run) -> tuple[AttemptRecord, ...]:
    """Answer the attempts that `retry.limit` counts: those of this generation since the last rework began.

    A success ends what came before it: what follows is another rework, even one with the same number.
    """
    last = run.last
    kept: list[AttemptRecord] = []
    for one in reversed(run.attempts):
        if last is None or (one.generation, one.round) != (run.generation, last.round):
            break
        if kept and one.status.good:
            break
        kept.append(one)
    return tuple(reversed(kept))


def ended_before(run: Run, world: World) -> bool:
    """Whether the record stems from before this apply, so that this apply may try once more."""
    newest = max((one.ended_at for one in run.attempts), default=0.0)
    fenced = _created(world.attempts.get(run.task_id, ()))
    return newest < world.since and fenced < world.since


def answers(task: Task, ended: AttemptRecord) -> bool:
    """Whether `retry.on` names the way in which an attempt ended.

    A merge conflict stays one, whoever retries; money that was not enough is no more the second time; and
    nobody asks a judge again until it says something else.
    """
    if code(ended.reason) in {MERGE_CONFLICT, BUDGET, VERDICT, CHECKS_UNANSWERED}:
        return False
    if unproven(ended.reason):
        return RetryOn.CHECK_FAILED in task.retry.on
    return (RetryOn.TIMEOUT if ended.reason in TIMEOUTS else RetryOn.ERROR) in task.retry.on


def pause(task: Task, used: int) -> float:
    """Answer the seconds to wait after the `used`-th attempt."""
    retry = task.retry
    longest = LONGEST if retry.max_delay is None else retry.max_delay
    try:
        wait = min(retry.delay * retry.factor ** (used - 1), longest)
    except OverflowError:
        wait = longest
    return min(wait * (1 + retry.jitter * _chance(task, used)), longest)


def _chance(task: Task, used: int) -> float:
    """Answer a number from -1 to 1, the same whenever it is asked for: a plan does not depend on luck."""
    told = hashlib.sha256(f"{task.id} {used}".encode()).digest()
    return int.from_bytes(told[:8], "big") / 2**63 - 1


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
