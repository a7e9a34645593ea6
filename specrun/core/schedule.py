"""Picks which of the tasks that may start do start now, and which must wait for a slot or for money."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from specrun.core.change import Action, Decision, Reason, ReasonCode, Start, Verify
from specrun.core.graph import path_lengths
from specrun.core.proving import complete
from specrun.core.task import Desired, Task, TaskId, split_id
from specrun.core.world import Attempt, AttemptRecord, Phase, Run, World

LIVE = frozenset({Phase.ORDERED, Phase.RUNNING, Phase.PROVING})
"""Phases of attempts at which somebody is at work."""
_PAYING = frozenset({*LIVE, Phase.ENDED, Phase.LOST, Phase.UNREADABLE})
"""Phases of attempts that may cost something that no record tells yet."""


@dataclass(slots=True)
class _Load:
    """Slots and money in use while picking; begins with the live attempts and grows with every pick."""

    total: int = 0
    specs: Counter[str] = field(default_factory=Counter)
    domains: Counter[tuple[str, str]] = field(default_factory=Counter)
    reserved: dict[str, Decimal] = field(default_factory=dict)

    def add(self, task: Task | None, spec: str, budget: Decimal | None) -> None:
        self.total += 1
        self.specs[spec] += 1
        if task is not None and task.domain is not None:
            self.domains[spec, task.domain] += 1
        self.reserve(spec, budget)

    def reserve(self, spec: str, budget: Decimal | None) -> None:
        self.reserved[spec] = self.reserved.get(spec, Decimal(0)) + (budget or Decimal(0))


def pick(
    desired: Desired, world: World, decisions: Sequence[Decision], open_: Iterable[Attempt]
) -> tuple[list[Start | Verify], dict[TaskId, Decision]]:
    """Answer the starts for now, best first, and decisions that changed because something is used up.

    `open_` are the attempts that are not collected yet.
    """
    ready = [one for one in decisions if one.ready and one.task_id in desired.tasks]
    load = _loaded(desired, world, open_)
    starts: list[Start | Verify] = []
    waiting: dict[TaskId, Decision] = {}
    if not ready:
        return starts, waiting
    spent = spent_by_spec(desired, world.runs)
    for decision in sorted(ready, key=_rank(desired, world, decisions)):
        task = desired.tasks[decision.task_id]
        if _no_slot(task, desired, load):
            waiting[task.id] = _full(decision, desired)
        elif decision.verifying:
            starts.append(Verify(decision))
            load.add(task, task.spec, None)
        elif missing := _over_budget(task, desired, load, spent):
            waiting[task.id] = replace(decision, action=Action.HOLD, reasons=(missing,), ready=False)
        else:
            starts.append(Start(decision))
            load.add(task, task.spec, _cap(task, desired))
    return starts, waiting


def _loaded(desired: Desired, world: World, open_: Iterable[Attempt]) -> _Load:
    load = _Load()
    for attempt in open_:
        spec = split_id(attempt.task_id)[0]
        if _takes_slot(attempt, desired, world):
            load.add(desired.tasks.get(attempt.task_id), spec, attempt.budget)
        elif attempt.phase in _PAYING and not _recorded(attempt, world):
            load.reserve(spec, attempt.budget)
    return load


def _takes_slot(attempt: Attempt, desired: Desired, world: World) -> bool:
    """Whether somebody is at work, or will be as soon as it is collected: checks keep the slot of their task.

    One that waits for a person to free its branch keeps nobody else from going on.
    """
    if attempt.phase is not Phase.ENDED:
        return attempt.phase in LIVE and not (attempt.proof is not None and complete(attempt.proof))
    task = desired.tasks.get(attempt.task_id)
    proves = task is not None and task.contract.checks and attempt.clean and not _recorded(attempt, world)
    return bool(proves) and attempt.task_id not in world.occupied


def _recorded(attempt: Attempt, world: World) -> bool:
    run = world.runs.get(attempt.task_id)
    return run is not None and any(one.number == attempt.number for one in run.attempts)


def _full(decision: Decision, desired: Desired) -> Decision:
    key = ("full", decision.task_id)
    kept = desired.memo.get(key)
    if isinstance(kept, tuple) and kept[0] is decision and isinstance(kept[1], Decision):
        return kept[1]
    told = (*decision.reasons, Reason(ReasonCode.MAX_WORKERS))
    made = replace(decision, reasons=told, ready=False)
    desired.memo[key] = (decision, made)
    return made


class _Rank:
    """Priority first, then the longest path, then the id."""

    def __init__(self, desired: Desired, lengths: Mapping[TaskId, float]) -> None:
        self.desired = desired
        self.lengths = lengths

    def __call__(self, decision: Decision) -> tuple[int, float, str]:
        name = decision.task_id
        return (-self.desired.tasks[name].priority, -self.lengths[name], name)


def _rank(desired: Desired, world: World, decisions: Sequence[Decision]) -> _Rank:
    # Only what was known when the apply began counts: order should not flicker while results come in.
    kept = desired.memo.get("lengths")
    if not isinstance(kept, dict):
        order = tuple(one.task_id for one in decisions if one.task_id in desired.tasks)
        kept = path_lengths(desired.tasks, order, durations(world.runs, world.since))
        desired.memo["lengths"] = kept
    return _Rank(desired, kept)


def durations(runs: Mapping[TaskId, Run], since: float) -> dict[TaskId, float]:
    """Answer the seconds of every task's last success that ended before `since`."""
    known = {}
    for name, run in runs.items():
        for one in reversed(run.attempts):
            if one.status.good and one.started_at is not None and one.ended_at < since:
                known[name] = max(one.ended_at - one.started_at, 0.0)
                break
    return known


def spent_by_spec(desired: Desired, runs: Mapping[TaskId, Run]) -> dict[str, Decimal]:
    """Answer the recorded cost in USD of every spec that has a budget.

    An attempt that did not live to tell its cost counts as its cap; nothing counts for agents that never do.
    """
    spent: dict[str, Decimal] = {}
    for name, run in runs.items():
        spec = name.partition("/")[0]
        if spec in desired.specs and desired.specs[spec].budget is not None:
            cap = _cap(desired.tasks[name], desired) if name in desired.tasks else None
            cost = sum((_cost(one, cap or Decimal(0)) for one in run.attempts), Decimal(0))
            spent[spec] = spent.get(spec, Decimal(0)) + cost
    return spent


def _cost(attempt: AttemptRecord, cap: Decimal) -> Decimal:
    if attempt.cost_usd is not None:
        return attempt.cost_usd
    return Decimal(0) if attempt.started_at is None else cap


def _cap(task: Task, desired: Desired) -> Decimal | None:
    """Answer what an attempt may cost at most, None where nobody can hold it to that."""
    return None if task.agent in desired.free | desired.unpriced else task.budget


def _no_slot(task: Task, desired: Desired, load: _Load) -> bool:
    spec = desired.specs[task.spec]
    if desired.max_workers is not None and load.total >= desired.max_workers:
        return True
    # -j speaks for the whole apply, so that it may also be larger than what the spec says.
    if desired.max_workers is None and load.specs[task.spec] >= spec.max_workers:
        return True
    limit = None if task.domain is None else spec.domain_workers.get(task.domain)
    return limit is not None and load.domains[task.spec, task.domain or ""] >= limit


def _over_budget(task: Task, desired: Desired, load: _Load, spent: Mapping[str, Decimal]) -> Reason | None:
    limit = desired.specs[task.spec].budget
    if limit is None or task.agent in desired.free:
        return None
    used = spent.get(task.spec, Decimal(0)) + load.reserved.get(task.spec, Decimal(0))
    cap = _cap(task, desired)
    if cap is None:  # nobody knows what it will take; it may begin while anything is left
        return Reason(ReasonCode.BUDGET_WAIT, f"{used} of {limit} USD are used up") if used >= limit else None
    if used + cap <= limit:
        return None
    return Reason(ReasonCode.BUDGET_WAIT, f"would reach {used + cap} of {limit} USD")
