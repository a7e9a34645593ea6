"""Finds out which tasks selectors mean: one look, and the plan for what is selected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from specrun import wiring
from specrun.api.asking import Selecting
from specrun.core import choice as core
from specrun.core.change import Plan
from specrun.core.choice import Choice
from specrun.core.plan import plan as planned
from specrun.core.selection import Ground, Selectors
from specrun.core.task import Desired, TaskId
from specrun.core.world import World
from specrun.reconcile.runtime import Runtime
from specrun.reconcile.tick import decide


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """One look at a project with a selection: `runtime` and `plan` are about what is selected."""

    runtime: Runtime
    world: World
    plan: Plan
    choice: Choice


def selectors(told: Selecting, names: Sequence[str] = ()) -> Selectors:
    """Answer the selectors of a command line; `names` are tasks that it names without any option."""
    return Selectors(
        names=tuple(names),
        target=told["target"],
        only=told["only"],
        from_=told["from_"],
        until=told["until"],
        failed=told["failed"],
        changed=told["changed"],
        label=told["label"],
        domain=told["domain"],
        replace=told.get("replace", ()),
        exclude=told["exclude"],
    )


def exactly(tasks: Iterable[TaskId]) -> Selecting:
    """Answer the selectors that mean just these tasks."""
    return Selecting(
        target=(),
        only=tuple(tasks),
        from_=(),
        until=(),
        exclude=(),
        failed=False,
        changed=False,
        label=(),
        domain=(),
    )


def choose(told: Selecting, desired: Desired, world: World, plan: Plan) -> Choice:
    """Answer the selection, given the plan that nothing is left out of. Raises UsageProblem."""
    return core.choose(selectors(told), desired, world, plan)


def decided(runtime: Runtime, told: Selecting) -> Chosen:
    """Observe once, and answer the selection and the plan for it; does nothing. Raises UsageProblem."""
    world, plan = decide(runtime)
    choice = choose(told, runtime.desired, world, plan)
    if choice.words:
        # What is remembered of planning was decided for everything.
        wanted = replace(runtime.desired, only=choice.only, replace=choice.replace, memo={})
        runtime, plan = replace(runtime, desired=wanted), planned(wanted, world)
    return Chosen(runtime=runtime, world=world, plan=plan, choice=choice)


def observed(project: wiring.Project, ground: Ground) -> Ground:
    """Answer the same tasks with what the filters know of them."""
    runtime = wiring.runtime(project)
    seen = core.surveyed(runtime.desired, *decide(runtime))
    return replace(ground, failed=seen.failed, changed=seen.changed)
