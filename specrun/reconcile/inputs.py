"""Gathers what tasks build on beside their specs: records of upstreams, conditions, files that they read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TypeVar

from specrun.core.glob import matches
from specrun.core.task import Carry, Condition, Task, TaskId
from specrun.core.upstream import handed_on
from specrun.core.world import Run
from specrun.errors import InvalidSpec
from specrun.reconcile.runtime import Runtime

MOST = 2000
"""Files that one task may read: their names and digests stand in its record."""
_RESULTS = "results/"

_Made = TypeVar("_Made")


def upstream_runs(task: Task, runs: Mapping[TaskId, Run]) -> dict[TaskId, Run] | None:
    """Answer the records whose values a task's prompt may use, or None while one is missing.

    Edges of mere order hand on no values, so that a record may be missing there.
    """
    found = {edge.upstream: handed_on(edge, runs.get(edge.upstream)) for edge in task.edges}
    present = {name: run for name, run in found.items() if run is not None}
    needed = (edge.upstream for edge in task.edges if edge.carry is not Carry.NONE)
    return present if all(name in present for name in needed) else None


def told(error: InvalidSpec) -> str:
    """Say in one line what is wrong with a template."""
    return str(error.problems[0]) if error.problems else str(error)


def from_records(
    tasks: Iterable[Task],
    runs: Mapping[TaskId, Run],
    make: Callable[[Task, Mapping[TaskId, Run]], _Made],
) -> tuple[dict[TaskId, _Made], dict[TaskId, str]]:
    """Answer what templates of tasks make of the records of their upstreams, and what is wrong with them.

    Tasks whose upstreams have no record yet are left out.
    """
    found: dict[TaskId, _Made] = {}
    errors: dict[TaskId, str] = {}
    for task in tasks:
        upstreams = upstream_runs(task, runs)
        if upstreams is None:
            continue
        try:
            found[task.id] = make(task, upstreams)
        except InvalidSpec as error:
            errors[task.id] = told(error)
    return found, errors


def conditions(
    runtime: Runtime, runs: Mapping[TaskId, Run]
) -> tuple[dict[TaskId, Condition], dict[TaskId, str]]:
    """Decide the conditions that rest on upstreams, where these have records; and tell what is wrong."""
    tasks = runtime.desired.tasks.values()
    late = (task for task in tasks if task.when is not None and task.when.met is None)
    return from_records(late, runs, partial(_decided, runtime))


def _decided(runtime: Runtime, task: Task, upstreams: Mapping[TaskId, Run]) -> Condition:
    key = ("condition", task.id)
    kept = runtime.desired.memo.get(key)
    if isinstance(kept, tuple) and kept[0] == upstreams and isinstance(kept[1], Condition):
        return kept[1]
    answer = runtime.prompts.condition(task, upstreams)
    runtime.desired.memo[key] = (upstreams, answer)
    return answer


def read_files(runtime: Runtime) -> tuple[Mapping[TaskId, Mapping[str, str]], Mapping[TaskId, str]]:
    """Answer the files that tasks read at the code base, looked up once, and whose are too many."""
    kept = runtime.desired.memo.get("reads")
    if isinstance(kept, tuple):
        return kept[0], kept[1]
    found: dict[TaskId, Mapping[str, str]] = {}
    errors: dict[TaskId, str] = {}
    tree: Mapping[str, str] | None = None
    for name, task in runtime.desired.tasks.items():
        if not task.reads:
            continue
        if tree is None:
            tree = runtime.workspaces.tree(runtime.base)
        found[name] = _meant(task, tree)
        if len(found[name]) > MOST:
            what = f"`reads` means {len(found[name])} files, and {MOST} at most can be kept in a record"
            errors[name] = f"{task.where}: {what}; fix: name fewer folders"
    runtime.desired.memo["reads"] = (found, errors)
    return found, errors


def _meant(task: Task, tree: Mapping[str, str]) -> dict[str, str]:
    """Answer the files that a task reads; records are none, or every result would be an input of the next."""
    return {
        path: blob
        for path, blob in tree.items()
        if not path.startswith(_RESULTS) and matches(task.reads, path)
    }
