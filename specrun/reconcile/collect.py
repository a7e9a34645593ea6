"""Takes in attempts that are over: evidence, work, record, and only then the tidying."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from specrun.core.change import Collect, ReasonCode
from specrun.core.event import Event, EventKind
from specrun.core.record import Ended, fold, superseded
from specrun.core.retry import BUDGET, ORPHANED, OUTDATED
from specrun.core.task import Strategy, Workspace
from specrun.core.world import AttemptRecord, Run, Status, World
from specrun.errors import ResultMissing
from specrun.ports import AttemptKey, Evidence, Intent, Metered, Outcome, Work
from specrun.reconcile.runtime import Runtime

OUTDATED_FENCE = "outdated"
WITHDRAWN = frozenset({OUTDATED_FENCE, OUTDATED, ORPHANED})
"""Reasons of fences after which it is as if the attempt had never been ordered."""
LIMITS = frozenset({"timeout", "idle_timeout", "log_limit", BUDGET, "max_turns"})


def collect(runtime: Runtime, world: World, change: Collect) -> Event | None:
    """Record an ended, lost or unlaunchable attempt; None for one that was withdrawn before it began.

    None also for one that was recorded long ago.
    """
    key = AttemptKey(change.task_id, change.number)
    evidence = runtime.attempts.evidence(key)
    intent = runtime.attempts.intent(key)
    event = None
    withdrawn = evidence.cause == "fenced" and evidence.error in WITHDRAWN
    # The note of a collection may be lost with the power, long after a later attempt was recorded.
    if not withdrawn and not superseded(world.runs.get(key.task_id), key.number, evidence.ended_at):
        run = _record(runtime, world, key, intent, evidence)
        event = _told(runtime, key, run, evidence)
    kept = event is not None and event.data.get("status") != str(Status.SUCCEEDED)
    runtime.attempts.collected(key, keep_home=kept and _goes_on(runtime, key))
    if intent.workspace is Workspace.CLONE and not kept:
        runtime.workspaces.remove(key, runtime.attempts.workspace(key))
    executor = runtime.executors.get(intent.executor)
    if executor is not None:
        executor.release(key, keep=kept)
    return event


def _goes_on(runtime: Runtime, key: AttemptKey) -> bool:
    """Whether a retry may go on in the conversation that the attempt leaves; else nobody reads it again."""
    task = runtime.desired.tasks.get(key.task_id)
    return task is not None and task.retry.strategy is Strategy.RESUME


def _record(runtime: Runtime, world: World, key: AttemptKey, intent: Intent, evidence: Evidence) -> Run:
    outcome = judge(runtime.agents[intent.agent].outcome(evidence), evidence)
    work = None
    try:
        work = _work(runtime, key, intent, evidence)
    except ResultMissing as gone:
        if outcome.status.good:
            outcome = replace(outcome, status=Status.FAILED, reason="workspace_missing", summary=gone.what)
    branch = None
    if work is not None and outcome.status.good:
        branch = runtime.workspaces.publish(key.task_id, work.commit)
    started = None if evidence.cause == "fenced" else evidence.started_at
    session = conversation(outcome.metered, intent, world.runs.get(key.task_id))
    attempt = replace(_attempt(key, intent, evidence, outcome), started_at=started, session_id=session)
    ended = Ended(
        task_id=key.task_id,
        attempt=attempt,
        fingerprint=intent.fingerprint,
        summary=outcome.summary,
        output=evidence.output,
        base=intent.base if work else None,
        commit=work.commit if work else None,
        branch=branch,
        carried=work.carried if work else None,
    )
    run = fold(world.runs.get(key.task_id), ended)
    runtime.store.save(run)
    return run


def _attempt(key: AttemptKey, intent: Intent, evidence: Evidence, outcome: Outcome) -> AttemptRecord:
    told = outcome.metered or Metered()
    return AttemptRecord(
        number=key.number,
        generation=intent.generation,
        agent=intent.agent,
        executor=intent.executor,
        model=told.model or intent.model,
        status=outcome.status,
        reason=outcome.reason,
        started_at=evidence.started_at,
        ended_at=evidence.ended_at,
        exit_code=evidence.exit_code,
        cost_usd=outcome.cost_usd,
        tokens=told.tokens,
        turns=told.turns,
        denials=told.denials,
    )


def conversation(told: Metered | None, intent: Intent, before: Run | None) -> str | None:
    """Answer the conversation of an attempt; one that was to begin and in which nothing was said is none."""
    if told is None:
        return intent.session_id
    known = {one.session_id for one in before.attempts} if before else set()
    begun = told.turns or told.tokens or told.result or intent.session_id in known
    return told.session_id or (intent.session_id if begun else None)


def judge(outcome: Outcome, evidence: Evidence) -> Outcome:
    """Let what the shim saw overrule what the agent's end looks like."""
    status, reason, summary = outcome.status, outcome.reason, outcome.summary
    if evidence.cause in LIMITS:
        status, reason, summary = Status.FAILED, evidence.cause, evidence.error or summary
    elif evidence.cause == "stopped":
        status, reason = Status.CANCELLED, evidence.error or "stop_requested"
    elif evidence.cause == "fenced" and evidence.error == ReasonCode.STOP_REQUESTED:
        status, reason = Status.CANCELLED, evidence.error
    elif evidence.cause == "lost":
        status, reason = Status.LOST, evidence.error or "the worker vanished without an exit record"
    elif evidence.cause in {"launch_failed", "fenced"}:
        status, reason = Status.ERRORED, evidence.error or evidence.cause
    elif status.good and (evidence.error or evidence.output_error):
        # E.g. a shutdown that the program took for the end of its work.
        status, reason = Status.FAILED, evidence.error or evidence.output_error
    return replace(outcome, status=status, reason=reason, summary=summary)


def _work(runtime: Runtime, key: AttemptKey, intent: Intent, evidence: Evidence) -> Work | None:
    if intent.workspace is not Workspace.CLONE or intent.base is None or evidence.cause == "fenced":
        return None
    path = runtime.attempts.workspace(key)
    return runtime.workspaces.collect(
        key, path, intent.base, evidence.ended_at, f"{key.task_id}: work of attempt {key.number}"
    )


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
