"""Tells which tasks may run side by side, and which chain of tasks takes longest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from specrun.core.graph import dependency_order, dependents_of, path_lengths
from specrun.core.task import Task, TaskId


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Tasks of which each waits for the one before.

    `seconds` is what they may take in all, None where the time of one of them is not known.
    """

    tasks: tuple[TaskId, ...]
    seconds: float | None


def waves(tasks: Mapping[TaskId, Task]) -> dict[TaskId, int]:
    """Answer in which wave each task can start, from 1, were there workers enough."""
    found: dict[TaskId, int] = {}
    for name in dependency_order(tasks):
        found[name] = 1 + max((found.get(edge.upstream, 0) for edge in tasks[name].edges), default=0)
    return found


def longest(tasks: Mapping[TaskId, Task], seconds: Mapping[TaskId, float]) -> Chain:
    """Answer the chain that takes longest, the first by id of several alike.

    A task whose time is not known counts as the median of those that are; all count alike where none is.
    """
    lengths = path_lengths(tasks, dependency_order(tasks), seconds)
    dependents = dependents_of(tasks)
    found: list[TaskId] = []
    ready = [name for name, task in tasks.items() if not any(edge.upstream in tasks for edge in task.edges)]
    while ready:
        found.append(min(ready, key=lambda name: (-lengths[name], name)))
        ready = dependents[found[-1]]
    known = all(name in seconds for name in found)
    return Chain(tasks=tuple(found), seconds=sum(seconds[name] for name in found) if known else None)
