"""Draws the few lines that an apply keeps up to date in place: workers, and how far it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from specrun.core.change import Action, Plan, Start
from specrun.core.task import Desired
from specrun.core.world import World
from specrun.report.status import State, standing
from specrun.report.text import cut, line, width
from specrun.report.words import span

_NARROWEST = 10
_BAR = range(4, 21)


def block(desired: Desired, world: World, plan: Plan, *, room: int, rows: int) -> tuple[str, ...]:
    """Answer at most `rows` lines of at most `room` columns; ASCII but for what users wrote."""
    # A turn shows the world from before it; what it has just started is at work by now.
    begun = {change.decision.task_id for change in plan.changes if isinstance(change, Start)}
    seen = [
        replace(row, state=State.RUNNING, seconds=None) if row.task_id in begun else row
        for row in standing(desired, world, plan).rows
    ]
    working = [row for row in seen if row.state in {State.RUNNING, State.COLLECTING}]
    space = max(rows - 1, 0)
    fitting = working if len(working) <= space else working[: max(space - 1, 0)]
    told = []
    for row in fitting:
        time = "" if row.seconds is None else f" {span(row.seconds)}"
        mark = "x" if row.decision.action is Action.STOP else ">"
        told.append(f"{mark} {cut(line(row.task_id), max(room - 2 - width(time), _NARROWEST))}{time}")
    if len(fitting) < len(working) and space:
        told.append(f"  and {len(working) - len(fitting)} more")
    states = Counter(row.state for row in seen)
    told.append(bar(states, len(seen), room))
    return tuple(cut(one, room) for one in told)


def bar(states: Counter[State], total: int, room: int) -> str:
    """Answer how far an apply is: `[####....] 5/12, 2 running, 1 failed`, as much of it as fits."""
    done = total - states[State.PENDING] - states[State.RUNNING] - states[State.COLLECTING]
    told = f"{done}/{total}"
    for state in (State.RUNNING, State.FAILED, State.ERRORED, State.LOST, State.CANCELLED, State.BLOCKED):
        if states[state]:
            told += f", {states[state]} {state}"
    spare = min(room - width(told) - 3, _BAR[-1])
    if spare not in _BAR:
        return told
    full = spare * done // total if total else spare
    return f"[{'#' * full}{'.' * (spare - full)}] {told}"


def redraw(before: Sequence[str], after: Sequence[str], room: int) -> str:
    """Answer what replaces a block by another; a terminal that got narrower has wrapped the old lines."""
    return erase(before, room) + "".join(f"{row}\n" for row in after)


def erase(before: Sequence[str], room: int) -> str:
    """Answer what wipes a block, the cursor being on the line after it."""
    taken = sum(max(-(-width(row) // max(room, 1)), 1) for row in before)
    return f"\x1b[{taken}A\r\x1b[J" if taken else ""
