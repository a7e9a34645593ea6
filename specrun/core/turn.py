"""Decides about all tasks, and anew only about those for which something has changed since the last time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from specrun.core.change import Decision
from specrun.core.decide import decide
from specrun.core.graph import dependency_order
from specrun.core.reading import writers
from specrun.core.recorded import View
from specrun.core.rework import judges_of, target_of
from specrun.core.task import Desired, Task, TaskId
from specrun.core.world import World


@dataclass(frozen=True, slots=True)
class Turn:
    """What was decided of every task, in dependency order, and the world that it was decided for."""

    world: World
    decisions: Mapping[TaskId, Decision]

    def holds(self, task: Task, view: View, others: Iterable[TaskId]) -> bool:
        """Whether nothing has changed that the decision of a task rests on; one that waits rests on time.

        `others` are the judges that may send its work back, and the task whose work it sends back itself.
        """
        name, before, world = task.id, self.world, view.world
        if self.decisions[name].not_before > before.now:
            return False
        return (
            all(_unmoved(before, world, one) for one in (name, *others))
            and all(view.decided[edge.upstream] is self.decisions[edge.upstream] for edge in task.edges)
            and all(before.runs.get(one) is world.runs.get(one) for one in _records(task, view.desired))
        )


def _records(task: Task, desired: Desired) -> Iterator[TaskId]:
    """Answer whose records tell what a task builds on, and what it reads."""
    yield from (edge.upstream for edge in task.edges)
    yield from writers(task, desired)


def _unmoved(before: World, world: World, name: TaskId) -> bool:
    return (
        before.attempts.get(name) is world.attempts.get(name)
        and before.runs.get(name) is world.runs.get(name)
        and before.grants.get(name) == world.grants.get(name)
        and before.prompts.get(name) == world.prompts.get(name)
        and before.prompt_errors.get(name) == world.prompt_errors.get(name)
        and before.occupied.get(name) == world.occupied.get(name)
        and before.conditions.get(name) == world.conditions.get(name)
    )


def decide_all(desired: Desired, world: World) -> dict[TaskId, Decision]:
    """Answer a decision for every task, in dependency order."""
    order = desired.memo.get("order")
    if not isinstance(order, tuple):
        order = desired.memo["order"] = dependency_order(desired.tasks)
    kept = desired.memo.get("turn")
    before = kept if isinstance(kept, Turn) and _comparable(kept.world, world) else None
    decisions: dict[TaskId, Decision] = {}
    view = View(desired, world, decisions)
    judges = judges_of(desired)
    for name in order:
        task = desired.tasks[name]
        sends_to = target_of(task)
        others = (*judges.get(name, ()), *(() if sends_to is None else (sends_to,)))
        if before is None:
            decisions[name] = decide(task, view)
        elif before.holds(task, view, others):
            decisions[name] = before.decisions[name]
        else:
            made = decide(task, view)
            # The same object for the same decision, so that nothing is decided anew downstream.
            decisions[name] = before.decisions[name] if before.decisions[name] == made else made
    desired.memo["turn"] = Turn(world, dict(decisions))
    return decisions


def _comparable(before: World, world: World) -> bool:
    same = (before.since, before.absent, before.moved) == (world.since, world.absent, world.moved)
    return same and before.reads == world.reads
