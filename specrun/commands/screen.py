"""Shows a running apply: lines that update in place on a terminal, else one line per event."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import time

from specrun.commands import console
from specrun.core.change import Plan
from specrun.core.event import Event
from specrun.core.task import Desired
from specrun.core.world import World
from specrun.report import events, progress


@dataclass(slots=True, kw_only=True)
class Screen:
    """Where events go: `as_json` as JSON lines, with a `drawing` a block of running workers below them."""

    desired: Desired
    as_json: bool
    drawing: progress.Drawing | None = None
    seen: tuple[World, Plan] | None = None

    @classmethod
    def of(cls, desired: Desired, *, as_json: bool, still: bool = False) -> Screen:
        """Draw in place only where both streams end at one terminal and nobody asked for JSON or `still`."""
        live = not (as_json or still) and console.terminal(sys.stdout) and console.terminal(sys.stderr)
        return cls(desired=desired, as_json=as_json, drawing=progress.Drawing() if live else None)

    def show(self, world: World, plan: Plan, happened: Sequence[Event]) -> None:
        """Tell what happened and bring the block up to date."""
        self.seen = (world, plan)
        if happened:
            self.clear()
        for event in happened:
            if self.as_json:
                console.row(events.entry(event))
            else:
                console.out(f"{events.plain(event)}\n")
        self.redraw()

    def redraw(self) -> None:
        """Draw the block with the time as it is now."""
        if self.drawing is None or self.seen is None:
            return
        world, plan = self.seen
        room = console.columns()
        rows = min(console.rows() - 1, 12)
        block = progress.block(self.desired, replace(world, now=time()), plan, room=room, rows=rows)
        _write(self.drawing.update(block, *_size()))

    def say(self, text: str) -> None:
        """Tell a person one line beside the events."""
        self.clear()
        console.note(text)

    def clear(self) -> None:
        """Take the block away, so that lines can be written."""
        if self.drawing is not None:
            _write(self.drawing.clear(*_size()))


def _size() -> tuple[int, int]:
    """Answer the columns and lines of the terminal, the column that is kept free included."""
    return console.columns() + 1, console.rows()


def _write(text: str) -> None:
    if text:
        console.draw(text)
