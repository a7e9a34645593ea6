"""Tells what a plan shows without anything being done: workers taken over, dependents cut off."""

from __future__ import annotations

from specrun.core.change import Action, Decision, Plan, ReasonCode
from specrun.core.event import Event, EventKind


def noticed(before: Plan | None, plan: Plan, now: float) -> tuple[Event, ...]:
    """Answer what is new since the plan before; None stands for the first turn of a command."""
    return _adopted(plan, now) if before is None else _cut_off(before, plan, now)


def _adopted(plan: Plan, now: float) -> tuple[Event, ...]:
    return tuple(
        Event(
            at=now,
            kind=EventKind.ADOPTED,
            task_id=one.task_id,
            message=f"{one.task_id} adopted: {told.detail} {_state(told.code)}",
        )
        for one in plan.decisions
        if one.action is Action.ADOPT
        for told in one.reasons[:1]
    )


def _state(code: ReasonCode) -> str:
    words = {ReasonCode.RUNNING: "is running", ReasonCode.PROVING: "is being checked"}
    return words.get(code, "had ended without being recorded")


def _cut_off(before: Plan, plan: Plan, now: float) -> tuple[Event, ...]:
    if before.decisions == plan.decisions:
        return ()
    deferred = {one.task_id for one in before.decisions if one.action is Action.DEFERRED}
    return tuple(
        Event(
            at=now,
            kind=EventKind.CUT_OFF,
            task_id=one.task_id,
            message=_kept(one),
        )
        for one in plan.decisions
        if one.action is Action.REUSE and one.task_id in deferred
    )


def _kept(one: Decision) -> str:
    if one.stale:
        return f"{one.task_id} stays as it is, stale: an upstream has not succeeded"
    return f"{one.task_id} reused: its upstreams ran and nothing that it uses has changed"
