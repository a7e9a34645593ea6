"""Looks at all attempt directories, cheaply enough for every tick."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from specrun.core.task import TaskId
from specrun.core.world import UNKNOWN_BRANCH, Attempt, Phase
from specrun.errors import EnvironmentProblem
from specrun.ports import AttemptKey
from specrun.store.documents import parse
from specrun.store.evidence import Start, read_exit, read_start
from specrun.store.metering import running
from specrun.store.orders import attempt_from, collected_from, mend
from specrun.store.printable import one_line
from specrun.system import locks
from specrun.system.files import read_lines

_SETTLED = 100_000_000
"""Nanoseconds after which a folder's time tells every later change: file systems count time in ticks."""

SECRETS_PART = "secrets.part"
"""Where the values of secrets stand until all of them do."""


@dataclass(slots=True)
class _Seen:
    """One attempt directory: what its immutable files said, and how it was found last."""

    key: AttemptKey
    directory: str
    attempt: Attempt | None = None
    start: Start | None = None


@dataclass(slots=True)
class _Folder:
    """One folder as listed: its names, and its time then (-1 while that proves nothing)."""

    path: str
    changed: int = -1
    names: frozenset[str] = frozenset()

    def list(self, settled: int) -> bool:
        """List it again unless its time proves that nothing came or went; answer whether it was listed."""
        try:
            changed = os.stat(self.path).st_mtime_ns  # noqa: PTH116 - a Path costs as much as the look itself
        except OSError:
            changed = 0
        if changed == self.changed:
            return False
        self.names = names_of(self.path)
        self.changed = changed if changed < settled else -1
        return True


@dataclass(slots=True)
class _Task:
    """All attempt directories of one task; those that are not collected are looked at again and again."""

    folder: _Folder
    seen: dict[int, _Seen] = field(default_factory=dict)
    live: bool = False
    attempts: tuple[Attempt, ...] = ()


class Scan:
    """Remembers what cannot change: intents, start tokens, and attempts that are collected."""

    def __init__(self, root: Path) -> None:
        self._root = _Folder(str(root))
        self._specs: dict[str, _Folder] = {}
        self._tasks: dict[TaskId, _Task] = {}
        self.grants: set[str] = set()

    def read(self) -> Mapping[TaskId, tuple[Attempt, ...]]:
        """Answer all attempts, oldest first; one whose files are not whole is unreadable, with the reason.

        Raises EnvironmentProblem for folders of several attempts that cannot be listed.
        """
        settled = time.time_ns() - _SETTLED
        changed = self._root.list(settled)
        if changed:
            known, top = self._specs, self._root
            self._specs = {name: known.get(name) or _Folder(f"{top.path}/{name}") for name in top.names}
        for folder in self._specs.values():
            changed = folder.list(settled) or changed
        if changed:
            self._tasks = {
                task_id: self._tasks.get(task_id) or _Task(_Folder(f"{folder.path}/{name}"))
                for spec, folder in self._specs.items()
                for name in folder.names
                for task_id in [TaskId(f"{spec}/{name}")]
            }
        for task_id, task in self._tasks.items():
            if task.folder.list(settled):
                _enter(task_id, task)
            if task.live:
                self._look(task)
        return {task_id: task.attempts for task_id, task in self._tasks.items() if task.attempts}

    def _look(self, task: _Task) -> None:
        task.live = False
        found = []
        for seen in task.seen.values():
            try:
                attempt = self._attempt(seen)
            except (EnvironmentProblem, OSError) as problem:
                attempt = _unreadable(seen, problem)
            task.live = task.live or attempt is None or attempt.phase is not Phase.COLLECTED
            if attempt is not None:
                found.append(attempt)
        if list(task.attempts) != found:
            task.attempts = tuple(found)

    def _attempt(self, seen: _Seen) -> Attempt | None:
        if seen.attempt is not None and seen.attempt.phase is Phase.COLLECTED:
            return seen.attempt
        names = names_of(seen.directory)
        if "intent.json" not in names and "collected.json" not in names:
            return None
        if "start.json" in names and names & {"secrets.json", SECRETS_PART}:
            forget_secrets(Path(seen.directory))
        seen.attempt = _collected(seen, names) or _live(seen, names)
        self.grants.add(seen.attempt.grant)
        return seen.attempt


def _enter(task_id: TaskId, task: _Task) -> None:
    """Take in the attempt directories that are there now; numbers only grow."""
    known, folder = task.seen, task.folder
    task.seen = {
        number: known.get(number) or _Seen(AttemptKey(task_id, number), f"{folder.path}/{number}")
        for number in sorted(int(name) for name in folder.names if name.isdecimal())
    }
    task.live = True


def _collected(seen: _Seen, names: frozenset[str]) -> Attempt | None:
    # One that is not whole is what a loss of power may leave, since nobody waits for the disk to take it.
    if "collected.json" in names:
        with suppress(EnvironmentProblem):
            return collected_from(seen.key, Path(seen.directory))
    return None


def _live(seen: _Seen, names: frozenset[str]) -> Attempt:
    directory = Path(seen.directory)
    known = seen.attempt = seen.attempt or attempt_from(seen.key, directory)
    if "start.json" in names and seen.start is None:
        seen.start = read_start(directory)
    phase = phase_of(seen.directory, names, seen.start)
    launches, launched_at = _launches(directory, known, names)
    used = running(directory) if "meter.json" in names and phase is Phase.RUNNING else None
    return replace(
        known,
        phase=phase,
        launches=launches,
        launched_at=launched_at,
        started_at=None if seen.start is None else seen.start.started_at,
        stopping="stop.json" in names,
        clean=phase is Phase.ENDED and read_exit(directory).clean,
        spent=used.cost_usd if used else None,
        tokens=used.tokens if used else None,
    )


def _unreadable(seen: _Seen, problem: EnvironmentProblem | OSError) -> Attempt:
    """Tell what is known of an attempt that a person has to look at."""
    known = seen.attempt or Attempt(
        task_id=seen.key.task_id,
        number=seen.key.number,
        phase=Phase.UNREADABLE,
        generation=0,
        agent="",
        executor="",
        work="",
        branch=UNKNOWN_BRANCH,
        created_at=0.0,
    )
    fix = mend(Path(seen.directory))
    if isinstance(problem, EnvironmentProblem):
        what, fix = problem.what, problem.fix or fix
    else:
        what = f"cannot read {problem.filename or seen.directory}: {problem.strerror}"
    if _at_work(seen.directory):
        fix = f"its worker may still be at work (its lock is held): wait for its end, then {fix}"
    return replace(known, phase=Phase.UNREADABLE, error=f"{one_line(what, 1000)}; fix: {fix}")


def _at_work(directory: str) -> bool:
    try:
        return locks.held(f"{directory}/lock")
    except OSError:
        return True


def phase_of(directory: str, names: frozenset[str], start: Start | None) -> Phase:
    """Tell the phase of an attempt whose directory had these `names` a moment ago.

    A shim holds its lock from before its start token until after its exit record. So a token that was
    there before a look at a free lock, and no exit record after it, mean that the shim is dead. A token that
    was not there proves nothing, whatever has appeared since: the next look will tell.
    """
    if "exit.json" in names:
        return Phase.ENDED
    if locks.held(f"{directory}/lock"):
        return Phase.RUNNING
    if Path(directory, "exit.json").exists():
        return Phase.ENDED
    if start is None:
        return Phase.ORDERED
    return Phase.FENCED if start.fenced else Phase.LOST


def forget_secrets(directory: Path) -> None:
    """Remove the values of an attempt's secrets, and those that somebody was killed while writing."""
    for name in ("secrets.json", SECRETS_PART):
        (directory / name).unlink(missing_ok=True)


def names_of(path: Path | str) -> frozenset[str]:
    """The names in a folder; none when it is missing. Raises EnvironmentProblem for a closed one."""
    try:
        return frozenset(os.listdir(path))  # noqa: PTH208 - a Path costs as much as the look itself
    except (FileNotFoundError, NotADirectoryError):
        return frozenset()
    except OSError as exc:
        raise EnvironmentProblem(f"cannot read {path}: {exc.strerror}", "make it readable") from exc


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
