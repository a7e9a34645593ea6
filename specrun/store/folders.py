"""Lists folders, and spares itself that where nothing can have come or gone."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from specrun.errors import EnvironmentProblem


@dataclass(slots=True)
class Folder:
    """One folder as listed: its names, and its time then (-1 while that proves nothing)."""

    path: str
    changed: int = -1
    names: frozenset[str] = frozenset()

    def list(self, settled: int) -> bool:
        """List it again unless its time proves that nothing came or went; answer whether it was listed.

        `settled` is the moment, in nanoseconds, before which a folder's time tells every later change.
        """
        try:
            changed = os.stat(self.path).st_mtime_ns  # noqa: PTH116 - a Path costs as much as the look itself
        except OSError:
            changed = 0
        if changed == self.changed:
            return False
        self.names = names_of(self.path)
        self.changed = changed if changed < settled else -1
        return True


def names_of(path: Path | str) -> frozenset[str]:
    """The names in a folder; none when it is missing. Raises EnvironmentProblem for a closed one."""
    try:
        return frozenset(os.listdir(path))  # noqa: PTH208 - a Path costs as much as the look itself
    except (FileNotFoundError, NotADirectoryError):
        return frozenset()
    except OSError as exc:
        raise EnvironmentProblem(f"cannot read {path}: {exc.strerror}", "make it readable") from exc


def numbers_of(path: Path | str) -> tuple[int, ...]:
    """The names that are numbers, in their order; see `names_of`."""
    return tuple(sorted({int(name) for name in names_of(path) if name.isdecimal()}))
