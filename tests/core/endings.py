"""Says how agents, checks and judges of a story end, and what their records then hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from specrun.core.change import Decision, ReasonCode
from specrun.core.evidence import CheckRecord, Round, Target
from specrun.core.fingerprint import reverified
from specrun.core.proving import answers
from specrun.core.reasons import CHECK_FAILED, NO_VERDICT, OUTDATED, STOPPED, VERDICT, told
from specrun.core.record import Ended, Verified, fold, verified
from specrun.core.task import Task
from specrun.core.upstream import last_good
from specrun.core.world import Attempt, AttemptRecord, CarriedFile, Fingerprint, Phase, Proof, Run, Status

End = tuple[Status, str]


@dataclass(kw_only=True)
class Order:
    """What was noted when an attempt was opened, and what it has left so far."""

    decision: Decision
    print_: Fingerprint
    target: Target | None = None
    rounds: tuple[Round, ...] = ()
    carried: tuple[CarriedFile, ...] = ()
    commit: str | None = None
    failed: set[int] = field(default_factory=set)
    stopped: bool = False


def proof_of(one: Task) -> Proof:
    """The checks of a task, none of them run."""
    return Proof(checks=tuple(check.name for check in one.contract.checks))


def worked(one: Task, last: Attempt, order: Order, before: Run | None, luck: Random) -> End:
    """Let an agent end somehow, and leave some work: a rework mostly other work than before."""
    if order.stopped or last.stopping:
        return _cancelled(last)
    if last.phase is Phase.LOST:
        return Status.LOST, ""
    if luck.random() < 0.1:
        return luck.choice([Status.FAILED, Status.FAILED, Status.ERRORED]), ""
    seen = last_good(before) if before is not None and order.decision.round is not None else None
    blob = luck.choice("abc") * 40 if seen is None else f"{last.number:040d}"
    order.carried = (CarriedFile("f", "100644", blob),)
    order.commit = f"{one.id}-{last.number}"
    if seen is not None and luck.random() < 0.2:
        order.carried, order.commit = seen.carried or (), seen.commit
    if one.contract.judge is None:
        return Status.SUCCEEDED, ""
    order.carried, order.commit = (), "base"
    word = luck.choice(["approved", *["rejected"] * 4, ""])
    if not word:
        return Status.FAILED, NO_VERDICT
    return (Status.SUCCEEDED, "") if word == "approved" else (Status.FAILED, told(VERDICT, word))


def heard(last: Attempt, order: Order, *, over: bool) -> End:
    """Let the checks decide, unless somebody has put an end to them."""
    if last.stopping or not over:
        return _cancelled(last)
    failed = [check.name for check in _checks(last, order) if not check.passed]
    return (Status.FAILED, told(CHECK_FAILED, failed[0])) if failed else (Status.SUCCEEDED, "")


def recorded(one: Task, last: Attempt, order: Order, end: End, before: Run | None, now: float) -> Run:
    """The record after an attempt."""
    status, reason = end
    if status is Status.CANCELLED:
        order.print_ = reverified(order.print_, one)
    word = "approved" if status.good else reason.removeprefix(f"{VERDICT}: ")
    verdict = word if one.contract.judge is not None and word in one.contract.judge.words else None
    rounds = order.rounds
    if order.target is not None and verdict is not None:
        rounds = (*rounds, Round(target=order.target, verdict=verdict, feedback=f"no {last.number}"))
    record = AttemptRecord(
        number=last.number,
        generation=last.generation,
        agent=last.agent,
        executor=last.executor,
        status=status,
        started_at=now,
        ended_at=now,
        exit_code=0,
        reason=reason,
        round=order.decision.round,
    )
    ended = Ended(
        task_id=one.id,
        attempt=record,
        fingerprint=order.print_,
        summary="",
        carried=order.carried,
        commit=order.commit,
        base="base",
        verdict=verdict,
        rounds=rounds,
    )
    return fold(before, ended)


def checked_again(one: Task, last: Attempt, order: Order, before: Run) -> Run:
    """The record after a verification."""
    said = Verified(
        fingerprint=reverified(order.print_, one) if last.stopping else order.print_,
        generation=last.generation,
        checks=_checks(last, order),
        protected_changed=(),
        stopped=last.stopping,
    )
    return verified(before, said)


def _cancelled(last: Attempt) -> End:
    return Status.CANCELLED, str(ReasonCode.STOP_REQUESTED) if last.stopping else OUTDATED


def _checks(last: Attempt, order: Order) -> tuple[CheckRecord, ...]:
    assert last.proof is not None
    found = []
    for name, run in zip(last.proof.checks, answers(last.proof), strict=True):
        reason = "exit code 1" if run is not None and run.number in order.failed else ""
        reason = STOPPED if run is None or run.stopping else reason
        record = CheckRecord(
            name=name,
            run="true",
            exit_code=None,
            seconds=0.0,
            commit=order.commit,
            output_digest="",
            tail="",
            reason=reason,
        )
        found.append(record)
    return tuple(found)
