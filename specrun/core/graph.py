"""Orders tasks: upstreams before dependents, and the longest remaining path first."""

from __future__ import annotations

import heapq
from collections.abc import Mapping

from specrun.core.task import Task, TaskId


def dependency_order(tasks: Mapping[TaskId, Task]) -> tuple[TaskId, ...]:
    """Answer all ids, upstreams first, ties by id. Raises ValueError on a cycle, which loading rules out."""
    waiting = {name: sum(edge.upstream in tasks for edge in task.edges) for name, task in tasks.items()}
    dependents = dependents_of(tasks)
    ready = [name for name, count in waiting.items() if count == 0]
    heapq.heapify(ready)
    order: list[TaskId] = []
    while ready:
        name = heapq.heappop(ready)
        order.append(name)
        for dependent in dependents[name]:
            waiting[dependent] -= 1
            if waiting[dependent] == 0:
                heapq.heappush(ready, dependent)
    if len(order) != len(tasks):
        raise ValueError(f"cycle among {sorted(set(tasks) - set(order))}")
    return tuple(order)


def dependents_of(tasks: Mapping[TaskId, Task]) -> dict[TaskId, list[TaskId]]:
    """Answer the direct dependents of every task, sorted."""
    result: dict[TaskId, list[TaskId]] = {name: [] for name in tasks}
    for name in sorted(tasks):
        for edge in tasks[name].edges:
            if edge.upstream in result:
                result[edge.upstream].append(name)
    return result


def downstream(tasks: Mapping[TaskId, Task], roots: frozenset[TaskId]) -> frozenset[TaskId]:
    """Answer the roots and everything that depends on them, however far."""
    dependents = dependents_of(tasks)
    found = set(roots)
    queue = list(roots)
    while queue:
        for dependent in dependents.get(queue.pop(), []):
            if dependent not in found:
                found.add(dependent)
                queue.append(dependent)
    return frozenset(found)


def path_lengths(
    tasks: Mapping[TaskId, Task], order: tuple[TaskId, ...], durations: Mapping[TaskId, float]
) -> dict[TaskId, float]:
    """Answer, per task, the length of the longest chain that begins with it.

    Lengths are sums of recorded seconds; a task without history counts as the median of those that have one,
    or as 1 when none has.
    """
    known = sorted(durations.values())
    usual = known[len(known) // 2] if known else 1.0
    dependents = dependents_of(tasks)
    lengths: dict[TaskId, float] = {}
    for name in reversed(order):
        after = max((lengths[dependent] for dependent in dependents[name]), default=0.0)
        lengths[name] = durations.get(name, usual) + after
    return lengths
