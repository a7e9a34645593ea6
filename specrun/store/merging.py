"""Merges the commits of upstreams into one code base, without a working tree and the same way every time."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from specrun.core.task import TaskId
from specrun.errors import MergeConflict, ResultMissing
from specrun.store.plumbing import Plumbing


def merge_upstreams(plumbing: Plumbing, base: str, upstreams: Mapping[TaskId, str]) -> str:
    """Answer the commit that holds `base` and all upstreams, in the order of their ids.

    Fast-forwards where it can. Raises MergeConflict, and ResultMissing when a commit is not in this repo.
    """
    if not upstreams:
        return base
    dates = _dates(plumbing, base, upstreams)
    merged, date = base, dates[base]
    done: list[TaskId] = []
    for task_id, commit in sorted(upstreams.items()):
        date = max(date, dates[commit])
        merged = _merge(plumbing, (merged, commit), (task_id, done), date)
        done.append(task_id)
    return merged


def _merge(
    plumbing: Plumbing, sides: tuple[str, str], names: tuple[TaskId, Sequence[TaskId]], date: int
) -> str:
    ours, theirs = sides
    fork = plumbing.run("merge-base", ours, theirs, codes=(0, 1)).text
    if fork == theirs:
        return ours
    if fork == ours:
        return theirs
    answer = plumbing.run(
        *("merge-tree", "--write-tree", "-z", "--name-only", "--no-messages"),
        *("--allow-unrelated-histories", ours, theirs),
        codes=(0, 1),
    )
    tree, *files = os.fsdecode(answer.out).split("\0")
    task_id, done = names
    if answer.code:
        raise _conflict(task_id, done, tuple(sorted({file for file in files if file})))
    return plumbing.commit(tree, sides, date, f"specrun: merge {task_id}")


def _conflict(task_id: TaskId, done: Sequence[TaskId], files: tuple[str, ...]) -> MergeConflict:
    others = " and ".join(done) if done else "the code base"
    shown = ", ".join(ascii(file)[1:-1] for file in files[:5])
    more = f" and {len(files) - 5} more" if len(files) > 5 else ""  # noqa: PLR2004 - as many as are shown
    return MergeConflict(f"{task_id} conflicts with {others} in {shown}{more}", files)


def _dates(plumbing: Plumbing, base: str, upstreams: Mapping[TaskId, str]) -> dict[str, int]:
    """Find out when each commit was made, which also proves that it is here."""
    owners = {commit: task_id for task_id, commit in upstreams.items()}
    dates = plumbing.dates([base, *owners])
    missing = next((commit for commit in (base, *owners) if commit not in dates), None)
    if missing is not None:
        owner = owners.get(missing, "the code base")
        raise ResultMissing(
            f"{owner}: its commit {missing[:12]} is not in this repository",
            f"fetch it from where it was made, or run that task again: specrun retry {owner}",
        )
    return dates
