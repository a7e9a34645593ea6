"""Says what becomes of an order that no shim has claimed yet."""

from __future__ import annotations

from specrun.core.change import Fence, Relaunch
from specrun.core.world import Attempt, CheckRun, World

LAUNCH_WAIT = 10.0
"""Seconds that a shim may take to claim its attempt before it is asked for again."""
LAUNCH_LIMIT = 3


def unclaimed(attempt: Attempt, world: World, run: CheckRun | None = None) -> Fence | Relaunch | None:
    """Answer what to do about an order, of an attempt or of a run of its checks, that has not started."""
    order: Attempt | CheckRun = run or attempt
    check = 0 if run is None else run.number
    waited = order.launched_at is not None and world.now - order.launched_at >= LAUNCH_WAIT
    if waited and order.launches >= LAUNCH_LIMIT:
        return Fence(attempt.task_id, attempt.number, failed=True, check=check)
    # A launch noted by an earlier apply may never have happened; asking again is harmless.
    earlier = order.launched_at is None or order.launched_at < world.since
    return Relaunch(attempt.task_id, attempt.number, check) if waited or earlier else None
