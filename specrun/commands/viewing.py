"""Keeps a view of work on the terminal while a command goes on, and hears which keys are pressed."""

from __future__ import annotations

import os
import shutil
import sys
import time
from dataclasses import dataclass, field
from typing import Self

from specrun.commands import console
from specrun.commands.keys import Keys, foreground
from specrun.commands.lastlines import LastLines
from specrun.report.drawing import Drawing
from specrun.report.view import Moment, Seen, block

STEP = 0.1
"""Seconds after which a command with a view listens for keys and for another size of the terminal."""
FRAME = 0.25
"""Seconds between two looks at what workers have written."""
_LEAST = (20, 5)
"""Columns and lines of the smallest terminal that a view has room on."""


def possible() -> bool:
    """Whether both streams end at one terminal that a view has room on, and a person may be looking."""
    if os.environ.get("CI") or not (console.terminal(sys.stdout) and console.terminal(sys.stderr)):
        return False
    return not console.manner().quiet and _roomy()


def _roomy() -> bool:
    size = shutil.get_terminal_size()
    return size.columns >= _LEAST[0] and size.lines >= _LEAST[1]


@dataclass(slots=True, kw_only=True)
class View:
    """A block at the end of a terminal; `help` says which keys do what.

    `spare` is how many lines above it are left to others. `seen` is what it shows, None for nothing. `drawn`
    is when (monotonic seconds) and `last` what it looked at last.
    """

    lines: LastLines
    help: str
    spare: int = 0
    seen: Seen | None = None
    keys: Keys = field(default_factory=Keys)
    drawing: Drawing = field(default_factory=Drawing)
    drawn: float = 0.0
    size: tuple[int, int] = (0, 0)
    last: tuple[Seen, Moment, tuple[int, int]] | None = None

    def __enter__(self) -> Self:
        """Begin to hear keys."""
        self.keys.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        """Take the block away and give the terminal back."""
        try:
            self.clear()
        finally:
            self.keys.__exit__()

    def show(self, seen: Seen | None) -> None:
        """Show this from now on."""
        self.seen = seen
        self.draw()

    def tick(self) -> str:
        """Bring the block up to date if it is time to, and answer which keys were pressed."""
        pressed = self.keys.pressed()
        if time.monotonic() - self.drawn >= FRAME or _size() != self.size:
            self.draw()
        return pressed

    def draw(self) -> None:
        """Draw the block as things stand now; in the background, or without room, there is none."""
        if self.keys.resumed:
            self.keys.resumed = False
            self.drawing.forget()
        if self.seen is None:
            self.clear()
            return
        if not foreground():
            self.drawing.forget()
            return
        self.drawn, self.size = time.monotonic(), _size()
        if not _roomy():
            self.clear()
            return
        said = self.lines.of(self.seen.world, self.seen.started)
        # In whole seconds, so that all times change at once, and nothing is written in between.
        moment = Moment(now=float(int(time.time())), said=said, keys=self.help if self.keys.heard else "")
        last, self.last = self.last, (self.seen, moment, self.size)
        if self.drawing.there and last and last[0] is self.seen and last[1:] == (moment, self.size):
            return
        room, rows = console.columns(), max(self.size[1] - 1 - min(self.spare, self.size[1] // 4), 1)
        shown = block(self.seen, moment, room=room, rows=rows, paint=console.paint(sys.stderr))
        _write(self.drawing.update(shown, *self.size))

    def clear(self) -> None:
        """Take the block away, so that lines can be written."""
        if foreground():
            _write(self.drawing.clear(*_size()))
        else:
            self.drawing.forget()


def _size() -> tuple[int, int]:
    """Answer the columns and lines of the terminal."""
    size = shutil.get_terminal_size()
    return size.columns, size.lines


def _write(text: str) -> None:
    if text:
        console.draw(text)
