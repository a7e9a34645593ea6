"""Gives renamed tasks what they left under their former ids, and takes away what is declared to be gone."""

from __future__ import annotations

from specrun.core.change import Forget, Move
from specrun.core.event import Event, EventKind
from specrun.core.moves import moved
from specrun.reconcile.runtime import Runtime


def rename(runtime: Runtime, change: Move) -> Event:
    """Move branch and record, in this order, so that whatever is left undone is found again and done."""
    branch = runtime.workspaces.move_branch(change.old, change.new)
    runs = runtime.store.runs()
    if change.old in runs:
        # Not as it reads now: those that it names may yet get other ids before their records are moved.
        runtime.store.move(change.old, moved(runtime.desired, runs, {change.new: change.old})[change.new])
    return Event(
        at=runtime.clock(),
        kind=EventKind.RENAMED,
        task_id=change.new,
        message=f"{change.new} has got the record of {change.old}"
        + (f" and branch {branch}" if branch else ""),
        data={"from": change.old, "branch": branch},
    )


def forget(runtime: Runtime, change: Forget) -> Event:
    """Take away the record, and the branch unless work would be lost with it."""
    kept = runtime.workspaces.drop_branch(change.task_id)
    runtime.store.forget(change.task_id)
    told = f"; its branch stays: {kept}" if kept else ""
    return Event(
        at=runtime.clock(),
        kind=EventKind.FORGOTTEN,
        task_id=change.task_id,
        message=f"{change.task_id} is declared to be removed: its record is taken away{told}",
        data={"branch_kept": kept},
    )
