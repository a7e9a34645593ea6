"""Takes in attempts that are over: evidence, work, proof, record, and only then the tidying."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from specrun.core.change import Collect, ReasonCode
from specrun.core.event import Event, EventKind
from specrun.core.evidence import CheckRecord, Round, shortcoming
from specrun.core.fingerprint import reverified
from specrun.core.proving import complete
from specrun.core.reasons import ORPHANED, OUTDATED
from specrun.core.record import Ended, fold, superseded
from specrun.core.task import Strategy, Task, Workspace
from specrun.core.world import Attempt, AttemptRecord, Fingerprint, Phase, Run, Status, World
from specrun.ports import AttemptKey, Evidence, Intent, Metered, Outcome
from specrun.reconcile import prove, verify
from specrun.reconcile.examine import WITHDRAWN, Found, examine, failed, same_work
from specrun.reconcile.programs import moved
from specrun.reconcile.runtime import Runtime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One attempt that is over, and what is known of it; `task` is None where it is gone from the specs."""

    key: AttemptKey
    attempt: Attempt
    intent: Intent
    evidence: Evidence
    task: Task | None
    before: Run | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Proven:
    """What an attempt came to, its checks heard."""

    found: Found
    fingerprint: Fingerprint
    checks: tuple[CheckRecord, ...] = ()
    protected_changed: tuple[str, ...] = ()


def collect(runtime: Runtime, world: World, change: Collect) -> Event | None:
    """Record an ended, lost or unlaunchable attempt, or let its checks begin.

    None for one that goes on with its checks, that was withdrawn before it began, or recorded long ago.
    """
    key = AttemptKey(change.task_id, change.number)
    intent = runtime.attempts.intent(key)
    attempt = next(one for one in world.attempts[key.task_id] if one.number == key.number)
    if intent.verifying:
        return verify.settle(runtime, world, attempt, intent)
    evidence = runtime.attempts.evidence(key)
    before = world.runs.get(key.task_id)
    event = None
    withdrawn = evidence.cause == "fenced" and evidence.error in WITHDRAWN
    # The note of a collection may be lost with the power, long after a later attempt was recorded.
    if not withdrawn and not superseded(before, key.number, evidence.ended_at):
        task = runtime.desired.tasks.get(key.task_id)
        case = _Case(key=key, attempt=attempt, intent=intent, evidence=evidence, task=task, before=before)
        proven = _heard(runtime, case) if attempt.phase is Phase.PROVING else _found(runtime, world, case)
        if proven is None:
            return None
        event = _told(runtime, key, _record(runtime, case, proven), evidence)
    _tidy(runtime, attempt, intent, event)
    return event


def _tidy(runtime: Runtime, attempt: Attempt, intent: Intent, event: Event | None) -> None:
    key = AttemptKey(attempt.task_id, attempt.number)
    kept = event is not None and event.data.get("status") != str(Status.SUCCEEDED)
    if intent.workspace is Workspace.CLONE and (attempt.proof is not None or intent.contract.checks):
        runtime.workspaces.sweep_up(key)
    runtime.attempts.collected(key, keep_home=kept and _goes_on(runtime, key))
    if intent.workspace is Workspace.CLONE and not kept:
        runtime.workspaces.remove(key, runtime.attempts.workspace(key))
    prove.release(runtime, intent, attempt)
    executor = runtime.executors.get(intent.executor)
    if executor is not None:
        executor.release(key, keep=kept)


def _goes_on(runtime: Runtime, key: AttemptKey) -> bool:
    """Whether a retry may go on in the conversation that the attempt leaves; else nobody reads it again."""
    task = runtime.desired.tasks.get(key.task_id)
    return task is not None and task.retry.strategy is Strategy.RESUME


def _found(runtime: Runtime, world: World, case: _Case) -> _Proven | None:
    """Judge an attempt whose agent has ended; None where its checks are to be heard first."""
    task, intent = case.task, case.intent
    found = examine(runtime, case.key, intent, case.evidence, None)
    if intent.round is not None:
        found = same_work(found, case.before)
    if not found.outcome.status.good:
        # Checks that were edited while it ran would have been the ones to run: nothing was edited since.
        return _Proven(found=found, fingerprint=_asked_now(case))
    if task is None:
        # Nobody can say any more what would prove it.
        gone = replace(found.outcome, status=Status.CANCELLED, reason=ORPHANED)
        found = replace(found, outcome=gone) if intent.contract.checks else found
        return _Proven(found=found, fingerprint=intent.fingerprint)
    wrong = moved(task.contract.checks, intent.tools, task, runtime.environ)
    if task.contract.checks and not wrong:
        wrong = prove.begin(runtime, world, case.key, intent, found)
        if not wrong:
            return None
    if wrong:
        found = replace(found, outcome=failed(found.outcome, wrong))
    changed = prove.tampered(runtime, world, task, intent, found)
    return _Proven(found=found, fingerprint=_asked_now(case), protected_changed=changed)


def _asked_now(case: _Case) -> Fingerprint:
    before = case.intent.fingerprint
    return before if case.task is None else reverified(before, case.task)


def _heard(runtime: Runtime, case: _Case) -> _Proven:
    """Let the checks decide."""
    proof = runtime.attempts.proof(case.key)
    found = examine(runtime, case.key, case.intent, case.evidence, proof)
    checks = prove.results(runtime, case.attempt, proof)
    outcome = _decided(case, found.outcome, checks)
    cancelled = outcome.status is Status.CANCELLED
    return _Proven(
        found=replace(found, outcome=outcome),
        fingerprint=_asked_now(case) if cancelled else proof.fingerprint,
        checks=checks,
        protected_changed=proof.protected_changed,
    )


def _decided(case: _Case, outcome: Outcome, checks: tuple[CheckRecord, ...]) -> Outcome:
    over = case.attempt.proof is not None and complete(case.attempt.proof)
    if case.attempt.stopping or prove.stopped(checks) or not over:
        why = str(ReasonCode.STOP_REQUESTED) if case.attempt.stopping else prove.asked(checks)
        return replace(outcome, status=Status.CANCELLED, reason=why or (OUTDATED if case.task else ORPHANED))
    reason = shortcoming(checks)
    return failed(outcome, reason) if reason else outcome


def _record(runtime: Runtime, case: _Case, proven: _Proven) -> Run:
    key, intent, found = case.key, case.intent, proven.found
    work, outcome = found.work, found.outcome
    branch = None
    if work is not None and outcome.status.good:
        branch = runtime.workspaces.publish(key.task_id, work.commit)
    ended = Ended(
        task_id=key.task_id,
        attempt=replace(_attempt(case, outcome), checks=tuple(one.short() for one in proven.checks)),
        fingerprint=proven.fingerprint,
        summary=outcome.summary,
        output=found.output,
        base=intent.base if work else None,
        commit=work.commit if work else None,
        branch=branch,
        carried=work.carried if work else None,
        checks=proven.checks,
        verdict=found.verdict,
        rounds=_rounds(intent, found),
        protected_changed=proven.protected_changed,
        discarded=found.discarded,
    )
    run = fold(case.before, ended)
    runtime.store.save(run)
    return run


def _rounds(intent: Intent, found: Found) -> tuple[Round, ...]:
    if intent.target is None or found.verdict is None:
        return intent.rounds
    said = Round(target=intent.target, verdict=found.verdict, feedback=found.feedback)
    return (*intent.rounds, said)


def _attempt(case: _Case, outcome: Outcome) -> AttemptRecord:
    intent, evidence = case.intent, case.evidence
    metered = outcome.metered or Metered()
    return AttemptRecord(
        number=case.key.number,
        generation=intent.generation,
        agent=intent.agent,
        executor=intent.executor,
        model=metered.model or intent.model,
        status=outcome.status,
        reason=outcome.reason,
        started_at=None if evidence.cause == "fenced" else evidence.started_at,
        ended_at=evidence.ended_at,
        exit_code=evidence.exit_code,
        cost_usd=outcome.cost_usd,
        tokens=metered.tokens,
        turns=metered.turns,
        session_id=conversation(outcome.metered, intent, case.before),
        denials=metered.denials,
        round=intent.round,
    )


def conversation(told: Metered | None, intent: Intent, before: Run | None) -> str | None:
    """Answer the conversation of an attempt; one that was to begin and in which nothing was said is none."""
    if told is None:
        return intent.session_id
    known = {one.session_id for one in before.attempts} if before else set()
    begun = told.turns or told.tokens or told.result or intent.session_id in known
    return told.session_id or (intent.session_id if begun else None)


def _told(runtime: Runtime, key: AttemptKey, run: Run, evidence: Evidence) -> Event:
    seconds = None if evidence.started_at is None else round(evidence.ended_at - evidence.started_at, 3)
    took = "" if seconds is None else f" in {seconds:.2f}s"
    took += f", {run.last.cost_usd} USD" if run.last and run.last.cost_usd else ""
    why = f": {run.reason}" if run.reason else ""
    return Event(
        at=runtime.clock(),
        kind=EventKind.ENDED,
        task_id=key.task_id,
        number=key.number,
        message=f"{key.task_id} {run.status}{took}{why}",
        data={
            "status": str(run.status),
            "reason": run.reason,
            "seconds": seconds,
            "exit_code": evidence.exit_code,
            "summary": run.summary,
            "cost_usd": _number(run),
        },
    )


def _number(run: Run) -> float | None:
    cost: Decimal | None = run.last.cost_usd if run.last else None
    return None if cost is None else float(cost)
