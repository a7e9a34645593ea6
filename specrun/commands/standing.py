"""Looks at a project once for the verbs that show how things stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from specrun import wiring
from specrun.commands import console
from specrun.core.agent import Price
from specrun.core.change import Plan
from specrun.core.proving import current
from specrun.core.task import split_id
from specrun.core.world import Attempt, Phase, World
from specrun.errors import NoSpec
from specrun.reconcile.runtime import Runtime
from specrun.reconcile.tick import decide
from specrun.report.status import Standing, standing

OPEN = frozenset({Phase.ORDERED, Phase.RUNNING, Phase.PROVING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look at the project found."""

    world: World
    plan: Plan
    shown: Standing


def opened(directory: Path | None, specs: Sequence[str]) -> wiring.Project:
    """Open a project to look at it: without any spec, what former ones left is still there to be seen."""
    try:
        return wiring.open_project(directory, specs)
    except NoSpec as error:
        console.complain("; ".join(f"{one.what}; fix: {one.fix}" for one in error.problems))
        return wiring.open_project(directory, specs, broken=True)


def look(project: wiring.Project, runtime: Runtime) -> Look:
    """Observe and plan; changes nothing and takes no lock."""
    world, plan = decide(runtime)
    elsewhere = [
        one for one in open_attempts(project) if one.branch != runtime.branch or not mine(project, one)
    ]
    shown = standing(runtime.desired, world, plan, elsewhere, appliers(project))
    return Look(world=world, plan=plan, shown=shown)


def open_attempts(project: wiring.Project, phases: frozenset[Phase] = OPEN) -> list[Attempt]:
    """Answer the attempts of this working tree in some phases, on whatever branch they were launched.

    One of which only checks are left counts no more as soon as it is stopped and none of them is at work.
    """
    found = project.attempts.scan()
    return [one for name in sorted(found) for one in found[name] if one.phase in phases and not _over(one)]


def _over(attempt: Attempt) -> bool:
    proof = attempt.proof
    told = attempt.phase in {Phase.PROVING, Phase.ENDED} and attempt.stopping
    return told and (proof is None or current(proof) is None)


def prices(runtime: Runtime) -> dict[str, Price]:
    """Answer by name what each agent can say of its cost."""
    return {name: agent.traits.price for name, agent in runtime.agents.items()}


def appliers(project: wiring.Project) -> tuple[str, ...]:
    """Answer the loaded specs that some specrun is applying right now."""
    return tuple(spec for spec in project.loaded.desired.specs if wiring.applying(project, spec))


def mine(project: wiring.Project, attempt: Attempt) -> bool:
    """Whether an attempt belongs to one of the loaded specs."""
    return split_id(attempt.task_id)[0] in project.loaded.desired.specs
