"""Holds back tasks that are not to run by their own spec or record: disabled, frozen, or on a condition."""

from __future__ import annotations

from dataclasses import replace

from specrun.core.change import Action, Decision, Reason, ReasonCode
from specrun.core.task import Condition, Task
from specrun.core.upstream import last_good
from specrun.core.world import World

_OPEN = frozenset({Action.RUN, Action.RERUN, Action.CASCADE, Action.RETRY})


def withheld(task: Task, wanted: Decision, world: World) -> Decision:
    """Answer a wish, or the hold in its place where the task is withdrawn; what is up to date stays so."""
    if wanted.action is Action.REUSE:
        return wanted
    code = withheld_code(task, world)
    return wanted if code is None else _held(task, wanted, Reason(code, _told(task, code, world)), world)


def withheld_code(task: Task, world: World) -> ReasonCode | None:
    """Answer why a task is withdrawn as far as that is known beforehand; what is frozen stays frozen."""
    run = world.runs.get(task.id)
    if task.freeze or (run is not None and run.frozen is not None):
        return ReasonCode.FROZEN
    if not task.enabled:
        return ReasonCode.DISABLED
    return ReasonCode.SKIPPED if task.when is not None and task.when.met is False else None


def condition(task: Task, wanted: Decision, world: World) -> Decision | None:
    """Answer the hold of a task whose condition does not hold now that its upstreams have run, else None."""
    if task.when is None or task.when.met is not None or wanted.verifying:
        return None
    found = world.conditions.get(task.id)
    if found is None:
        told = "the condition needs values of an upstream that left no record"
        return replace(wanted, action=Action.HOLD, reasons=(Reason(ReasonCode.TEMPLATE_ERROR, told),))
    return None if found.met else _held(task, wanted, Reason(ReasonCode.SKIPPED, _spoken(found)), world)


def undecided(task: Task, wanted: Decision) -> Decision:
    """Answer a task that waits as one whose upstreams decide whether it runs at all, where they do."""
    open_ = task.when is not None and task.when.met is None and wanted.action in _OPEN
    return replace(wanted, action=Action.DEFERRED, ready=False) if open_ else wanted


def _held(task: Task, wanted: Decision, reason: Reason, world: World) -> Decision:
    run = world.runs.get(task.id)
    return replace(
        wanted,
        action=Action.HOLD,
        reasons=(reason, *wanted.reasons),
        would=wanted.action,
        hands_on=run is not None and not run.edited and last_good(run) is not None,
        ready=False,
        verifying=False,
    )


def _told(task: Task, code: ReasonCode, world: World) -> str:
    if code is ReasonCode.SKIPPED and task.when is not None:
        return _spoken(task.when)
    run = world.runs.get(task.id)
    if code is ReasonCode.FROZEN and run is not None and run.frozen is not None:
        return f"{run.frozen.reason} ({run.frozen.by})" if run.frozen.by else run.frozen.reason
    return ""


def _spoken(found: Condition) -> str:
    return f"when: {found.text}" + (f" ({found.values})" if found.values else "")
