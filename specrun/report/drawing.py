"""Keeps a block of lines up to date where it stands on a terminal: answers what to write, writes nothing."""

from __future__ import annotations

from collections.abc import Sequence

from specrun.report.text import clean

_UP = "\x1b[{}A"
_REST = "\x1b[K"
_LINE = "\x1b[2K"


class Drawing:
    """A block on a terminal, whose cursor waits at the start of the line below it.

    It is told the size of the terminal, `columns` and `lines`, each time. While that stays the same only
    lines that differ are written, so that nothing flickers; a terminal that got narrower has wrapped the rows
    that are on it, and all of them are drawn anew. Rows may carry colours.
    """

    def __init__(self) -> None:
        self._rows: tuple[str, ...] = ()
        self._size = (0, 0)

    @property
    def there(self) -> bool:
        """Whether there is a block on the terminal."""
        return bool(self._rows)

    def update(self, rows: Sequence[str], columns: int, lines: int) -> str:
        """Answer what puts these rows in the place of the former ones; nothing where they are the same."""
        new, size = tuple(rows), (columns, lines)
        if self._rows and size != self._size:
            told = self._erased(columns, lines) + "".join(f"{row}\n" for row in new)
        elif new == self._rows:
            told = ""
        else:
            told = self._changed(new)
        self._rows, self._size = new, size
        return told

    def clear(self, columns: int, lines: int) -> str:
        """Answer what takes the block away and leaves the cursor where it began."""
        told = self._erased(columns, lines) if self._rows else ""
        self.forget()
        return told

    def forget(self) -> None:
        """Leave the block where it is: others have written since, and the next one begins below."""
        self._rows = ()

    def _changed(self, new: tuple[str, ...]) -> str:
        old = self._rows
        told = [f"\r{_UP.format(len(old))}"] if old else []
        for place, row in enumerate(new):
            same = place < len(old) and row == old[place]
            told.append("\n" if same else f"{row}{_REST}\n")
        fewer = len(old) - len(new)
        if fewer > 0:
            told.append(f"{_LINE}\n" * fewer + _UP.format(fewer))
        return "".join(told)

    def _erased(self, columns: int, lines: int) -> str:
        # What has left the screen at its top cannot be reached any more.
        up = min(sum(_height(row, columns) for row in self._rows), lines - 1)
        # Line by line: what is wiped from the top of the screen on, tmux keeps as if it had scrolled away.
        return f"\r{_LINE}{f'{_UP.format(1)}{_LINE}' * up}"


def _height(row: str, columns: int) -> int:
    """Answer how many lines a row takes by now: terminals fold at the last column, not between words."""
    from rich.cells import chop_cells

    return max(len(chop_cells(clean(row), columns)), 1)
