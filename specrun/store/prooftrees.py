"""Makes the commits that checks run on: what was collected, with protected files as they were before."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from specrun.core.task import TaskId
from specrun.core.world import CarriedFile
from specrun.errors import EnvironmentProblem, ResultMissing
from specrun.store.documents import writing
from specrun.store.git import LONG
from specrun.store.harvest import changes
from specrun.store.plumbing import Plumbing

_MESSAGE = "specrun: put back what is protected"
_LONGEST = 255
"""Bytes that one name may have on every usual file system."""


def restore(plumbing: Plumbing, task_id: TaskId, commit: str, sources: Mapping[str, str]) -> str:
    """Answer the commit that is `commit` with some paths as other commits have them; itself where all agree.

    `sources` maps paths to the commits that they are taken from, or left out where those lack them. What is
    put back wins over files and folders in its way. The same work makes the same commit. Raises ResultMissing
    for a commit that is not here.
    """
    others = sorted(set(sources.values()))
    dates = plumbing.dates([commit, *others])
    for wanted in (commit, *others):
        if wanted not in dates:
            raise _missing(wanted, task_id)
    back = [
        file
        for other in others
        for file in changes(plumbing, commit, other)
        if sources.get(file.path) == other
    ]
    if not back:
        return commit
    return plumbing.commit(_tree(plumbing, commit, back), [commit], dates[commit], _MESSAGE)


@contextmanager
def blaming(plumbing: Plumbing, commits: Iterable[str], task_id: TaskId | None = None) -> Iterator[None]:
    """Turn an EnvironmentProblem inside into ResultMissing where the commits themselves are the reason."""
    try:
        yield
    except EnvironmentProblem as exc:
        for commit in dict.fromkeys(commits):
            if not _whole(plumbing, commit):
                raise _missing(commit, task_id) from exc
            unfit = _unfit(plumbing, commit)
            if unfit:
                raise _lost(commit, f"holds a path that cannot be written here: {unfit}", task_id) from exc
        raise


def _tree(plumbing: Plumbing, commit: str, back: Sequence[CarriedFile]) -> str:
    """Write the tree of `commit` with entries replaced; a mode of zeros takes one out."""
    fed = b"".join(os.fsencode(f"{file.mode} {file.blob}\t{file.path}") + b"\0" for file in back)
    with (
        writing(Path(tempfile.gettempdir()), "free some space there, run again"),
        tempfile.TemporaryDirectory(prefix="specrun-index-") as folder,
    ):
        index = Path(folder) / "index"
        plumbing.run("read-tree", commit, index=index, seconds=LONG)
        plumbing.run("update-index", "-z", "--index-info", index=index, stdin=fed, seconds=LONG)
        return plumbing.run("write-tree", index=index, seconds=LONG).text


def _whole(plumbing: Plumbing, commit: str) -> bool:
    """Whether every object of a commit's tree is here."""
    options = ("--objects", "--no-object-names", "--missing=print", "--no-walk")
    found = plumbing.run("rev-list", *options, commit, codes=range(256), seconds=LONG)
    return found.code == 0 and not any(line.startswith(b"?") for line in found.out.splitlines())


def _unfit(plumbing: Plumbing, commit: str) -> str:
    """Answer the first path of a commit with a name that is too long, "" when there is none."""
    listed = plumbing.run("ls-tree", "-r", "-z", "--full-tree", "--name-only", commit, seconds=LONG).out
    for path in listed.split(b"\0"):
        if any(len(name) > _LONGEST for name in path.split(b"/")):
            return f"{ascii(os.fsdecode(path))[1:-1][:_LONGEST]}..."
    return ""


def _missing(commit: str, task_id: TaskId | None) -> ResultMissing:
    return _lost(commit, "is not in this repository, or not as a whole", task_id)


def _lost(commit: str, why: str, task_id: TaskId | None) -> ResultMissing:
    whose, which = (f"{task_id}: ", f": specrun retry {task_id}") if task_id else ("", "")
    return ResultMissing(f"{whose}commit {commit[:12]} {why}", f"run the task again that made it{which}")
