"""Opens attempts: workspace, prompt, order on disk, and only then a shim."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from specrun.core.agent import Price
from specrun.core.briefing import appended
from specrun.core.change import Decision, Relaunch
from specrun.core.event import Event, EventKind
from specrun.core.project import guarded
from specrun.core.reasons import MERGE_CONFLICT
from specrun.core.record import Ended, fold
from specrun.core.rework import judged, remembered, target_of
from specrun.core.task import Task, TaskId, Workspace
from specrun.core.upstream import built_on
from specrun.core.world import AttemptRecord, Fingerprint, Status, World
from specrun.errors import MergeConflict
from specrun.ports import AttemptKey, Launch, Order, Prepared
from specrun.reconcile.environment import concealed, secret_values, worker_environment
from specrun.reconcile.observe import retry_prompt
from specrun.reconcile.previous import previous
from specrun.reconcile.programs import places
from specrun.reconcile.resume import Resumption, resumption
from specrun.reconcile.runtime import Runtime


def start(runtime: Runtime, world: World, decision: Decision) -> Event:
    """Open and launch a new attempt; a conflict between upstreams is recorded instead of launched."""
    task = runtime.desired.tasks[decision.task_id]
    run = world.runs.get(task.id)
    recorded = max((one.number for one in run.attempts), default=0) if run else 0
    key = AttemptKey(task.id, runtime.attempts.next_number(task.id, recorded))
    secrets = secret_values(task.id, task.secrets, runtime.environ)
    tools = places(task, runtime.environ)
    _clear_older(runtime, world, key)
    again = resumption(runtime, world, decision)
    try:
        prepared = _prepared(runtime, world, key, again)
    except MergeConflict as error:
        return _refused(runtime, world, decision, key, error)
    order = _owing(runtime, world, decision, _order(runtime, world, decision, key, prepared, again))
    order = replace(order, tools=tools)
    runtime.attempts.order(order)
    launch(runtime, key, order.executor, secrets)
    told = f"attempt {key.number}, {decision.action}"
    told += f", round {decision.round}" if decision.round is not None else ""
    return Event(
        at=runtime.clock(),
        kind=EventKind.STARTED,
        task_id=task.id,
        number=key.number,
        message=f"{task.id} started ({told}, {task.agent} on {order.executor})",
        data={"action": str(decision.action), "agent": task.agent, "executor": order.executor},
    )


def _prepared(runtime: Runtime, world: World, key: AttemptKey, again: Resumption) -> Prepared:
    task = runtime.desired.tasks[key.task_id]
    path = runtime.attempts.workspace(key)
    if again.commit is None:
        return runtime.workspaces.prepare(key, task.workspace, runtime.base, _commits(task, world), path)
    # The work of the failed attempt holds that of the upstreams; its change still counts from the code base.
    prepared = runtime.workspaces.prepare(key, task.workspace, again.commit, {}, path)
    return replace(prepared, base=again.base)


def relaunch(runtime: Runtime, change: Relaunch) -> Event:
    """Ask once more for the shim of an attempt that nobody claimed."""
    key = AttemptKey(change.task_id, change.number, change.check)
    intent = runtime.attempts.intent(AttemptKey(change.task_id, change.number))
    if change.check:
        task = runtime.desired.tasks.get(key.task_id)
        secrets = concealed(task.secrets if task else (), runtime.environ)
    else:
        secrets = secret_values(key.task_id, intent.secrets, runtime.environ)
    launch(runtime, key, intent.executor, secrets)
    what = f"check run {key.check} of attempt" if key.check else "attempt"
    return Event(
        at=runtime.clock(),
        kind=EventKind.RELAUNCHED,
        task_id=key.task_id,
        number=key.number,
        message=f"{key.task_id} launched again ({what} {key.number} had not started)",
    )


def launch(runtime: Runtime, key: AttemptKey, executor: str, secrets: Mapping[str, str]) -> None:
    """Note the launch durably, then ask the executor; the start token makes repeating harmless."""
    runtime.attempts.launching(key, secrets)
    runtime.executors[executor].start(key, runtime.attempts.directory(key))


def _order(
    runtime: Runtime,
    world: World,
    decision: Decision,
    key: AttemptKey,
    prepared: Prepared,
    again: Resumption,
) -> Order:
    task = runtime.desired.tasks[decision.task_id]
    run = world.runs.get(task.id)
    agent = runtime.agents[task.agent]
    used = sum(one.generation == decision.generation for one in run.attempts) if run else 0
    command = agent.command(task, _launch(runtime, key, again, prepared))
    environment = worker_environment(
        task, runtime.environ, attempt=used + 1, base=prepared.base, agent=command.env
    )
    return Order(
        task_id=task.id,
        number=key.number,
        generation=decision.generation,
        agent=task.agent,
        executor=task.executor or runtime.executor,
        prompt=_prompt(runtime, world, key),
        command=command,
        cwd=prepared.path,
        env=environment,
        secrets=task.secrets,
        limits=task.limits,
        fingerprint=_known(decision),
        branch=world.branch,
        workspace=task.workspace,
        base=prepared.base,
        created_at=runtime.clock(),
        grant=world.grants.get(task.id, ""),
        model=task.model,
        budget=task.budget if agent.traits.price is Price.REPORTED else None,
        max_turns=task.max_turns,
        earlier=again.earlier,
        home_from=again.home,
    )


def _owing(runtime: Runtime, world: World, decision: Decision, order: Order) -> Order:
    """Answer the order with what collecting will ask of the work."""
    task = runtime.desired.tasks[order.task_id]
    rewinds = target_of(task) is not None
    return replace(
        order,
        contract=task.contract,
        head=runtime.base,
        round=decision.round,
        target=judged(task, world) if rewinds else None,
        rounds=remembered(task, decision, world) if rewinds else (),
        watched=_watched(runtime, task),
    )


def _watched(runtime: Runtime, task: Task) -> Mapping[str, str]:
    """Answer the protected files of work in the repo itself, which nothing can restore."""
    if task.workspace is Workspace.CLONE or not task.contract.checks:
        return {}
    return runtime.workspaces.watched(guarded(task.contract))


def _launch(runtime: Runtime, key: AttemptKey, again: Resumption, prepared: Prepared) -> Launch:
    directory = runtime.attempts.directory(key)
    return Launch(
        prompt=directory / "prompt.md",
        home=directory / "home",
        session=again.session or str(uuid.uuid4()),
        resuming=again.session is not None,
        workspace=prepared.path.resolve(),
    )


def _known(decision: Decision) -> Fingerprint:
    if decision.fingerprint is None:
        raise ValueError(f"{decision.task_id} is not in the specs and cannot start")
    return decision.fingerprint


def _prompt(runtime: Runtime, world: World, key: AttemptKey) -> str:
    task = runtime.desired.tasks[key.task_id]
    again = retry_prompt(runtime, task, world)
    text = again if again is not None else world.prompts[task.id] if task.prompt is None else task.prompt
    # What its own template tells of the attempt before is not told twice.
    silent = runtime.prompts.uses_previous(task.id) or _rejected(task, world)
    before = None if silent else previous(runtime, task, world)
    return text + appended(
        task.contract,
        previous=before,
        traits=runtime.agents[task.agent].traits,
        inbox=str(runtime.attempts.directory(key) / "inbox"),
    )


def _rejected(task: Task, world: World) -> bool:
    """Whether a judge has said no: nothing has failed, and nobody is to urge it to say something else."""
    judge, run = task.contract.judge, world.runs.get(task.id)
    return judge is not None and run is not None and run.verdict in judge.failing


def _commits(task: Task, world: World) -> dict[TaskId, str]:
    """The commits that upstreams hand on, or what stands for those that are not in this repository."""
    return {
        upstream: world.absent.get(commit, commit)
        for upstream, (commit, _) in built_on(task, world.runs).items()
    }


def _clear_older(runtime: Runtime, world: World, key: AttemptKey) -> None:
    """Remove the trees of earlier attempts, but for those of other branches; refs hold their state.

    Some belong to no attempt: specrun was killed before it had written the order.
    """
    if key.number == 1:
        return
    others = {one.number for one in runtime.attempts.scan().get(key.task_id, ())}
    others -= {one.number for one in world.attempts.get(key.task_id, ())}
    for number in range(1, key.number):
        if number in others:
            continue
        older = AttemptKey(key.task_id, number)
        if runtime.desired.tasks[key.task_id].contract.checks:
            runtime.workspaces.sweep_up(older)
        path = runtime.attempts.workspace(older)
        if path.exists():
            runtime.workspaces.remove(older, path)


def _refused(
    runtime: Runtime, world: World, decision: Decision, key: AttemptKey, error: MergeConflict
) -> Event:
    task = runtime.desired.tasks[decision.task_id]
    now = runtime.clock()
    attempt = AttemptRecord(
        number=key.number,
        generation=decision.generation,
        agent=task.agent,
        executor=task.executor or runtime.executor,
        status=Status.FAILED,
        started_at=None,
        ended_at=now,
        exit_code=None,
        reason=MERGE_CONFLICT,
        cost_usd=Decimal(0),
    )
    rounds = remembered(task, decision, world)
    ended = Ended(
        task_id=task.id, attempt=attempt, fingerprint=_known(decision), summary=error.what, rounds=rounds
    )
    runtime.store.save(fold(world.runs.get(task.id), ended))
    # No intent will ever name the grant; left alone, it would ask again for ever.
    runtime.attempts.spend(world.grants.get(task.id, ""))
    return Event(
        at=now,
        kind=EventKind.ENDED,
        task_id=task.id,
        number=key.number,
        message=f"{task.id} {attempt.status}: {error.what}",
        data={"status": str(attempt.status), "reason": MERGE_CONFLICT},
    )
