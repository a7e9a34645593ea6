"""Looks at all attempt directories, cheaply enough for every tick."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from specrun.core.task import TaskId
from specrun.core.world import Attempt, Phase
from specrun.ports import AttemptKey
from specrun.store.documents import Document, parse
from specrun.store.orders import attempt_from, mend
from specrun.system import locks
from specrun.system.files import read_lines

_SETTLED = 100_000_000
"""Nanoseconds after which a folder's time tells every later change: file systems count time in ticks."""


@dataclass(slots=True)
class _Seen:
    """One attempt directory: what its immutable files said, and how it was found last."""

    key: AttemptKey
    directory: Path
    attempt: Attempt | None = None
    start: Document | None = None


@dataclass(slots=True)
class _Folder:
    """One folder as listed: its names, and its time then (0 while that proves nothing)."""

    path: Path
    changed: int = -1
    names: tuple[str, ...] = ()


@dataclass(slots=True)
class _Task:
    """All attempt directories of one task."""

    folder: _Folder
    seen: dict[int, _Seen] = field(default_factory=dict)
    attempts: tuple[Attempt, ...] = ()


class Scan:
    """Remembers what cannot change: intents, start tokens, and attempts that are collected."""

    def __init__(self, root: Path) -> None:
        self._root = _Folder(root)
        self._specs: dict[str, _Folder] = {}
        self._tasks: dict[TaskId, _Task] = {}
        self.grants: set[str] = set()

    def read(self) -> Mapping[TaskId, tuple[Attempt, ...]]:
        """Answer all attempts, oldest first. Raises EnvironmentProblem for files that are not whole."""
        now = time.time_ns()
        changed = self._list(self._root, now)
        if changed:
            self._specs = {
                name: self._specs.get(name) or _Folder(self._root.path / name) for name in self._root.names
            }
        for folder in self._specs.values():
            changed = self._list(folder, now) or changed
        if changed:
            self._tasks = {
                TaskId(f"{spec}/{name}"): self._tasks.get(TaskId(f"{spec}/{name}"))
                or _Task(_Folder(folder.path / name))
                for spec, folder in self._specs.items()
                for name in folder.names
            }
        for task_id, task in self._tasks.items():
            self._look(task_id, task, now)
        return {task_id: task.attempts for task_id, task in self._tasks.items() if task.attempts}

    def _look(self, task_id: TaskId, task: _Task, now: int) -> None:
        if self._list(task.folder, now):
            numbers = sorted(int(name) for name in task.folder.names if name.isdecimal())
            task.seen = {
                number: task.seen.get(number)
                or _Seen(AttemptKey(task_id, number), task.folder.path / str(number))
                for number in numbers
            }
        elif all(seen.attempt and seen.attempt.phase is Phase.COLLECTED for seen in task.seen.values()):
            return
        found = (self._attempt(seen) for seen in task.seen.values())
        task.attempts = tuple(attempt for attempt in found if attempt is not None)

    def _attempt(self, seen: _Seen) -> Attempt | None:
        if seen.attempt is not None and seen.attempt.phase is Phase.COLLECTED:
            return seen.attempt
        names = names_of(seen.directory)
        if "intent.json" not in names:
            return None
        if seen.attempt is None:
            seen.attempt = attempt_from(seen.key, seen.directory)
            self.grants.add(seen.attempt.grant)
        if "start.json" in names and seen.start is None:
            seen.start = Document(seen.directory / "start.json", mend(seen.directory))
            if "secrets.json" in names:
                (seen.directory / "secrets.json").unlink(missing_ok=True)
        phase = phase_of(seen.directory, names, seen.start)
        launches, launched_at = _launches(seen.directory, seen.attempt, names)
        seen.attempt = replace(
            seen.attempt,
            phase=phase,
            launches=launches,
            launched_at=launched_at,
            started_at=None if seen.start is None else seen.start.number_or_none("started_at"),
            stopping="stop.json" in names,
        )
        return seen.attempt

    @staticmethod
    def _list(folder: _Folder, now: int) -> bool:
        """List a folder again unless its time proves that nothing came or went; answer whether it was."""
        try:
            changed = folder.path.stat().st_mtime_ns
        except OSError:
            changed = 0
        if changed == folder.changed:
            return False
        folder.names = tuple(sorted(names_of(folder.path)))
        folder.changed = changed if 0 <= changed < now - _SETTLED else -1
        return True


def phase_of(directory: Path, names: frozenset[str], start: Document | None) -> Phase:
    """Tell the phase of an attempt whose directory had these `names` a moment ago.

    A shim holds its lock from before its start token until after its exit record. So a token that was
    there before a look at a free lock, and no exit record after it, mean that the shim is dead. A token that
    was not there proves nothing, whatever has appeared since: the next look will tell.
    """
    if "collected.json" in names:
        return Phase.COLLECTED
    if "exit.json" in names:
        return Phase.ENDED
    if locks.held(directory / "lock"):
        return Phase.RUNNING
    if (directory / "exit.json").exists():
        return Phase.ENDED
    if start is None:
        return Phase.ORDERED
    return Phase.FENCED if start.flag("fenced") else Phase.LOST


def names_of(path: Path) -> frozenset[str]:
    """The names in a folder; none when it is missing."""
    try:
        with os.scandir(path) as entries:
            return frozenset(entry.name for entry in entries)
    except (FileNotFoundError, NotADirectoryError):
        return frozenset()


def _launches(directory: Path, known: Attempt, names: frozenset[str]) -> tuple[int, float | None]:
    """Count the launches; once an attempt has started there are no new ones that matter."""
    if "launches.jsonl" not in names or (known.launches and "start.json" in names):
        return known.launches, known.launched_at
    lines = read_lines(directory / "launches.jsonl")
    try:
        last = parse(lines[-1].encode()) if lines else None
    except ValueError:
        last = None
    at = last.get("at") if isinstance(last, dict) else None
    return len(lines), float(at) if isinstance(at, int | float) else known.launched_at
