"""Folds the end of an attempt into the record of its task."""

from __future__ import annotations

from dataclasses import dataclass

from specrun.core.task import Json, TaskId
from specrun.core.world import AttemptRecord, CarriedFile, Fingerprint, Run, Success

ATTEMPTS_KEPT = 20
"""Attempts that a record remembers; the oldest go first, those of the present generation never."""

_SAME = 0.002


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """One attempt at its end.

    What the record needs of it. `base`, `commit` and `carried` are None without a clone.
    """

    task_id: TaskId
    attempt: AttemptRecord
    fingerprint: Fingerprint
    summary: str
    output: Json = None
    base: str | None = None
    commit: str | None = None
    branch: str | None = None
    carried: tuple[CarriedFile, ...] | None = None


def fold(before: Run | None, ended: Ended) -> Run:
    """Answer the new record.

    Folding the same end twice gives the same record, so a crash in between is harmless.
    """
    attempt = ended.attempt
    earlier = () if before is None else before.attempts
    others = [one for one in earlier if one.number != attempt.number]
    attempts = sorted([*others, attempt], key=lambda one: one.number)
    old = [one for one in attempts if one.generation != attempt.generation]
    present = [one for one in attempts if one.generation == attempt.generation]
    room = max(ATTEMPTS_KEPT - len(present), 0)
    kept = None if before is None else before.last_success
    return Run(
        task_id=ended.task_id,
        status=attempt.status,
        reason=attempt.reason,
        generation=attempt.generation,
        fingerprint=ended.fingerprint,
        attempts=(*old[len(old) - min(room, len(old)) :], *present),
        output=ended.output,
        summary=ended.summary,
        branch=ended.branch,
        base=ended.base,
        commit=ended.commit,
        carried=ended.carried,
        last_success=_success(ended) if attempt.status.good else kept,
    )


def superseded(run: Run | None, number: int, ended_at: float) -> bool:
    """Whether a record holds this very end already, and a later attempt: folding it again would undo that.

    `ended_at` is seconds since the epoch; records keep milliseconds.
    """
    if run is None or run.last is None or run.last.number <= number:
        return False
    return any(one.number == number and abs(one.ended_at - ended_at) < _SAME for one in run.attempts)


def _success(ended: Ended) -> Success:
    return Success(
        fingerprint=ended.fingerprint,
        commit=ended.commit,
        base=ended.base,
        branch=ended.branch,
        carried=ended.carried,
        output=ended.output,
        summary=ended.summary,
    )
