"""Looks at all attempt directories, cheaply enough for every tick."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from specrun.core.task import TaskId, split_id
from specrun.core.world import UNKNOWN_BRANCH, Attempt, Phase
from specrun.errors import EnvironmentProblem
from specrun.ports import AttemptKey
from specrun.store.cases import Case
from specrun.store.folders import Folder, names_of
from specrun.store.orders import collected_from, mend
from specrun.store.papers import Papers
from specrun.store.printable import one_line

_SETTLED = 100_000_000
"""Nanoseconds after which a folder's time tells every later change: file systems count time in ticks."""

SECRETS_PART = "secrets.part"
"""Where the values of secrets stand until all of them do."""


@dataclass(slots=True)
class _Seen:
    """One attempt directory: what is known of it, or once it is collected what is told of it for ever."""

    key: AttemptKey
    directory: str
    case: Case | None = None
    collected: Attempt | None = None

    def opened(self) -> Case:
        """Answer what is known of it."""
        if self.case is None:
            self.case = Case(self.key, Path(self.directory))
        return self.case


@dataclass(slots=True)
class _Task:
    """All attempt directories of one task; those that are not collected are looked at again and again."""

    folder: Folder
    seen: dict[int, _Seen] = field(default_factory=dict)
    live: bool = False
    attempts: tuple[Attempt, ...] = ()


class Scan:
    """Remembers what cannot change: orders, start tokens, ends, and attempts that are collected."""

    def __init__(self, root: Path) -> None:
        self._root = Folder(str(root))
        self._specs: dict[str, Folder] = {}
        self._tasks: dict[TaskId, _Task] = {}
        self._new: dict[AttemptKey, Case] = {}
        self.grants: set[str] = set()
        """Grants that attempts have used up."""
        self.exposed: set[str] = set()
        """Directories with secrets that no shim will take any more: looking takes nothing away."""

    def case(self, key: AttemptKey) -> Case:
        """Answer what is known of an attempt, or of the attempt of a check."""
        task = self._tasks.get(key.task_id)
        seen = task.seen.get(key.number) if task else None
        if seen is not None:
            return seen.opened()
        whole = AttemptKey(key.task_id, key.number)
        if whole not in self._new:
            self._new[whole] = Case(whole, Path(self._root.path, *split_id(key.task_id), str(key.number)))
        return self._new[whole]

    def papers(self, key: AttemptKey) -> Papers:
        """Answer what is known of an attempt, or of one run of a check."""
        case = self.case(key)
        return case.run(key.check) if key.check else case.papers

    def ordered(self, key: AttemptKey) -> None:
        """Read an order before its worker can write there; what had its name before is forgotten.

        Raises EnvironmentProblem.
        """
        if key.check:
            self.case(key).forget(key.check)
        else:
            self._new.pop(key, None)
            if key.task_id in self._tasks:
                self._tasks[key.task_id].seen.pop(key.number, None)
        self.papers(key).order()

    def read(self) -> Mapping[TaskId, tuple[Attempt, ...]]:
        """Answer all attempts, oldest first; one whose files are not whole is unreadable, with the reason.

        Raises EnvironmentProblem for folders of several attempts that cannot be listed.
        """
        settled = time.time_ns() - _SETTLED
        changed = self._root.list(settled)
        if changed:
            known, top = self._specs, self._root
            self._specs = {name: known.get(name) or Folder(f"{top.path}/{name}") for name in top.names}
        for folder in self._specs.values():
            changed = folder.list(settled) or changed
        if changed:
            self._tasks = {
                task_id: self._tasks.get(task_id) or _Task(Folder(f"{folder.path}/{name}"))
                for spec, folder in self._specs.items()
                for name in folder.names
                for task_id in [TaskId(f"{spec}/{name}")]
            }
        for task_id, task in self._tasks.items():
            if task.folder.list(settled):
                self._enter(task_id, task)
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
                attempt = _unreadable(seen.opened(), problem)
            task.live = task.live or attempt is None or attempt.phase is not Phase.COLLECTED
            if attempt is not None:
                found.append(attempt)
        if list(task.attempts) != found:
            task.attempts = tuple(found)

    def _attempt(self, seen: _Seen) -> Attempt | None:
        if seen.collected is not None:
            return seen.collected
        names = names_of(seen.directory)
        if "intent.json" not in names and "collected.json" not in names:
            return None
        if "start.json" in names and names & {"secrets.json", SECRETS_PART}:
            self.exposed.add(seen.directory)
        attempt = _collected(seen, names) or seen.opened().attempt(names)
        self.grants.add(attempt.grant)
        return attempt

    def _enter(self, task_id: TaskId, task: _Task) -> None:
        """Take in the attempt directories that are there now; numbers only grow."""
        known, folder = task.seen, task.folder
        task.seen = {}
        for number in sorted(int(name) for name in folder.names if name.isdecimal()):
            key = AttemptKey(task_id, number)
            new = self._new.pop(key, None)
            task.seen[number] = known.get(number) or _Seen(key, f"{folder.path}/{number}", new)
        task.live = True


def _collected(seen: _Seen, names: frozenset[str]) -> Attempt | None:
    # One that is not whole is what a loss of power may leave, since nobody waits for the disk to take it.
    if "collected.json" in names:
        with suppress(EnvironmentProblem):
            seen.collected = collected_from(seen.key, Path(seen.directory))
            seen.case = None
    return seen.collected


def _unreadable(case: Case, problem: EnvironmentProblem | OSError) -> Attempt:
    """Tell what is known of an attempt that a person has to look at."""
    known = case.known or Attempt(
        task_id=case.key.task_id,
        number=case.key.number,
        phase=Phase.UNREADABLE,
        generation=0,
        agent="",
        executor="",
        work="",
        branch=UNKNOWN_BRANCH,
        created_at=0.0,
    )
    directory = case.papers.directory
    fix = mend(directory)
    if isinstance(problem, EnvironmentProblem):
        what, fix = problem.what, problem.fix or fix
    else:
        what = f"cannot read {problem.filename or directory}: {problem.strerror}"
    if case.at_work():
        fix = f"its worker may still be at work (its lock is held): wait for its end, then {fix}"
    return replace(known, phase=Phase.UNREADABLE, error=f"{one_line(what, 1000)}; fix: {fix}")


def forget_secrets(directory: Path) -> None:
    """Remove the values of an attempt's secrets, and those that somebody was killed while writing."""
    for name in ("secrets.json", SECRETS_PART):
        (directory / name).unlink(missing_ok=True)
