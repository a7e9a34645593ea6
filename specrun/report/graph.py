"""Puts together what the graph of tasks shows, so that every format tells the same."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from specrun.core.change import Action
from specrun.core.estimate import Estimate, History, estimate
from specrun.core.forecast import Conflict, clashes
from specrun.core.graph import dependency_order
from specrun.core.task import Carry, Desired, Spec, Task, TaskId, When
from specrun.core.waves import Chain, longest, waves
from specrun.report.colour import Role
from specrun.report.status import Row, Standing, State

ROLES = {
    State.RUNNING: Role.NEWS,
    State.VERIFYING: Role.NEWS,
    State.COLLECTING: Role.NEWS,
    State.PENDING: Role.FAINT,
    State.SUCCEEDED: Role.GOOD,
    State.ACCEPTED: Role.GOOD,
    State.FAILED: Role.BAD,
    State.ERRORED: Role.BAD,
    State.LOST: Role.BAD,
    State.CANCELLED: Role.CARE,
    State.BLOCKED: Role.CARE,
    State.SKIPPED: Role.FAINT,
    State.DISABLED: Role.FAINT,
    State.FROZEN: Role.FAINT,
    State.GONE: Role.FAINT,
}
"""What each state means to a person."""


class Kind(StrEnum):
    """What an edge says: the target waits for the source, or a judge may send the target back."""

    DEPENDS = "depends"
    REWIND = "rewind"


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One task; `wave` counts from 1, `elsewhere` are upstreams that are not shown.

    `critical` marks the longest chain of several tasks.
    """

    task: Task
    state: State
    action: Action
    wave: int
    critical: bool
    estimate: Estimate
    elsewhere: tuple[TaskId, ...]

    @property
    def seconds(self) -> float | None:
        """The middle of what an attempt may take, None where nobody knows."""
        return sum(self.estimate.seconds) / 2 if self.estimate.seconds else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One edge; `on` and `carry` are those of a dependency, `limit` is how often a judge may send back."""

    source: TaskId
    target: TaskId
    kind: Kind = Kind.DEPENDS
    on: When | None = None
    carry: Carry | None = None
    limit: int | None = None
    critical: bool = False

    @property
    def times(self) -> str:
        """How often a judge may send back."""
        return "once at most" if self.limit == 1 else f"up to {self.limit} times"

    @property
    def label(self) -> str:
        """What is not as usual about it, in a few words."""
        if self.kind is Kind.REWIND:
            return f"sends back, {self.times}"
        told = [f"on {self.on}"] if self.on is not When.SUCCEEDED else []
        told += [f"carries {self.carry}"] if self.carry is not Carry.ALL else []
        return ", ".join(told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One spec: its tasks in the order in which they are written, and the chain that takes longest."""

    spec: Spec
    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    chain: Chain

    @property
    def waves(self) -> tuple[tuple[TaskId, ...], ...]:
        """The tasks of each wave."""
        found: dict[int, list[TaskId]] = {}
        for node in self.nodes:
            found.setdefault(node.wave, []).append(node.task.id)
        return tuple(tuple(found[wave]) for wave in sorted(found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """All that is shown: the specs with tasks, and the pairs of tasks that may get in each other's way."""

    parts: tuple[Part, ...]
    conflicts: tuple[Conflict, ...]

    @property
    def nodes(self) -> tuple[Node, ...]:
        """All tasks."""
        return tuple(node for part in self.parts for node in part.nodes)


def graph(desired: Desired, shown: Standing, history: History, selected: Collection[TaskId]) -> Graph:
    """Answer the graph of the selected tasks; waves and chains are about these alone."""
    rows = {row.task_id: row for row in shown.rows}
    known = {name: task for name, task in desired.tasks.items() if name in selected and name in rows}
    parts = []
    for spec in desired.specs.values():
        written = sorted(known.values(), key=lambda task: (task.where.line, task.where.column))
        own = {task.id: task for task in written if task.spec == spec.name}
        if own:
            parts.append(_part(desired, spec, own, rows, history))
    order = dependency_order(desired.tasks) if known else ()
    conflicts = clashes(desired.tasks, (name for name in order if name in known))
    return Graph(parts=tuple(parts), conflicts=conflicts)


def _part(
    desired: Desired,
    spec: Spec,
    tasks: Mapping[TaskId, Task],
    rows: Mapping[TaskId, Row],
    history: History,
) -> Part:
    found = {name: estimate(task, history, free=task.agent in desired.free) for name, task in tasks.items()}
    chain = longest(tasks, {name: sum(one.seconds) / 2 for name, one in found.items() if one.seconds})
    place = waves(tasks)
    marked = {*chain.tasks} if len(chain.tasks) > 1 else set()
    nodes = tuple(
        Node(
            task=task,
            state=rows[name].state,
            action=rows[name].decision.action,
            wave=place[name],
            critical=name in marked,
            estimate=found[name],
            elsewhere=tuple(edge.upstream for edge in task.edges if edge.upstream not in tasks),
        )
        for name, task in tasks.items()
    )
    return Part(spec=spec, nodes=nodes, links=tuple(_links(tasks, chain)), chain=chain)


def _links(tasks: Mapping[TaskId, Task], chain: Chain) -> Iterator[Link]:
    steps = {*zip(chain.tasks, chain.tasks[1:], strict=False)}
    for name, task in tasks.items():
        for edge in task.edges:
            if edge.upstream in tasks:
                pair = (edge.upstream, name)
                yield Link(
                    source=edge.upstream, target=name, on=edge.on, carry=edge.carry, critical=pair in steps
                )
        rewind = task.contract.judge.rewind if task.contract.judge else None
        if rewind and (back := TaskId(f"{task.spec}/{rewind.to}")) in tasks:
            yield Link(source=name, target=back, kind=Kind.REWIND, limit=rewind.limit)
