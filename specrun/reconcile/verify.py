"""Holds recorded work against the checks of today, without an agent."""

from __future__ import annotations

from specrun.core.change import Decision, ReasonCode
from specrun.core.event import Event, EventKind
from specrun.core.glob import matches
from specrun.core.project import guarded
from specrun.core.proving import complete
from specrun.core.record import Verified, verified
from specrun.core.task import Task, Workspace
from specrun.core.world import Attempt, Run, World
from specrun.errors import ResultMissing
from specrun.ports import AttemptKey, Intent, Order, ProofOrder
from specrun.reconcile.programs import places
from specrun.reconcile.prove import asked, inherited, protected, release, results, stopped
from specrun.reconcile.runtime import Runtime


def verify(runtime: Runtime, world: World, decision: Decision) -> Event | None:
    """Open an attempt that has only checks: the tree of the recorded commit, and the order on disk.

    None where no tree can be made of it; then the task is held for that at the next turn.
    """
    task, run = runtime.desired.tasks[decision.task_id], world.runs[decision.task_id]
    places(task, runtime.environ)
    recorded = max((one.number for one in run.attempts), default=0)
    key = AttemptKey(task.id, runtime.attempts.next_number(task.id, recorded))
    commit = None if run.commit is None else world.absent.get(run.commit, run.commit)
    try:
        proof = _proof(runtime, world, task, key, commit)
    except ResultMissing:
        runtime.memo["commit", task.id, run.commit] = (run.carried, "")
        return None
    runtime.attempts.order(_order(runtime, world, decision, key, proof), proof)
    names = ", ".join(check.name for check in proof.checks) or "none any more"
    return Event(
        at=runtime.clock(),
        kind=EventKind.STARTED,
        task_id=task.id,
        number=key.number,
        message=f"{task.id} is checked again (attempt {key.number}, {decision.action}, checks: {names})",
        data={"action": str(decision.action), "commit": commit},
    )


def _proof(runtime: Runtime, world: World, task: Task, key: AttemptKey, commit: str | None) -> ProofOrder:
    run, globs = world.runs[task.id], guarded(task.contract)
    # Those that are protected still; the work's own are among them, beside those of its upstreams.
    changed = tuple(
        path
        for path in run.protected_changed
        if matches(globs, path, case=False) or path.startswith("results/")
    )
    cwd = runtime.workspaces.prepare(
        key, Workspace.NONE, runtime.base, {}, runtime.attempts.workspace(key)
    ).path
    if commit is not None:
        # Where the code base itself stands for the commit, a person has taken the change in.
        kept = commit == run.commit and run.base is not None
        taken_over = (*changed, *inherited(task, world)) if kept else ()
        restored = dict.fromkeys(taken_over, runtime.base)
        own = protected(task.contract, run.carried or ()) if kept else ()
        restored |= dict.fromkeys(own, run.base or commit)
        changed = tuple(sorted(restored))
        cwd = runtime.workspaces.check_out(key, commit, restored) if task.contract.checks else cwd
    return ProofOrder(
        commit=commit,
        cwd=cwd,
        fingerprint=run.fingerprint,
        checks=task.contract.checks,
        protected_changed=changed,
        discarded=run.discarded,
    )


def _order(runtime: Runtime, world: World, decision: Decision, key: AttemptKey, proof: ProofOrder) -> Order:
    task, run = runtime.desired.tasks[key.task_id], world.runs[key.task_id]
    return Order(
        task_id=task.id,
        number=key.number,
        generation=decision.generation,
        agent=task.agent,
        executor=task.executor or runtime.executor,
        prompt="",
        command=None,
        cwd=proof.cwd,
        env={},
        secrets=(),
        limits=task.limits,
        fingerprint=decision.fingerprint or run.fingerprint,
        branch=world.branch,
        workspace=task.workspace,
        base=run.base,
        created_at=runtime.clock(),
        contract=task.contract,
        head=runtime.base,
    )


def settle(runtime: Runtime, world: World, attempt: Attempt, intent: Intent) -> Event | None:
    """Fold what the checks said into the record; one that was broken off by an edit says nothing."""
    key = AttemptKey(attempt.task_id, attempt.number)
    run, proof = world.runs.get(key.task_id), runtime.attempts.proof(key)
    checks = results(runtime, attempt, proof)
    over = attempt.proof is not None and complete(attempt.proof) and not stopped(checks)
    by_person = attempt.stopping or asked(checks) == ReasonCode.STOP_REQUESTED
    event = None
    if run is not None and (over or by_person):
        event = _recorded(runtime, run, attempt, intent, proof)
    if proof.commit is not None:
        runtime.workspaces.sweep_up(key)
    runtime.attempts.collected(key)
    release(runtime, intent, attempt)
    return event


def _recorded(runtime: Runtime, run: Run, attempt: Attempt, intent: Intent, proof: ProofOrder) -> Event:
    checks = results(runtime, attempt, proof)
    passed = all(check.passed for check in checks)
    branch = run.branch
    # A success stands on its branch already, or a person has gone on from there.
    if passed and not run.status.good and run.commit is not None and proof.commit == run.commit:
        branch = runtime.workspaces.publish(run.task_id, run.commit)
    now = verified(
        run,
        Verified(
            fingerprint=intent.fingerprint,
            generation=intent.generation,
            checks=checks,
            protected_changed=proof.protected_changed,
            branch=branch,
            stopped=attempt.stopping or asked(checks) == ReasonCode.STOP_REQUESTED,
        ),
    )
    runtime.store.save(now)
    why = f": {now.reason}" if now.reason else ""
    return Event(
        at=runtime.clock(),
        kind=EventKind.ENDED,
        task_id=run.task_id,
        number=attempt.number,
        message=f"{run.task_id} {now.status} when checked again{why}",
        data={"status": str(now.status), "reason": now.reason, "summary": now.summary},
    )
