"""One turn: observe, plan, and do each change; whatever goes unfinished is found again by the next turn."""

from __future__ import annotations

from typing import assert_never

from specrun.core.change import Change, Collect, Fence, Plan, ReasonCode, Relaunch, Restore, Start, Stop
from specrun.core.event import Event, EventKind
from specrun.core.plan import plan
from specrun.core.upstream import last_good
from specrun.core.world import World
from specrun.ports import AttemptKey
from specrun.reconcile.collect import OUTDATED_FENCE, collect
from specrun.reconcile.observe import observe, same_branch
from specrun.reconcile.runtime import Runtime
from specrun.reconcile.start import relaunch, start


def decide(runtime: Runtime) -> tuple[World, Plan]:
    """Answer the world and the plan for it, without doing anything."""
    world = observe(runtime)
    return world, plan(runtime.desired, world)


def perform(runtime: Runtime, world: World, change: Change) -> Event | None:
    """Do one change and answer what is worth telling of it. Raises Stale on another branch than planned."""
    same_branch(runtime)
    match change:
        case Start():
            event: Event | None = start(runtime, world, change.decision)
        case Relaunch():
            event = relaunch(runtime, change)
        case Stop():
            event = _stop(runtime, change)
        case Fence():
            event = None
            _fence(runtime, change)
        case Collect():
            event = collect(runtime, world, change)
        case Restore():
            event = None
            _restore(runtime, world, change)
        case _:
            assert_never(change)
    return event


def _stop(runtime: Runtime, change: Stop) -> Event:
    runtime.attempts.stop(AttemptKey(change.task_id, change.number), str(change.reason))
    return Event(
        at=runtime.clock(),
        kind=EventKind.STOPPING,
        task_id=change.task_id,
        number=change.number,
        message=f"{change.task_id} is being stopped ({change.reason})",
        data={"reason": str(change.reason)},
    )


def _restore(runtime: Runtime, world: World, change: Restore) -> None:
    kept = last_good(world.runs[change.task_id])
    if kept is not None:
        runtime.store.save(kept)


def _fence(runtime: Runtime, change: Fence) -> None:
    reason = str(ReasonCode.STOP_REQUESTED) if change.asked else OUTDATED_FENCE
    if change.failed:
        reason = f"no shim claimed it: {_last_words(runtime, change)}"
    runtime.attempts.fence(AttemptKey(change.task_id, change.number), reason)


def _last_words(runtime: Runtime, change: Fence) -> str:
    tail = runtime.attempts.tail(AttemptKey(change.task_id, change.number)).strip()
    return tail.splitlines()[-1] if tail else "it said nothing"
