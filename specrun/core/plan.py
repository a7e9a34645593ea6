"""Turns (desired, world) into decisions and changes, each with its reasons: the brain of specrun."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from specrun.core.change import (
    Action,
    Change,
    Collect,
    Conclude,
    Decision,
    Fence,
    Plan,
    Reason,
    ReasonCode,
    Restore,
    Stop,
)
from specrun.core.decide import obstruction, open_attempt
from specrun.core.launching import LAUNCH_WAIT, unclaimed
from specrun.core.proving import current, step
from specrun.core.rework import fruitless, judges_of
from specrun.core.schedule import LIVE, pick
from specrun.core.task import Desired, TaskId, split_id
from specrun.core.turn import decide_all
from specrun.core.world import Attempt, Phase, World


def plan(desired: Desired, world: World) -> Plan:
    """Answer what becomes of every task and what to do now. Total, deterministic, without I/O."""
    decisions = decide_all(desired, world)
    open_ = list(_open(desired, world))
    for attempt in open_:
        if attempt.task_id not in desired.tasks:
            decisions[attempt.task_id] = _orphaned(attempt, world)
    live = [one for one in open_ if one.phase in LIVE and not (one.proof and current(one.proof) is None)]
    starts, waiting = pick(desired, world, tuple(decisions.values()), open_)
    decisions.update(waiting)
    settled = [found for one in open_ if (found := settle(one, decisions[one.task_id], world))]
    restored: list[Change] = [Restore(name) for name, one in decisions.items() if _set_back(one, world)]
    restored += _concluded(desired, decisions, world)
    return Plan(
        decisions=tuple(decisions.values()),
        # Dependents read records, so they start once those are right again.
        changes=(*settled, *(restored or starts)),
        wake_at=_wake(decisions, live, world),
        live=tuple(one.task_id for one in live),
    )


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


def _set_back(decision: Decision, world: World) -> bool:
    return decision.action is Action.REUSE and not world.runs[decision.task_id].status.good


def _concluded(desired: Desired, decisions: Mapping[TaskId, Decision], world: World) -> Iterator[Conclude]:
    """Tell judges whose rework has changed nothing that this was the end of it."""
    for target, judges in judges_of(desired).items():
        for name in judges if target in world.runs else ():
            told = fruitless(desired.tasks[name], world) if decisions[name].action is Action.HOLD else ""
            if told and world.runs[name].reason != told:
                yield Conclude(name, told)


def _open(desired: Desired, world: World) -> Iterator[Attempt]:
    for name in sorted(world.attempts):
        if split_id(name)[0] in desired.specs:
            attempt = open_attempt(world, name)
            if attempt is not None:
                yield attempt


def _orphaned(attempt: Attempt, world: World) -> Decision:
    ended = attempt.phase in {Phase.ENDED, Phase.LOST, Phase.FENCED}
    obstructed = obstruction(attempt, world)
    action = Action.ADOPT if ended else Action.STOP
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
