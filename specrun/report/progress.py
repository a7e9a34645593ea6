"""Draws the few lines that an apply keeps up to date in place: workers, and how far it is."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from specrun.core.change import Action, Plan, Start, Verify
from specrun.core.task import Desired
from specrun.core.world import World
from specrun.report.status import State, standing
from specrun.report.text import cut, line, width
from specrun.report.words import span

if TYPE_CHECKING:
    from rich.live import Live
    from rich.text import Text

_NARROWEST = 10
_BAR = range(4, 21)
_WORKING = (State.RUNNING, State.VERIFYING, State.COLLECTING)
_TOLD = (
    State.RUNNING,
    State.VERIFYING,
    State.FAILED,
    State.ERRORED,
    State.LOST,
    State.CANCELLED,
    State.BLOCKED,
)


def block(desired: Desired, world: World, plan: Plan, *, room: int, rows: int) -> tuple[str, ...]:
    """Answer at most `rows` lines of at most `room` columns; ASCII but for what users wrote."""
    # A turn shows the world from before it; what it has just started is at work by now.
    begun = {
        change.decision.task_id: State.RUNNING if isinstance(change, Start) else State.VERIFYING
        for change in plan.changes
        if isinstance(change, Start | Verify)
    }
    seen = [
        replace(row, state=begun[row.task_id], seconds=None) if row.task_id in begun else row
        for row in standing(desired, world, plan).rows
    ]
    working = [row for row in seen if row.state in _WORKING]
    space = max(rows - 1, 0)
    fitting = working if len(working) <= space else working[: max(space - 1, 0)]
    told = []
    for row in fitting:
        time = "" if row.seconds is None else f" {span(row.seconds)}"
        time += f" {row.checking}" if row.checking else ""
        mark = "x" if row.decision.action is Action.STOP else ">"
        told.append(f"{mark} {cut(line(row.task_id), max(room - 2 - width(time), _NARROWEST))}{time}")
    if len(fitting) < len(working) and space:
        told.append(f"  and {len(working) - len(fitting)} more")
    states = Counter(row.state for row in seen)
    told.append(bar(states, len(seen), room))
    return tuple(cut(one, room) for one in told)


def bar(states: Counter[State], total: int, room: int) -> str:
    """Answer how far an apply is: `[####....] 5/12, 2 running, 1 failed`, as much of it as fits."""
    done = total - states[State.PENDING] - sum(states[state] for state in _WORKING)
    told = f"{done}/{total}"
    for state in _TOLD:
        if states[state]:
            told += f", {states[state]} {state}"
    spare = min(room - width(told) - 3, _BAR[-1])
    if spare not in _BAR:
        return told
    full = spare * done // total if total else spare
    return f"[{'#' * full}{'.' * (spare - full)}] {told}"


class Drawing:
    """A block where it stands on a terminal: answers what to write there, and writes nothing itself.

    It is told the size of the terminal, `columns` and `lines`, each time: a terminal that got narrower has
    wrapped the rows that are on it. The cursor waits at the start of the line below the block.
    """

    def __init__(self) -> None:
        from rich.console import Console

        self._rows: tuple[str, ...] = ()
        self._live: Live | None = None
        # Whether this is a terminal has been decided, so no variable of the environment decides it again.
        self._console = Console(
            file=io.StringIO(),
            force_terminal=True,
            force_interactive=True,
            force_jupyter=False,
            legacy_windows=False,
            color_system=None,
        )

    def update(self, rows: Sequence[str], columns: int, lines: int) -> str:
        """Answer what puts these rows in the place of the former ones; nothing where they are the same."""
        if tuple(rows) == self._rows:
            return ""
        live = self._live or self._begun()
        self._measure(live, columns, lines)
        self._rows = tuple(rows)
        return self._written(live.refresh)

    def clear(self, columns: int, lines: int) -> str:
        """Answer what takes the block away and leaves the cursor where it began."""
        live = self._live
        if live is None:
            return ""
        self._measure(live, columns, lines)
        self._rows, self._live = (), None
        return self._written(live.refresh, live.stop)

    def _begun(self) -> Live:
        from rich.live import Live

        self._live = Live(
            console=self._console,
            get_renderable=self._folded,
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
            vertical_overflow="crop",
        )
        # A start hides the cursor: unwritten, for nobody would show it again after Ctrl-Z or a kill.
        self._written(self._live.start)
        return self._live

    def _measure(self, live: Live, columns: int, lines: int) -> None:
        """Draw the former rows once more, unwritten, to have the lines counted that they take by now."""
        self._console.size = (columns, lines)
        self._written(live.refresh)

    def _folded(self) -> Text:
        """Answer the rows as the terminal folds them: at its last column, not between words."""
        from rich.cells import chop_cells
        from rich.text import Text

        room = self._console.width
        folded = [piece for row in self._rows for piece in chop_cells(row, room) or [""]]
        return Text("\n".join([*folded, ""]), no_wrap=True, overflow="ignore")

    def _written(self, *steps: Callable[[], None]) -> str:
        with self._console.capture() as written:
            for step in steps:
                step()
        return written.get()
