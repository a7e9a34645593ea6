"""Folds the end of an attempt into the record of its task."""

from __future__ import annotations

from dataclasses import dataclass, replace

from specrun.core.change import ReasonCode
from specrun.core.evidence import CheckRecord, Round, shortcoming
from specrun.core.reasons import CHECK_FAILED, CHECKS_UNANSWERED, STOPPED, code
from specrun.core.task import Json, TaskId
from specrun.core.world import AttemptRecord, CarriedFile, Fingerprint, Run, Status, Success

ATTEMPTS_KEPT = 20
"""Attempts that a record remembers; the oldest go first, those of the present generation never."""

_SAME = 0.002
_BY_CHECKS = frozenset({CHECK_FAILED, CHECKS_UNANSWERED, str(ReasonCode.STOP_REQUESTED)})


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
    checks: tuple[CheckRecord, ...] = ()
    verdict: str | None = None
    rounds: tuple[Round, ...] = ()
    protected_changed: tuple[str, ...] = ()
    discarded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What today's checks said of the recorded commit.

    `generation` is the one that attempts after this belong to; `branch` is where the commit stands now that
    it has passed, None where it has not or has none. `stopped` says that a person wanted them to end.
    """

    fingerprint: Fingerprint
    generation: int
    checks: tuple[CheckRecord, ...]
    protected_changed: tuple[str, ...]
    branch: str | None = None
    stopped: bool = False


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
        checks=ended.checks,
        verdict=ended.verdict,
        rounds=ended.rounds,
        protected_changed=ended.protected_changed,
        discarded=ended.discarded,
        last_success=success_of(ended) if attempt.status.good else kept,
        frozen=None if before is None else before.frozen,
        moved_from=() if before is None else before.moved_from,
    )


def verified(run: Run, found: Verified) -> Run:
    """Answer the record after a verification: the same work, the same attempts, other evidence.

    Doing it twice gives the same record.
    """
    failed = shortcoming(found.checks)
    stopped = found.stopped or any(code(check.reason) == STOPPED for check in found.checks)
    status, reason = Status.SUCCEEDED, ""
    if failed and stopped:
        # Whoever stopped it wants no agent to be started in its place.
        status, reason = Status.CANCELLED, str(ReasonCode.STOP_REQUESTED)
    elif failed:
        status, reason = Status.FAILED, failed
    now = replace(
        run,
        status=status,
        reason=reason,
        generation=found.generation,
        fingerprint=found.fingerprint,
        checks=found.checks,
        protected_changed=found.protected_changed,
        branch=found.branch if status.good else run.branch,
    )
    return replace(now, last_success=success_of(now)) if status.good else now


def passed_before(run: Run) -> bool:
    """Whether the work on record has been a success, so that only newer checks speak against it.

    Its attempt may have failed all the same, by checks that were edited later; and it need not be the newest,
    where a spec was set back.
    """
    last, kept = run.last, run.last_success
    if last is None or last.status.good:
        return last is not None
    # A rework that changed nothing has the commit of the success before it, and is none itself.
    reworked = last.round is not None and last.generation == run.generation
    if kept is None or reworked or code(run.reason) not in _BY_CHECKS:
        return False
    return _work(run) == _work(kept)


def _work(of: Run | Success) -> tuple[Json | tuple[CarriedFile, ...], ...]:
    return (of.fingerprint.work, of.commit, of.base, of.carried, of.output, of.summary)


def superseded(run: Run | None, number: int, ended_at: float) -> bool:
    """Whether a record holds this very end already, and a later attempt: folding it again would undo that.

    `ended_at` is seconds since the epoch; records keep milliseconds.
    """
    if run is None or run.last is None or run.last.number <= number:
        return False
    return any(one.number == number and abs(one.ended_at - ended_at) < _SAME for one in run.attempts)


def success_of(run: Run | Ended) -> Success:
    """Answer what a success hands on."""
    return Success(
        fingerprint=run.fingerprint,
        commit=run.commit,
        base=run.base,
        branch=run.branch,
        carried=run.carried,
        output=run.output,
        summary=run.summary,
        checks=run.checks,
        verdict=run.verdict,
        protected_changed=run.protected_changed,
        accepted=run.accepted if isinstance(run, Run) else None,
    )
