"""Turns until everything is as the specs say, or until told to leave."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from specrun.core.change import (
    Change,
    Check,
    Collect,
    Conclude,
    Fence,
    Forget,
    Move,
    Plan,
    ReasonCode,
    Relaunch,
    Restore,
    Start,
    Stop,
    Verify,
)
from specrun.core.event import Event, EventKind
from specrun.core.graph import dependency_order
from specrun.core.proving import current
from specrun.core.task import TaskId, split_id
from specrun.core.world import Attempt, CheckRun, Phase, World
from specrun.errors import Stale
from specrun.reconcile.notice import noticed
from specrun.reconcile.runtime import Runtime
from specrun.reconcile.seek import sought
from specrun.reconcile.tick import decide, perform
from specrun.reconcile.ticking import Ticking

_OPENING = (Start, Relaunch, Verify, Check)

RESCAN = 2.0
"""Seconds between looks at the locks of running attempts, since a killed shim makes no event."""


class Wakes(Protocol):
    """Something that returns early when an attempt may have ended."""

    def wait(self, timeout: float) -> None:
        """Return after a wake-up, or after `timeout` seconds."""


@dataclass(slots=True, kw_only=True)
class Control:
    """What a person says to a running apply; signal handlers set it.

    Without `launching` nothing new starts, `stopping` ends all workers, `leave` returns at the next turn.
    """

    launching: bool = True
    stopping: bool = False
    leave: bool = False

    @property
    def starts(self) -> bool:
        """Whether new attempts may be opened."""
        return self.launching and not self.stopping


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One turn: what was seen, what was decided, what happened."""

    world: World
    plan: Plan
    events: tuple[Event, ...] = field(default=())


def converge(runtime: Runtime, wakes: Wakes, control: Control) -> Generator[Progress, None, None]:
    """Yield every turn until nothing is left to do.

    Summaries are written at the end, however it comes, but for a change of branch: Stale writes nothing.
    """
    for spec in runtime.desired.specs:
        for executor in runtime.executors.values():
            executor.sweep(spec)
    stale = False
    try:
        yield from _turns(runtime, wakes, control)
    except Stale:
        stale = True
        raise
    finally:
        if not stale:
            write_summaries(runtime)


def _turns(runtime: Runtime, wakes: Wakes, control: Control) -> Iterator[Progress]:
    before: Plan | None = None
    lists = Ticking()
    while True:
        world, plan = decide(runtime)
        runtime.attempts.tidy()
        if control.starts:
            world, plan = sought(runtime, world, plan)
        changes = _allowed(runtime, plan, world, control)
        done = [event for change in changes if (event := perform(runtime, world, change)) is not None]
        events = (*noticed(before, plan, world.now), *done, *lists.keep_up(runtime))
        before = plan
        if events:
            runtime.remember(events)
        yield Progress(world=world, plan=plan, events=events)
        if control.leave or _finished(plan, changes, control):
            return
        if not _settles(changes, events):
            wakes.wait(_patience(plan, world))


def write_summaries(runtime: Runtime) -> None:
    """Bring the table of every loaded spec in line with its records; specs without any record get none."""
    runs = runtime.store.runs()
    order = dependency_order(runtime.desired.tasks)
    for spec in runtime.desired.specs.values():
        tasks = [runtime.desired.tasks[name] for name in order if split_id(name)[0] == spec.name]
        if any(task.id in runs for task in tasks):
            runtime.store.write_summary(spec.name, runtime.summarize(spec, tasks, runs))


def _allowed(runtime: Runtime, plan: Plan, world: World, control: Control) -> list[Change]:
    if control.starts:
        return list(plan.changes)
    kept: list[Change] = [change for change in plan.changes if not isinstance(change, _OPENING)]
    if control.stopping:
        done = {_run(change) for change in kept if isinstance(change, Stop | Fence | Collect)}
        kept += [end for end in _ends(runtime, world) if _run(end) not in done]
    return kept


def _ends(runtime: Runtime, world: World) -> Iterator[Stop | Fence | Collect]:
    """What it takes to end every worker of the loaded specs; checks that were broken off are over."""
    for name, found in world.attempts.items():
        if split_id(name)[0] not in runtime.desired.specs:
            continue
        for one in found:
            check = current(one.proof) if one.proof is not None else None
            at_work: Attempt | CheckRun = check or one
            number = check.number if check else 0
            if at_work.phase is Phase.ORDERED and check is None:
                yield Fence(one.task_id, one.number, failed=False)
            elif at_work.phase in {Phase.ORDERED, Phase.RUNNING} and not at_work.stopping:
                yield Stop(one.task_id, one.number, ReasonCode.STOP_REQUESTED, number)
            elif check is None and _broken_off(one):
                yield Collect(one.task_id, one.number)


def _broken_off(one: Attempt) -> bool:
    runs = one.proof.runs if one.proof is not None else ()
    return one.phase is Phase.PROVING and any(run.stopping for run in runs)


def _run(change: Stop | Fence | Collect) -> tuple[TaskId, int, int]:
    return change.task_id, change.number, 0 if isinstance(change, Collect) else change.check


def _finished(plan: Plan, changes: list[Change], control: Control) -> bool:
    if changes:
        return False
    return plan.converged or not (control.starts or plan.live)


def _settles(changes: list[Change], events: tuple[Event, ...]) -> bool:
    """Whether more can be decided at once; a started worker tells by itself when it is done."""
    return any(
        isinstance(change, Collect | Fence | Restore | Conclude | Verify | Move | Forget)
        for change in changes
    ) or any(event.kind is EventKind.ENDED for event in events)


def _patience(plan: Plan, world: World) -> float:
    # What is overdue and was not done, e.g. since nothing may be launched any more, comes no sooner by haste.
    if plan.wake_at is None or plan.wake_at <= world.now:
        return RESCAN
    return min(plan.wake_at - world.now, RESCAN)
