"""Keeps checkouts of what tasks have left, for people to look at, run and mend."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from specrun.core.task import TaskId, split_id
from specrun.core.world import Run
from specrun.errors import EnvironmentProblem, Locked, ResultMissing
from specrun.store import branches
from specrun.store.clones import branch_ref, make_checkout, side
from specrun.store.documents import writing
from specrun.store.folders import names_of
from specrun.store.git import Git
from specrun.store.harvest import saved
from specrun.store.layout import Layout, task_named
from specrun.store.leftovers import is_folder, size_of
from specrun.store.plumbing import Plumbing
from specrun.store.prooftrees import blaming
from specrun.store.removal import bury
from specrun.store.sparing import Kept, Leftover
from specrun.system import locks

KIND = "checkout"
_SHOWN = 12
"""Digits of a commit that name a checkout."""
_REFERENCES = "refs/specrun/checkouts"
_UNSAVED = "it holds changes that are nowhere else"
_BUSY = "somebody is at work in it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """A folder with what a task has left: `commit` was checked out there, `new` says that it was just now."""

    task_id: TaskId
    path: Path
    commit: str
    new: bool = False


class Checkouts:
    """Clones below the state folder, `open/<spec>/<task>/<commit>`, each on a branch of its own.

    A person works in them, so that one that is there is never changed. What they borrow stays on references
    below refs/specrun/checkouts. No configuration, hook or filter takes part in making or looking at one.
    """

    def __init__(self, git: Git, layout: Layout) -> None:
        self._git = git
        self._layout = layout
        self._plumbing = Plumbing(git, layout.git)
        self._top = layout.home / "open"

    def result(self, task_id: TaskId, run: Run | None) -> str | None:
        """Answer the commit of what a task has left last: that of its branch where it has succeeded."""
        branch = self._git.ref(branch_ref(task_id)) if run is not None and run.status.good else None
        collected = self.collected(task_id)
        last = collected[max(collected)] if collected else None
        return branch or (run.commit if run is not None else None) or last

    def collected(self, task_id: TaskId) -> dict[int, str]:
        """Answer the commits that attempts have left here, by their numbers."""
        prefix = f"refs/specrun/attempts/{task_id}"
        found = {name.rpartition("/")[2]: commit for name, commit in self._git.refs(prefix).items()}
        return {int(number): commit for number, commit in sorted(found.items()) if number.isdecimal()}

    def open(self, task_id: TaskId, commit: str) -> Checkout:
        """Answer the checkout of a commit, made now where there is none.

        Raises ResultMissing for a commit that is not here, Locked while another specrun makes one.
        """
        path = self._path(task_id, commit)
        self._layout.create()
        if is_folder(path):
            return Checkout(task_id=task_id, path=path, commit=commit)
        with writing(path.parent, "free some space, or set SPECRUN_HOME to another disk"):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = locks.acquire(self._top / "lock")
        if lock is None:
            raise Locked("another specrun makes a checkout here", "run the same command again")
        with lock, blaming(self._plumbing, [commit], task_id):
            self._plumbing.settings()
            if not self._plumbing.dates([commit]):
                raise _missing(task_id, commit)
            # It borrows the commit, and nobody else may hold that: it must outlive a clean-up.
            self._git.set_ref(self._reference(task_id, commit), commit, "specrun: open")
            make_checkout(self._plumbing, path, commit, f"mend/{split_id(task_id)[1]}")
        return Checkout(task_id=task_id, path=path, commit=commit, new=True)

    def enter(self, one: Checkout) -> locks.Lock | None:
        """Let `prune` know that somebody is at work in a checkout; None where somebody else is, too."""
        return locks.acquire(side(one.path, "lock"))

    def found(self) -> Iterator[Checkout]:
        """Yield all checkouts that are there."""
        return (one for one in self._noted() if is_folder(one.path))

    def leavings(self, results: Mapping[TaskId, str | None]) -> Iterator[Leftover | Kept]:
        """Yield what may go of some tasks' checkouts, and what has to stay; the present results do untold."""
        for one in self._noted():
            present = results.get(one.task_id) == one.commit and is_folder(one.path)
            if one.task_id not in results or present:
                continue
            name = one.path.relative_to(self._layout.home).as_posix()
            why = self._why_kept(one)
            if why:
                fix = f"leave it, or remove it: rm -rf {one.path}" if why == _UNSAVED else ""
                yield Kept(task_id=one.task_id, name=name, why=why, fix=fix)
                continue
            size = size_of([one.path, side(one.path, "index"), side(one.path, "base")])
            yield Leftover(task_id=one.task_id, kind=KIND, name=name, size=size, commit=one.commit)

    def remove(self, items: Iterable[Leftover]) -> Iterator[Kept]:
        """Take checkouts away, and yield those that stay after all, and why."""
        for item in items:
            one = Checkout(task_id=item.task_id, path=self._layout.home / item.name, commit=item.commit)
            why = self._why_kept(one) or self._removed(one)
            if why:
                yield Kept(task_id=item.task_id, name=item.name, why=why)

    def _noted(self) -> Iterator[Checkout]:
        """Yield all checkouts that were made, also those whose folder somebody has removed."""
        for spec in _folders(self._top):
            for task in _folders(self._top / spec):
                task_id, place = task_named([spec, task]), self._top / spec / task
                for name in sorted(names_of(place)) if task_id is not None else ():
                    path = place / name.removesuffix(".base")
                    commit = _base(path) if name.endswith(".base") else ""
                    if task_id is not None and path.name == commit[:_SHOWN] != "":
                        yield Checkout(task_id=task_id, path=path, commit=commit)

    def _why_kept(self, one: Checkout) -> str:
        if locks.held(side(one.path, "lock")):
            return _BUSY
        gone = not os.path.lexists(one.path)
        return "" if gone or saved(self._plumbing, one.path) else _UNSAVED

    def _removed(self, one: Checkout) -> str:
        """Delete a checkout; answer why it is still there."""
        try:
            bury(one.path, self._top)
            for what in ("index", "base", "lock"):
                side(one.path, what).unlink(missing_ok=True)
        except OSError as exc:
            return f"it cannot be removed: {exc.strerror}"
        return branches.delete(self._git, self._reference(one.task_id, one.commit), one.commit)

    def _reference(self, task_id: TaskId, commit: str) -> str:
        """Answer the reference of a checkout; other worktrees of the repository have their own."""
        return f"{_REFERENCES}/{task_id}/{commit[:_SHOWN]}-{self._layout.digest}"

    def _path(self, task_id: TaskId, commit: str) -> Path:
        """Answer where a checkout lies. Raises EnvironmentProblem where a link would lead it elsewhere."""
        path = self._top.joinpath(*split_id(task_id), commit[:_SHOWN])
        for place in (path, *path.parents[:3]):
            if place.is_symlink():
                raise EnvironmentProblem(f"{place} is a link", "remove it; nothing was opened")
        return path


def _missing(task_id: TaskId, commit: str) -> ResultMissing:
    fix = f"fetch {branches.short_name(task_id)} from where it was made, or run specrun retry {task_id}"
    return ResultMissing(f"{task_id}: commit {commit[:_SHOWN]} is not in this repository", fix)


def _folders(top: Path) -> list[str]:
    return sorted(name for name in names_of(top) if is_folder(top / name)) if is_folder(top) else []


def _base(path: Path) -> str:
    try:
        return side(path, "base").read_text().strip()
    except OSError:
        return ""
