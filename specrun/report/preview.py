"""Holds all that a plan is shown from: what is wanted, what there is, and where each value is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from specrun.core.agent import Price
from specrun.core.change import Action, Decision, Plan
from specrun.core.choice import Choice
from specrun.core.decide import open_attempt
from specrun.core.difference import Difference, differences
from specrun.core.drift import Drift
from specrun.core.estimate import Estimates
from specrun.core.task import Desired, Task, TaskId
from specrun.core.world import Fingerprint, Run, World
from specrun.errors import Where

_AT_WORK = frozenset({Action.STOP, Action.ADOPT})
UNSEEN = Estimates(tasks={}, usd=None, deferred_usd=None, seconds=None, samples=0, unknown=0)
"""What is foretold of a plan that starts nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What a plan was made from: branch of HEAD ("" when detached), commit, uncommitted changes."""

    branch: str
    commit: str
    dirty: bool


def nowhere(task_id: TaskId, component: str) -> Where | None:
    """Answer that nobody knows where the component of a task is written."""
    del task_id, component
    return None


def unsaid(task_id: TaskId) -> str | None:
    """Answer that nobody knows what a task would be told."""
    del task_id
    return None


def unbegun(task_id: TaskId, number: int) -> Fingerprint | None:
    """Answer that nobody knows what an attempt was begun for."""
    del task_id, number
    return None


def first(task_id: TaskId) -> int:
    """Answer the number of the first attempt."""
    del task_id
    return 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A plan with what it was made from.

    `prices` tells by name what agents can say of their cost. `where` answers the place that says a component
    of a task, `prompt` the text of its first attempt as far as it is known, `number` the number of its next
    attempt, `begun` what an attempt was begun for. `digests` are hex SHA-256 of the files that were read.
    `choice` is what was selected, None where nothing was. `call` is how specrun was called, up to the verb,
    `asked` the specs that were named.
    """

    desired: Desired
    world: World
    plan: Plan
    base: Base
    prices: Mapping[str, Price]
    estimates: Estimates = UNSEEN
    drift: tuple[Drift, ...] = ()
    where: Callable[[TaskId, str], Where | None] = nowhere
    prompt: Callable[[TaskId], str | None] = unsaid
    number: Callable[[TaskId], int] = first
    begun: Callable[[TaskId, int], Fingerprint | None] = unbegun
    digests: Mapping[str, str] = field(default_factory=dict)
    choice: Choice | None = None
    call: tuple[str, ...] = ("specrun",)
    asked: tuple[str, ...] = ()

    def task(self, decision: Decision) -> Task | None:
        """Answer the task of a decision, None where no spec declares it."""
        return self.desired.tasks.get(decision.task_id)

    def run(self, decision: Decision) -> Run | None:
        """Answer the record of a task, None where there is none."""
        return self.world.runs.get(decision.task_id)

    def before(self, decision: Decision) -> Fingerprint | None:
        """Answer what a task is held against: what its worker was begun for, else its record."""
        if decision.action in _AT_WORK:
            attempt = open_attempt(self.world, decision.task_id)
            begun = None if attempt is None else self.begun(decision.task_id, attempt.number)
            if begun is not None:
                return begun
        run = self.run(decision)
        return None if run is None else run.fingerprint

    def differences(self, decision: Decision) -> tuple[Difference, ...]:
        """Answer what a task was before and is otherwise now, nothing where there is no before."""
        now, before = decision.fingerprint, self.before(decision)
        if now is None or before is None or now.components == before.components:
            return ()
        return differences(now, before)

    @property
    def shown(self) -> Plan:
        """The plan as far as it is about what was selected."""
        return self.plan if self.choice is None else self.choice.narrowed(self.plan)

    @property
    def pending(self) -> tuple[Decision, ...]:
        """The decisions that an apply would have something to do for."""
        return tuple(one for one in self.shown.decisions if not one.idle)
