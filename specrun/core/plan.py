"""Turns (desired, world) into decisions and changes, each with its reasons: the brain of specrun."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from specrun.core.change import (
    Action,
    Change,
    Collect,
    Conclude,
    Decision,
    Fence,
    Forget,
    Move,
    Plan,
    Reason,
    ReasonCode,
    Restore,
    Start,
    Stop,
    Verify,
)
from specrun.core.decide import obstruction, open_attempt
from specrun.core.launching import LAUNCH_WAIT, unclaimed
from specrun.core.proving import current, step
from specrun.core.reading import begun
from specrun.core.rework import fruitless, judges_of
from specrun.core.schedule import LIVE, pick
from specrun.core.task import Desired, TaskId, split_id
from specrun.core.turn import decide_all
from specrun.core.unsafe import unsafe
from specrun.core.world import Attempt, Phase, Run, World


def plan(desired: Desired, world: World) -> Plan:
    """Answer what becomes of every task and what to do now. Total, deterministic, without I/O."""
    decisions = decide_all(desired, world)
    open_ = list(_open(desired, world))
    for attempt in open_:
        if attempt.task_id not in desired.tasks:
            decisions[attempt.task_id] = _orphaned(attempt, desired, world)
    left = [name for name in world.runs if name not in decisions]
    left_over = {name: _left_over(name, world.runs[name], desired) for name in left}
    decisions.update({name: one for name, one in left_over.items() if one is not None})
    live = [one for one in open_ if one.phase in LIVE and not (one.proof and current(one.proof) is None)]
    starts, waiting = pick(desired, world, tuple(decisions.values()), open_)
    decisions.update(waiting)
    settled = [found for one in open_ if (found := settle(one, decisions[one.task_id], world))]
    amended = [*_amended(desired, decisions, world)]
    return Plan(
        decisions=tuple(decisions.values()),
        # Dependents read records, so they start once those are right again.
        changes=(*settled, *(amended or [_begun(one, desired, world) for one in starts])),
        wake_at=_wake(decisions, live, world),
        live=tuple(one.task_id for one in live),
        unsafe=unsafe(desired, world, decisions.values()),
    )


def _begun(change: Start | Verify, desired: Desired, world: World) -> Start | Verify:
    """Answer a start whose attempt is noted with the files that it reads now."""
    decision = change.decision
    if isinstance(change, Verify) or decision.fingerprint is None:
        return change
    print_ = begun(desired.tasks[decision.task_id], decision.fingerprint, world)
    return change if print_ is decision.fingerprint else Start(replace(decision, fingerprint=print_))


def settle(attempt: Attempt, decision: Decision, world: World) -> Change | None:
    """Answer what an attempt that is not collected yet asks for.

    None when it is just at work, or held for a person to look at.
    """
    at_work = attempt.phase is Phase.RUNNING and (decision.action is not Action.STOP or attempt.stopping)
    if at_work or decision.action is Action.HOLD:
        return None
    if attempt.phase in {Phase.ENDED, Phase.LOST, Phase.FENCED}:
        return Collect(attempt.task_id, attempt.number)
    if attempt.phase is Phase.PROVING:
        return step(attempt, decision, world)
    if attempt.phase is Phase.RUNNING:
        return Stop(attempt.task_id, attempt.number, decision.reasons[0].code)
    if decision.action is Action.STOP:
        return Fence(attempt.task_id, attempt.number, failed=False, asked=attempt.stopping)
    return unclaimed(attempt, world)


def _amended(desired: Desired, decisions: Mapping[TaskId, Decision], world: World) -> Iterator[Change]:
    """Answer what is to be put right in the records before anything is started; only of selected tasks."""
    for new, old in world.moved.items():
        if _selected(new, desired) and not _doubtful(new, decisions, world):
            yield Move(old, new)
    for name, one in decisions.items():
        if one.action is Action.PRUNE and one.ready:
            yield Forget(name)
        elif _set_back(one, world) and _selected(name, desired):
            yield Restore(name)
    yield from _concluded(desired, decisions, world)


def _doubtful(name: TaskId, decisions: Mapping[TaskId, Decision], world: World) -> bool:
    """Whether a record was edited by hand and nobody replaces it: writing it would vouch for it."""
    run, made = world.runs.get(name), decisions.get(name)
    return run is not None and run.edited and (made is None or made.action in {Action.HOLD, Action.PRUNE})


def _selected(name: TaskId, desired: Desired) -> bool:
    return desired.only is None or name in desired.only


def _left_over(name: TaskId, run: Run, desired: Desired) -> Decision | None:
    """Answer what becomes of a record whose task is gone: it stays, unless the spec says that it may go."""
    spec, task = split_id(name)
    if spec not in desired.specs:
        return None
    goes = task in desired.specs[spec].removed and _selected(name, desired)
    frozen = (Reason(ReasonCode.FROZEN, run.frozen.reason),) if goes and run.frozen is not None else ()
    return Decision(
        task_id=name,
        action=Action.HOLD if frozen else Action.PRUNE,
        reasons=frozen or (Reason(ReasonCode.ORPHANED),),
        generation=run.generation,
        fingerprint=None,
        ready=goes and not frozen,
        would=Action.PRUNE if frozen else None,
    )


def _set_back(decision: Decision, world: World) -> bool:
    return decision.action is Action.REUSE and not world.runs[decision.task_id].status.good


def _concluded(desired: Desired, decisions: Mapping[TaskId, Decision], world: World) -> Iterator[Conclude]:
    """Tell judges whose rework has changed nothing that this was the end of it."""
    for target, judges in judges_of(desired).items():
        for name in judges if target in world.runs else ():
            told = fruitless(desired.tasks[name], world) if decisions[name].action is Action.HOLD else ""
            doubtful = _doubtful(name, decisions, world) or not _selected(name, desired)
            if told and world.runs[name].reason != told and not doubtful:
                yield Conclude(name, told)


def _open(desired: Desired, world: World) -> Iterator[Attempt]:
    for name in sorted(world.attempts):
        if split_id(name)[0] in desired.specs:
            attempt = open_attempt(world, name)
            if attempt is not None:
                yield attempt


def _orphaned(attempt: Attempt, desired: Desired, world: World) -> Decision:
    ended = attempt.phase in {Phase.ENDED, Phase.LOST, Phase.FENCED}
    obstructed = obstruction(attempt, world)
    action = Action.ADOPT if ended or not _selected(attempt.task_id, desired) else Action.STOP
    return Decision(
        task_id=attempt.task_id,
        action=action if obstructed is None else Action.HOLD,
        reasons=(obstructed or Reason(ReasonCode.ORPHANED, f"attempt {attempt.number}"),),
        generation=attempt.generation,
        fingerprint=None,
    )


def _wake(decisions: Mapping[TaskId, Decision], live: list[Attempt], world: World) -> float | None:
    delayed = (one for one in decisions.values() if one.not_before > world.now)
    times = [one.not_before for one in delayed if one.reasons[-1].code is ReasonCode.RETRY_DELAY]
    ordered = [one.launched_at for one in live if one.phase is Phase.ORDERED]
    runs = [run for one in live if one.proof is not None and (run := current(one.proof)) is not None]
    ordered += [run.launched_at for run in runs if run.phase is Phase.ORDERED]
    times += [at + LAUNCH_WAIT for at in ordered if at is not None]
    return min(times, default=None)
