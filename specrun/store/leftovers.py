"""Lists what tasks have left in the state folder and on references; follows no link and writes nothing."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from specrun.core.task import TaskId
from specrun.core.world import Attempt
from specrun.store import branches
from specrun.store.folders import names_of, numbers_of
from specrun.store.git import Git
from specrun.store.grants import Grants
from specrun.store.layout import Layout, task_named
from specrun.store.scan import Scan

_REFERENCE = re.compile(r"refs/specrun/(?:attempts|salvage|bases|proofs)/(.+)/(\d+)(?:-[0-9a-f]+)?")
_LINK = re.compile(r"([^.]+)\.([^.]+)\.(\d+)(?:\.c\d+)?")
_TREE = re.compile(r"\.?(\d+)(?:\..+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A reference of an attempt."""

    name: str
    commit: str
    number: int


@dataclass(slots=True, kw_only=True)
class Traces:
    """What one task has left, by the numbers of its attempts.

    `attempts` are the directories, with None for what is no attempt: an order that was broken off. `trees`
    are the files and folders of workspaces, `links` those in `done`, `grants` its tokens.
    """

    attempts: dict[int, Attempt | None] = field(default_factory=dict)
    trees: dict[int, list[Path]] = field(default_factory=lambda: defaultdict(list))
    links: dict[int, list[Path]] = field(default_factory=lambda: defaultdict(list))
    references: list[Reference] = field(default_factory=list)
    grants: list[Path] = field(default_factory=list)
    branch: str | None = None

    @property
    def numbers(self) -> frozenset[int]:
        """The numbers of all attempts that have left anything."""
        found = {one.number for one in self.references}
        return frozenset(found.union(self.attempts, self.trees, self.links))


def traces(git: Git, layout: Layout) -> Mapping[TaskId, Traces]:
    """Answer what every task has left. Raises EnvironmentProblem for a folder that cannot be listed."""
    found: dict[TaskId, Traces] = defaultdict(Traces)
    _directories(layout, found)
    for task_id, folder in _tasks(layout.work):
        for path, number in _numbered(folder, _TREE):
            found[task_id].trees[number].append(path)
    for path, number in _numbered(layout.done, _LINK):
        owner = task_named(path.name.split(".")[:2])
        if owner is not None:
            found[owner].links[number].append(path)
    for token, owner in Grants(layout.grants).owners().items():
        found[owner].grants.append(layout.grants / token)
    _references(git, found)
    return dict(found)


def size_of(paths: Iterable[Path]) -> int:
    """Answer the bytes of all files below some paths; what cannot be seen counts as nothing."""
    size, places = 0, [os.fspath(path) for path in paths]
    while places:
        place = places.pop()
        with suppress(OSError):
            if not is_folder(place):
                size += os.lstat(place).st_size
                continue
            with os.scandir(place) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        places.append(entry.path)
                    else:
                        size += entry.stat(follow_symlinks=False).st_size
    return size


def _directories(layout: Layout, found: dict[TaskId, Traces]) -> None:
    read = Scan(layout.attempts).read()
    for task_id, folder in _tasks(layout.attempts):
        known = {one.number: one for one in read.get(task_id, ())}
        for number in numbers_of(folder):
            if is_folder(folder / str(number)):
                found[task_id].attempts[number] = known.get(number)


def _references(git: Git, found: dict[TaskId, Traces]) -> None:
    for name, commit in sorted(git.refs("refs/specrun").items()):
        match = _REFERENCE.fullmatch(name)
        owner = task_named(match[1].split("/")) if match else None
        if match is not None and owner is not None:
            found[owner].references.append(Reference(name=name, commit=commit, number=int(match[2])))
    for owner, commit in branches.commits(git).items():
        found[owner].branch = commit


def _tasks(top: Path) -> Iterator[tuple[TaskId, Path]]:
    """Yield the folders of tasks below a folder of the state, in their order."""
    for spec in _listed(top):
        for name in _listed(top / spec):
            task_id = task_named([spec, name])
            if task_id is not None and is_folder(top / spec / name):
                yield task_id, top / spec / name


def _numbered(folder: Path, pattern: re.Pattern[str]) -> Iterator[tuple[Path, int]]:
    """Yield what lies in a folder and has the number of an attempt in its name."""
    for name in _listed(folder):
        match = pattern.fullmatch(name)
        if match is not None:
            yield folder / name, int(match[match.lastindex or 0])


def _listed(folder: Path) -> list[str]:
    return sorted(names_of(folder)) if is_folder(folder) else []


def is_folder(path: Path | str) -> bool:
    """Whether it is a folder, and no link to one."""
    return os.path.isdir(path) and not os.path.islink(path)  # noqa: PTH112, PTH114 - as plain as the names here
