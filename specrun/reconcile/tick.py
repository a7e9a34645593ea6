"""One turn: observe, plan, and do each change; whatever goes unfinished is found again by the next turn."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

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
from specrun.core.plan import plan
from specrun.core.upstream import last_good
from specrun.core.world import World
from specrun.ports import AttemptKey
from specrun.reconcile.collect import collect
from specrun.reconcile.examine import OUTDATED_FENCE
from specrun.reconcile.observe import observe, same_branch
from specrun.reconcile.prove import check
from specrun.reconcile.renaming import forget, rename
from specrun.reconcile.runtime import Runtime
from specrun.reconcile.start import relaunch, start
from specrun.reconcile.verify import verify


def decide(runtime: Runtime) -> tuple[World, Plan]:
    """Answer the world and the plan for it, without doing anything."""
    world = observe(runtime)
    return world, plan(runtime.desired, world)


def perform(runtime: Runtime, world: World, change: Change) -> Event | None:
    """Do one change and answer what is worth telling of it. Raises Stale on another branch than planned."""
    same_branch(runtime)
    match change:
        case Start() | Verify() | Check() | Relaunch():
            return _open(runtime, world, change)
        case Stop():
            return _stop(runtime, change)
        case Fence():
            _fence(runtime, change)
        case Collect():
            return collect(runtime, world, change)
        case Restore() | Conclude():
            _amend(runtime, world, change)
        case Move() | Forget():
            return rename(runtime, change) if isinstance(change, Move) else forget(runtime, change)
        case _:
            assert_never(change)
    return None


def _open(runtime: Runtime, world: World, change: Start | Verify | Check | Relaunch) -> Event | None:
    match change:
        case Start():
            return start(runtime, world, change.decision)
        case Verify():
            return verify(runtime, world, change.decision)
        case Check():
            return check(runtime, world, change)
        case Relaunch():
            return relaunch(runtime, change)
        case _:
            assert_never(change)


def _stop(runtime: Runtime, change: Stop) -> Event:
    runtime.attempts.stop(AttemptKey(change.task_id, change.number, change.check), str(change.reason))
    return Event(
        at=runtime.clock(),
        kind=EventKind.STOPPING,
        task_id=change.task_id,
        number=change.number,
        message=f"{change.task_id} is being stopped ({change.reason})",
        data={"reason": str(change.reason)},
    )


def _amend(runtime: Runtime, world: World, change: Restore | Conclude) -> None:
    """Write what follows from the records alone."""
    run = world.runs[change.task_id]
    now = last_good(run) if isinstance(change, Restore) else replace(run, reason=change.reason)
    if now is not None:
        runtime.store.save(now)


def _fence(runtime: Runtime, change: Fence) -> None:
    reason = str(ReasonCode.STOP_REQUESTED) if change.asked else OUTDATED_FENCE
    if change.failed:
        reason = f"no shim claimed it: {_last_words(runtime, change)}"
    runtime.attempts.fence(AttemptKey(change.task_id, change.number, change.check), reason)


def _last_words(runtime: Runtime, change: Fence) -> str:
    tail = runtime.attempts.tail(AttemptKey(change.task_id, change.number, change.check)).strip()
    return tail.splitlines()[-1] if tail else "it said nothing"
