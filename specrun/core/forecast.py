"""Foresees which tasks of a plan may change the same files without knowing of each other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, product, takewhile

from specrun.core.change import Action, Plan
from specrun.core.glob import overlapping
from specrun.core.graph import dependency_order
from specrun.core.project import takes_out
from specrun.core.task import Desired, Task, TaskId

WORKING = frozenset({Action.RUN, Action.RERUN, Action.CASCADE, Action.RETRY, Action.STOP, Action.DEFERRED})
"""What becomes of tasks whose agents an apply would start; one that is stopped for an edit starts again."""

_WILD = re.compile(r"[*?\[]")

_Globs = tuple[str, ...]
_Groups = Mapping[_Globs, list[TaskId]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Two tasks of which neither waits for the other, and the first globs of theirs that may overlap."""

    tasks: tuple[TaskId, TaskId]
    globs: tuple[str, str]


def conflicts(desired: Desired, plan: Plan) -> tuple[Conflict, ...]:
    """Answer all pairs of tasks that would run and may get in each other's way, in the order of the plan."""
    return clashes(desired.tasks, (one.task_id for one in plan.decisions if one.action in WORKING))


def clashes(tasks: Mapping[TaskId, Task], names: Iterable[TaskId]) -> tuple[Conflict, ...]:
    """Answer all pairs of the named tasks that may get in each other's way.

    They come in the order of the names, in which upstreams have to be first. Only tasks with `touches` say
    what they change, and what a judge changes is nobody's.
    """
    groups: dict[_Globs, list[TaskId]] = {}
    place: dict[TaskId, int] = {}
    for name in names:
        task = tasks.get(name)
        if task is not None and (globs := _touched(task)):
            groups.setdefault(globs, []).append(name)
            place[name] = len(place)
    if not place:
        return ()
    before = _upstreams(place, tasks)
    found = []
    for one, other, globs in _overlaps(groups):
        pair, told = ((one, other), globs) if place[one] < place[other] else ((other, one), globs[::-1])
        if not before[pair[1]] >> place[pair[0]] & 1:
            found.append(Conflict(tasks=pair, globs=told))
    return tuple(sorted(found, key=lambda conflict: [place[name] for name in conflict.tasks]))


def _touched(task: Task) -> _Globs:
    if task.contract.judge is not None:
        return ()
    return tuple(glob for glob in task.contract.touches if not takes_out(glob))


def _overlaps(groups: _Groups) -> Iterator[tuple[TaskId, TaskId, tuple[str, str]]]:
    """Answer the pairs of tasks that touch the same; different globs are compared once."""
    for some, tasks in groups.items():
        yield from ((one, other, (some[0], some[0])) for one, other in combinations(tasks, 2))
    for some, others in _near(groups):
        globs = overlapping(some, others)
        if globs is not None:
            yield from ((one, other, globs) for one, other in product(groups[some], groups[others]))


def _near(groups: _Groups) -> Iterator[tuple[_Globs, _Globs]]:
    """Answer pairs worth comparing: what stands before the first wildcard of one begins that of the other.

    Among hundreds of tasks, each with files of its own, these are few.
    """
    stems: dict[_Globs, list[_Globs]] = {}
    for globs in groups:
        for glob in globs:
            stems.setdefault(_stem(glob), []).append(globs)
    seen: set[frozenset[_Globs]] = set()
    for stem, there in stems.items():
        for length in range(len(stem) + 1):
            for some, others in product(stems.get(stem[:length], ()), there):
                pair = frozenset((some, others))
                if some != others and pair not in seen:
                    seen.add(pair)
                    yield some, others


def _stem(glob: str) -> _Globs:
    names = (name for name in glob.split("/") if name not in {"", "."})
    return tuple(takewhile(lambda name: not _WILD.search(name), names))


def _upstreams(place: Mapping[TaskId, int], tasks: Mapping[TaskId, Task]) -> dict[TaskId, int]:
    """Answer which of the numbered tasks each task waits for, however far, as a set of bits."""
    before: dict[TaskId, int] = {}
    for name in dependency_order(tasks):
        bits = 0
        for edge in tasks[name].edges:
            bits |= before.get(edge.upstream, 0)
            if edge.upstream in place:
                bits |= 1 << place[edge.upstream]
        before[name] = bits
    return before
