"""Says what a selection comes to: what may be started, and what it leaves out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from specrun.core.change import Action, Decision, Plan, ReasonCode
from specrun.core.rework import along
from specrun.core.selection import Ground, Selectors, pick, unheard
from specrun.core.task import Desired, TaskId
from specrun.core.upstream import WITHHELD
from specrun.core.world import World

_FOLLOWING = frozenset({Action.REUSE, Action.CASCADE, Action.DEFERRED, Action.ADOPT})
"""What is decided of a task that nobody has edited, or that is at work already."""
_STARTING = frozenset({Action.RUN, Action.RERUN, Action.CASCADE, Action.RETRY, Action.DEFERRED})
"""What is decided of a task that has nothing new to hand on before it is carried out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A selection, and what it leaves out.

    `words` are the selectors, `of` is how many tasks there are, `selected` what the selectors mean. `only` is
    what may be started, None for everything: beside the selected that is what the verdict of a selected judge
    may send back, as far as nothing else is to be done there. `replace` are selected tasks to run once more,
    `dropped` those that were to and are not selected. `left_out` tells what else has something to do or is
    held, by what the plan would make of it; `waiting` which selected tasks wait for some of that. `unheard`
    are labels and domains that no task has, each with the nearest that one has, "" for none.
    """

    words: tuple[str, ...]
    of: int
    selected: frozenset[TaskId]
    only: frozenset[TaskId] | None
    replace: frozenset[TaskId] = frozenset()
    dropped: tuple[TaskId, ...] = ()
    left_out: Mapping[Action, tuple[TaskId, ...]] = field(default_factory=dict)
    waiting: Mapping[TaskId, tuple[TaskId, ...]] = field(default_factory=dict)
    unheard: tuple[tuple[str, str], ...] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to be done because nothing is meant."""
        return self.only is not None and not self.selected

    @property
    def sent_back(self) -> tuple[TaskId, ...]:
        """Tasks that run again only if a selected judge asks for it."""
        return tuple(sorted((self.only or frozenset()) - self.selected))

    def narrowed(self, plan: Plan) -> Plan:
        """Answer a plan as far as it is about the selection."""
        only = self.only
        if only is None:
            return plan
        return replace(plan, decisions=tuple(one for one in plan.decisions if one.task_id in only))


def choose(asked: Selectors, desired: Desired, world: World, plan: Plan) -> Choice:
    """Answer what selectors mean, given the plan that nothing is left out of.

    Raises UsageProblem for names of no task.
    """
    choice = among(asked, surveyed(desired, world, plan))
    if not asked.narrowing:
        return choice
    decisions = {one.task_id: one for one in plan.decisions}
    only = choice.selected | _sent_back(desired, decisions, choice.selected)
    missed = [one for one in plan.decisions if one.task_id not in only and _missed(one)]
    actions = [action for action in Action if any(one.action is action for one in missed)]
    return replace(
        choice,
        only=only,
        left_out={action: tuple(one.task_id for one in missed if one.action is action) for action in actions},
        waiting=_waiting(desired, decisions, only),
    )


def among(asked: Selectors, ground: Ground) -> Choice:
    """Answer what selectors mean where nothing is to be planned. Raises UsageProblem for names of no task."""
    picked = pick(asked, ground)
    return Choice(
        words=asked.words,
        of=len(ground.known),
        selected=picked.selected,
        only=picked.selected if asked.narrowing else None,
        replace=picked.replace,
        dropped=tuple(sorted(picked.dropped)),
        unheard=unheard(asked, ground),
    )


def surveyed(desired: Desired, world: World, plan: Plan) -> Ground:
    """Answer what can be selected.

    A failure that counts no more, because its task is again what it was at its last success, is none.
    """
    failed = (
        one.task_id
        for one in plan.decisions
        if one.action is not Action.REUSE and (run := world.runs.get(one.task_id)) and not run.status.good
    )
    return Ground(
        tasks=desired.tasks,
        known=tuple(dict.fromkeys([*desired.tasks, *(one.task_id for one in plan.decisions)])),
        failed=frozenset(failed),
        changed=frozenset(one.task_id for one in plan.decisions if not one.idle),
    )


def _sent_back(
    desired: Desired, decisions: Mapping[TaskId, Decision], selected: frozenset[TaskId]
) -> frozenset[TaskId]:
    """Answer what selected judges may send back, unless it has something to do that was not asked for.

    None of it is excluded: the judge depends on all of it, and would be excluded, too.
    """
    return frozenset(name for name in along(desired, selected) - selected if _follows(decisions[name]))


def _follows(decision: Decision) -> bool:
    """Whether nothing but a verdict, or what comes of it, gives a task something to do."""
    blocked = decision.action is Action.HOLD and decision.reasons[0].code is ReasonCode.UPSTREAM_FAILED
    return blocked or decision.round is not None or decision.action in _FOLLOWING


def _missed(decision: Decision) -> bool:
    """Whether a task would have something to do, or is held and nobody wants it to be.

    What runs goes on and what was asked to stop is stopped, selected or not.
    """
    codes = {one.code for one in decision.reasons}
    if decision.action is Action.HOLD:
        return not codes & WITHHELD
    if decision.action is Action.STOP:
        return ReasonCode.STOP_REQUESTED not in codes
    return not decision.idle and decision.action is not Action.ADOPT


def _waiting(
    desired: Desired, decisions: Mapping[TaskId, Decision], only: frozenset[TaskId]
) -> dict[TaskId, tuple[TaskId, ...]]:
    """Answer the selected tasks that cannot start before something that is not selected."""
    found = {}
    for name, decision in decisions.items():
        if name in only and name in desired.tasks and not decision.idle:
            edges = desired.tasks[name].edges
            found[name] = tuple(
                edge.upstream
                for edge in edges
                if edge.upstream not in only and decisions[edge.upstream].action in _STARTING
            )
    return {name: upstreams for name, upstreams in found.items() if upstreams}
