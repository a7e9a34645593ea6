"""Decides about all tasks, and anew only about those for which something has changed since the last time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from specrun.core.change import Decision
from specrun.core.decide import View, decide
from specrun.core.graph import dependency_order
from specrun.core.task import Desired, Task, TaskId
from specrun.core.world import World


@dataclass(frozen=True, slots=True)
class Turn:
    """What was decided of every task, in dependency order, and the world that it was decided for."""

    world: World
    decisions: Mapping[TaskId, Decision]

    def holds(self, task: Task, world: World, decided: Mapping[TaskId, Decision]) -> bool:
        """Whether nothing has changed that the decision of a task rests on; one that waits rests on time."""
        name, before = task.id, self.world
        if self.decisions[name].not_before > before.now:
            return False
        same = (
            before.attempts.get(name) is world.attempts.get(name)
            and before.runs.get(name) is world.runs.get(name)
            and before.grants.get(name) == world.grants.get(name)
            and before.prompts.get(name) == world.prompts.get(name)
            and before.prompt_errors.get(name) == world.prompt_errors.get(name)
            and before.occupied.get(name) == world.occupied.get(name)
        )
        return same and all(
            decided[edge.upstream] is self.decisions[edge.upstream]
            and before.runs.get(edge.upstream) is world.runs.get(edge.upstream)
            for edge in task.edges
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
    for name in order:
        task = desired.tasks[name]
        if before is None:
            decisions[name] = decide(task, view)
        elif before.holds(task, world, decisions):
            decisions[name] = before.decisions[name]
        else:
            made = decide(task, view)
            # The same object for the same decision, so that nothing is decided anew downstream.
            decisions[name] = before.decisions[name] if before.decisions[name] == made else made
    desired.memo["turn"] = Turn(world, dict(decisions))
    return decisions


def _comparable(before: World, world: World) -> bool:
    return before.since == world.since and before.absent == world.absent
