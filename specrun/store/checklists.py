"""Ticks boxes in the Markdown files that specs name: one character each, whatever else is in the file."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from specrun.core.checklist import Entry, Ticked, tick
from specrun.errors import EnvironmentProblem
from specrun.store.documents import contents
from specrun.system.files import LEFT_BEHIND, write_bytes

LARGEST = 8 * 1024 * 1024
"""Bytes of the largest list that is read."""
_TRIES = 3


class Checklists:
    """The lists below the root of a working tree."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    def tick(self, file: str, entries: Sequence[Entry]) -> Ticked:
        """Tick the boxes of finished work in a file (path relative to the root) in one step.

        Raises EnvironmentProblem for one that is gone, a link, or not to be read or written; it is as it was.
        """
        path = self._root / file
        try:
            if path.resolve() != path:
                raise EnvironmentProblem(f"{file} is a link, or lies behind one", "name the real file")
            for _ in range(_TRIES):
                seen = _sign(path)
                data, found = ticked(contents(path, LARGEST), entries)
                if not found.count:
                    return found
                if _put(path, data, seen):
                    return found
        except OSError as exc:
            fix = "tick its boxes yourself, or let this user write there"
            raise EnvironmentProblem(f"{file} cannot be ticked: {exc.strerror or exc}", fix) from exc
        raise EnvironmentProblem(f"{file} is being written by somebody else", "it is tried again later")


def ticked(data: bytes, entries: Sequence[Entry]) -> tuple[bytes, Ticked]:
    """Tick boxes in the bytes of a list; those that are not UTF-8 stay as they are."""
    found = tick(data.decode("utf-8", "surrogateescape"), entries)
    return found.text.encode("utf-8", "surrogateescape"), found


def _put(path: Path, data: bytes, seen: tuple[int, ...]) -> bool:
    """Replace the file if it is still the one that was seen. Raises OSError."""
    if not os.access(path, os.W_OK):
        raise PermissionError(0, "it is read-only")
    _sweep(path.parent)
    mode = stat.S_IMODE(path.stat().st_mode)
    if _sign(path) != seen:
        return False
    write_bytes(path, data, mode)
    # What the mask has taken from the mode of the new file is given back.
    path.chmod(mode)
    return True


def _sign(path: Path) -> tuple[int, ...]:
    found = path.lstat()
    return found.st_ino, found.st_size, found.st_mtime_ns


def _sweep(folder: Path) -> None:
    """Remove what a killed specrun was just writing there; what a living process writes is left alone."""
    for left in folder.glob(LEFT_BEHIND):
        process = left.name.split("-")[1]
        with suppress(OSError):
            if process.isdecimal() and not _lives(int(process)):
                left.unlink()


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
