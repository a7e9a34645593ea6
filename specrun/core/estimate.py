"""Foretells cost and time of a plan, and the time left, from what attempts in this repo have taken before."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from specrun.core.change import Action, Plan
from specrun.core.forecast import WORKING
from specrun.core.graph import dependency_order
from specrun.core.task import Desired, Task, TaskId
from specrun.core.world import AttemptRecord, Run, World

_KEPT = 20
"""The latest attempts of an agent and model that count for tasks without any of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What one attempt may take: lowest and highest of the samples, None where nobody knows.

    `usd` is in US dollars, `seconds` is wall-clock time. `basis` is `task` (its own attempts), `model` (those
    of other tasks with its agent and model), `free` (an agent that costs nothing) or "" (no history).
    """

    usd: tuple[Decimal, Decimal] | None
    seconds: tuple[float, float] | None
    samples: int
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimates:
    """What a plan may take: per task, and in all.

    `usd` adds up the tasks that are sure to run and have a history, `deferred_usd` is what those that are
    decided later may add at most. `seconds` is from the least, without what is decided later, to the most, on
    the workers that the specs allow. `samples` counts attempts; `unknown` counts tasks without a history that
    may cost something.
    """

    tasks: Mapping[TaskId, Estimate]
    usd: tuple[Decimal, Decimal] | None
    deferred_usd: Decimal | None
    seconds: tuple[float, float] | None
    samples: int
    unknown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The attempts that came to an end of their own, by task, and by agent and model; latest last.

    `names` are the models that agents have named, by agent and what they were asked for: `sonnet` stands for
    whichever one the CLI takes it for.
    """

    tasks: Mapping[TaskId, tuple[AttemptRecord, ...]]
    models: Mapping[tuple[str, str | None], tuple[AttemptRecord, ...]]
    names: Mapping[tuple[str, str], frozenset[str]]

    @classmethod
    def of(cls, runs: Iterable[Run]) -> History:
        """Gather the attempts of records; those that never began tell nothing."""
        tasks: dict[TaskId, tuple[AttemptRecord, ...]] = {}
        models: dict[tuple[str, str | None], list[AttemptRecord]] = defaultdict(list)
        names: dict[tuple[str, str], frozenset[str]] = {}
        for run in runs:
            asked = run.fingerprint.components.get("model")
            if isinstance(asked, str) and run.last is not None and run.last.model is not None:
                key = (run.last.agent, asked)
                names[key] = names.get(key, frozenset()) | {run.last.model}
            tasks[run.task_id] = tuple(one for one in run.attempts if one.started_at is not None)
            for one in tasks[run.task_id]:
                models[one.agent, one.model].append(one)
        newest = {
            key: tuple(sorted(found, key=lambda one: one.ended_at)[-_KEPT:]) for key, found in models.items()
        }
        return cls(tasks=tasks, models=newest, names=names)

    def samples(self, task: Task) -> tuple[str, tuple[AttemptRecord, ...]]:
        """Answer the attempts that tell most of a task, and whose they are."""
        own = tuple(one for one in self.tasks.get(task.id, ()) if self._fits(one.agent, one.model, task))
        if own:
            return "task", own
        fitting = (found for (agent, model), found in self.models.items() if self._fits(agent, model, task))
        others = sorted((one for found in fitting for one in found), key=lambda one: one.ended_at)[-_KEPT:]
        return ("model", tuple(others)) if others else ("", ())

    def _fits(self, agent: str, model: str | None, task: Task) -> bool:
        """Whether an attempt with this agent and model is what a task asks for."""
        if agent != task.agent or task.model is None or model == task.model:
            return agent == task.agent
        return model in self.names.get((agent, task.model), ())


def estimate(task: Task, history: History, *, free: bool) -> Estimate:
    """Answer what one attempt of a task may take."""
    basis, found = history.samples(task)
    times = [max(one.ended_at - (one.started_at or one.ended_at), 0.0) for one in found]
    costs = [one.cost_usd for one in found if one.cost_usd is not None]
    usd = (min(costs), max(costs)) if costs and not free else None
    return Estimate(
        usd=usd,
        seconds=(min(times), max(times)) if times else None,
        samples=len(found),
        basis="free" if free else basis if usd else "",
    )


def estimates(desired: Desired, plan: Plan, history: History) -> Estimates:
    """Answer what a plan may take in all."""
    found: dict[TaskId, Estimate] = {}
    later: set[TaskId] = set()
    for one in plan.decisions:
        task = desired.tasks.get(one.task_id)
        if task is not None and one.action in WORKING | {Action.DEFERRED}:
            found[task.id] = estimate(task, history, free=task.agent in desired.free)
            if one.action is Action.DEFERRED:
                later.add(task.id)
    sure = {name: one for name, one in found.items() if name not in later}
    paid = [one.usd for one in sure.values() if one.usd]
    return Estimates(
        tasks=found,
        usd=(sum((low for low, _ in paid), Decimal(0)), sum((high for _, high in paid), Decimal(0)))
        if paid
        else None,
        deferred_usd=_most(found[name] for name in later),
        seconds=_span(desired, sure, found),
        samples=sum(one.samples for one in found.values()),
        unknown=sum(not one.basis for one in found.values()),
    )


def remaining(desired: Desired, world: World, plan: Plan, history: History) -> tuple[float, float] | None:
    """Answer the shortest and the longest time until all is done, in seconds, by what attempts took before.

    None while nobody knows how long one that is at work or sure to run takes, or where nothing is left.
    """
    known: dict[TaskId, tuple[float, float]] = {}
    begun, later = _begun(world, plan), set()
    for one in plan.decisions:
        task = desired.tasks.get(one.task_id)
        if task is None or not (one.action in WORKING or task.id in begun):
            continue
        seconds = estimate(task, history, free=True).seconds
        if one.action is Action.DEFERRED:
            later.add(task.id)
        elif seconds is None:
            return None
        if seconds is not None:
            spent = begun.get(task.id, 0.0)
            known[task.id] = (max(seconds[0] - spent, 0.0), max(seconds[1] - spent, 0.0))
    if not known.keys() - later:
        return None
    low = _elapsed(desired, {name: one[0] for name, one in known.items() if name not in later}, [*begun])
    high = _elapsed(desired, {name: one[1] for name, one in known.items()}, [*begun])
    return (low, max(low, high))


def _begun(world: World, plan: Plan) -> dict[TaskId, float]:
    """Answer for how many seconds the workers that go on have been at work."""
    found = {}
    for one in plan.decisions:
        attempts = world.attempts.get(one.task_id, ())
        if one.action is Action.ADOPT and attempts:
            started = attempts[-1].started_at
            found[one.task_id] = 0.0 if started is None else max(world.now - started, 0.0)
    return found


def _most(found: Iterable[Estimate]) -> Decimal | None:
    """Add up the upper bounds; None where nothing is known of one that may cost something."""
    total = Decimal(0)
    for one in found:
        if one.usd is None and one.basis != "free":
            return None
        total += one.usd[1] if one.usd else Decimal(0)
    return total


def _span(
    desired: Desired, sure: Mapping[TaskId, Estimate], all_: Mapping[TaskId, Estimate]
) -> tuple[float, float] | None:
    """Answer the shortest and the longest time; None while the time of one that is sure to run is unknown."""
    if not sure or any(one.seconds is None for one in sure.values()):
        return None
    low = _elapsed(desired, {name: one.seconds[0] for name, one in sure.items() if one.seconds})
    high = _elapsed(desired, {name: one.seconds[1] for name, one in all_.items() if one.seconds})
    return (low, max(low, high))


def _elapsed(desired: Desired, times: Mapping[TaskId, float], begun: Sequence[TaskId] = ()) -> float:
    """Let the tasks run in their order, each spec on its own workers, and answer when the last one ends.

    Those that have `begun` have their workers already.
    """
    slots: dict[str, list[float]] = defaultdict(list)
    ends: dict[TaskId, float] = {}
    order = dict.fromkeys([*begun, *dependency_order(desired.tasks)])
    for name in (one for one in order if one in times):
        task = desired.tasks[name]
        most = desired.max_workers or desired.specs[task.spec].max_workers
        ready = max((ends.get(edge.upstream, 0.0) for edge in task.edges), default=0.0)
        group = "" if desired.max_workers is not None else task.spec
        busy = slots[group]
        free = heapq.heappop(busy) if len(busy) >= most else 0.0
        ends[name] = max(ready, free) + times[name]
        heapq.heappush(busy, ends[name])
    return max(ends.values(), default=0.0)
