"""Tells the last line that each worker has written, from the ends of their logs."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from specrun.core.proving import current
from specrun.core.task import TaskId
from specrun.core.world import Attempt, Phase, World
from specrun.ports import AttemptKey, Attempts
from specrun.report.text import line, tail
from specrun.store.logs import log_path

_END = 4096
"""Bytes at the end of a log that are looked at: a longer line is shown from its middle on."""


@dataclass(slots=True, kw_only=True)
class LastLines:
    """Reads again only what has grown: `seen` holds size and line of every log, `paths` where it lies."""

    attempts: Attempts
    paths: dict[AttemptKey, Path] = field(default_factory=dict)
    seen: dict[AttemptKey, tuple[int, str]] = field(default_factory=dict)

    def of(self, world: World, started: Iterable[AttemptKey] = ()) -> Mapping[TaskId, str]:
        """Answer one harmless line for every worker that has written any.

        `started` are attempts that have begun since the world was looked at.
        """
        found = {}
        for key in (*_at_work(world), *started):
            path = self.paths.get(key) or self.paths.setdefault(key, self._path(key))
            size, told = self.seen.get(key, (0, ""))
            grown = _end(path, size)
            if grown is not None:
                told = line(" ".join(tail(grown[1], 1))) or told
                self.seen[key] = (grown[0], told)
            if told:
                found[key.task_id] = told
        return found

    def _path(self, key: AttemptKey) -> Path:
        return log_path(self.attempts.directory(key), raw=bool(key.check))


def _at_work(world: World) -> Iterable[AttemptKey]:
    for found in world.attempts.values():
        for one in found[-1:]:
            if one.phase is Phase.RUNNING:
                yield AttemptKey(one.task_id, one.number)
            elif check := _check(one):
                yield AttemptKey(one.task_id, one.number, check)


def _check(attempt: Attempt) -> int:
    """Answer the run of a check that is at work, 0 for none."""
    run = current(attempt.proof) if attempt.phase is Phase.PROVING and attempt.proof else None
    return run.number if run else 0


def _end(path: Path, known: int) -> tuple[int, str] | None:
    """Answer the size of a log and the text at its end; None where it is as long as known, or not there."""
    # Workers can write where logs lie: what is there may be a pipe or a link by now.
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        seen = os.fstat(handle)
        if not stat.S_ISREG(seen.st_mode) or seen.st_size == known:
            return None
        return seen.st_size, os.pread(handle, _END, max(seen.st_size - _END, 0)).decode(errors="replace")
    except OSError:
        return None
    finally:
        os.close(handle)
