"""Decides what of the traces of tasks may go: nothing that is in use, needed by a record, or not merged."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from specrun.core.task import TaskId
from specrun.core.world import Attempt, Phase, Run
from specrun.store import branches
from specrun.store.folders import numbers_of
from specrun.store.git import Git
from specrun.store.layout import CHECKS, Layout
from specrun.store.leftovers import Reference, Traces, size_of
from specrun.system import locks

_NOT_COLLECTED = ("its end is not collected yet", "run specrun apply with its spec, then prune again")
_IN_USE = {
    Phase.RUNNING: ("it is still running", "stop it with specrun stop, then prune again"),
    Phase.PROVING: ("its checks are still to decide", "run specrun apply with its spec, then prune again"),
    Phase.ENDED: _NOT_COLLECTED,
    Phase.LOST: _NOT_COLLECTED,
}
_AT_WORK = ("somebody is at work in it", "wait for the end, then prune again")


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """One thing that may go.

    `kind` is attempt, workspace, reference, branch, link or grant; `name` is its path in the state folder, or
    its name in git; `size` its bytes. A reference or branch goes only while it still names `commit`. `number`
    is that of its attempt, 0 where it belongs to none.
    """

    task_id: TaskId
    kind: str
    name: str
    size: int = 0
    commit: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One thing that stays: why, and what a person can do about it.

    With `record` that of the task has to stay as well.
    """

    task_id: TaskId
    name: str
    why: str
    fix: str = ""
    record: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What deciding looks at besides one task.

    `branch` is that of HEAD, `heads` are the names of all branches, `needed` maps commits to the tasks whose
    records name them. `shared` says that the repository has other worktrees, whose references are the same.
    """

    git: Git
    layout: Layout
    branch: str
    heads: frozenset[str]
    needed: Mapping[str, TaskId]
    shared: bool


def scene(git: Git, layout: Layout, records: Iterable[Run]) -> Scene:
    """Look around; `records` are those that stay."""
    return Scene(
        git=git,
        layout=layout,
        branch=git.head()[0],
        heads=frozenset(name.removeprefix("refs/heads/") for name in git.refs("refs/heads")),
        needed={commit: run.task_id for run in records for commit in _commits(run)},
        shared=any(git.common_dir.glob("worktrees/*")),
    )


def of_gone(task_id: TaskId, run: Run | None, left: Traces, around: Scene) -> Iterator[Leftover | Kept]:
    """Yield what may go of a task that no spec has any more, and what has to stay."""
    if run is not None and run.frozen is not None:
        name, why = f"results/{task_id}.json", f"it is frozen: {run.frozen.reason}"
        fix = f"allow it with specrun unfreeze {task_id}"
        yield Kept(task_id=task_id, name=name, why=why, fix=fix, record=True)
        return
    staying = {number: told for number in left.attempts if (told := _used(task_id, number, left, around))}
    branch = None if left.branch is None else _branch(task_id, left.branch, around)
    unmerged = left.branch if isinstance(branch, Kept) else None
    wanted = {one: why for one in left.references if (why := _wanted(one, unmerged, left, around))}
    yield from staying.values()
    if branch is not None:
        yield branch
    for one, why in wanted.items():
        yield Kept(task_id=task_id, name=one.name, why=why)
    spared = {*staying, *(one.number for one in wanted)}
    yield from _items(task_id, left, left.numbers - spared, around)
    for path in left.grants:
        yield _item(task_id, "grant", path, around)


def of_present(
    task_id: TaskId, run: Run | None, left: Traces, around: Scene, keep: int
) -> Iterator[Leftover]:
    """Yield what may go of a task's attempts before the newest `keep` that nothing names any more."""
    if run is not None and run.frozen is not None:
        return
    spared = set(sorted(left.numbers)[-max(keep, 1) :])
    if run is not None and run.last is not None:
        spared.add(run.last.number)
    spared |= {number for number in left.attempts if _used(task_id, number, left, around)}
    spared |= {one.number for one in left.references if _wanted(one, left.branch, left, around)}
    yield from _items(task_id, left, left.numbers - spared, around)


def in_use(attempt: Attempt | None, directory: Path) -> tuple[str, str] | None:
    """Answer why an attempt must not be touched and what to do, None where it is over or never began.

    None in place of the attempt stands for an order that was broken off.
    """
    if attempt is not None and attempt.phase is Phase.UNREADABLE:
        what, _, fix = attempt.error.partition("; fix: ")
        return f"it cannot be read: {what}", fix
    told = None if attempt is None else _IN_USE.get(attempt.phase)
    if told is not None:
        return told
    checks = (directory / CHECKS / str(number) for number in numbers_of(directory / CHECKS))
    try:
        at_work = any(locks.held(place / "lock") for place in (directory, *checks))
    except OSError:
        return _AT_WORK
    return _AT_WORK if at_work else None


def _used(task_id: TaskId, number: int, left: Traces, around: Scene) -> Kept | None:
    attempt, directory = left.attempts[number], around.layout.attempt(task_id, number)
    told = in_use(attempt, directory)
    branch = around.branch if attempt is None else attempt.branch
    used = told is not None
    if told is None and branch != around.branch and branch in around.heads:
        told = f"it was launched from branch {branch}", f"check out {branch}, and prune there"
    if told is None:
        return None
    return Kept(task_id=task_id, name=_name(directory, around), why=told[0], fix=told[1], record=used)


def _branch(task_id: TaskId, commit: str, around: Scene) -> Leftover | Kept:
    name = branches.short_name(task_id)
    why = branches.why_kept(around.git, task_id, commit)
    if not why:
        return Leftover(task_id=task_id, kind="branch", name=name, commit=commit)
    fix = f"merge it, or delete it with git branch -D {name}" if why == branches.UNMERGED else ""
    return Kept(task_id=task_id, name=name, why=why, fix=fix)


def _wanted(one: Reference, branch: str | None, left: Traces, around: Scene) -> str:
    """Answer who wants a reference to stay; then its attempt does, so that its number is not used again."""
    if one.commit == branch:
        return "its branch is kept"
    owner = around.needed.get(one.commit)
    if owner is not None:
        return f"the record of {owner} names its commit"
    elsewhere = around.shared and one.number not in left.attempts
    return "another worktree of this repository may have made it" if elsewhere else ""


def _items(task_id: TaskId, left: Traces, numbers: Collection[int], around: Scene) -> Iterator[Leftover]:
    """Yield all that attempts of some numbers have left."""
    for number in numbers:
        if number in left.attempts:
            yield _item(task_id, "attempt", around.layout.attempt(task_id, number), around, number)
        if number in left.trees:
            name, size = _name(around.layout.workspace(task_id, number), around), size_of(left.trees[number])
            yield Leftover(task_id=task_id, kind="workspace", name=name, size=size, number=number)
        for path in left.links.get(number, ()):
            yield _item(task_id, "link", path, around, number)
    for one in left.references:
        if one.number in numbers:
            yield Leftover(
                task_id=task_id, kind="reference", name=one.name, commit=one.commit, number=one.number
            )


def _item(task_id: TaskId, kind: str, path: Path, around: Scene, number: int = 0) -> Leftover:
    name, size = _name(path, around), size_of([path])
    return Leftover(task_id=task_id, kind=kind, name=name, size=size, number=number)


def _name(path: Path, around: Scene) -> str:
    return path.relative_to(around.layout.home).as_posix()


def _commits(run: Run) -> Iterator[str]:
    success = None if run.last_success is None else run.last_success.commit
    yield from filter(None, (run.commit, success))
