"""Prepares an apply: what it would do, and whether that may be done."""

from __future__ import annotations

from dataclasses import dataclass, replace

from specrun import wiring
from specrun.api import selecting
from specrun.api.asking import Going, Selecting
from specrun.api.previewing import HERE, Called
from specrun.api.standing import prices
from specrun.core.change import Plan
from specrun.core.choice import Choice
from specrun.core.plan import plan as planned
from specrun.core.task import TaskId
from specrun.core.world import World
from specrun.errors import Refused
from specrun.reconcile.preflight import preflight
from specrun.reconcile.runtime import Runtime
from specrun.report.dispatch import Dispatch, dangers, dispatch


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a person asked for: how to go on, and what it is about.

    `chosen` are the tasks of a `retry`, each with a generation of its own; `selecting` are the selectors of
    an apply, None where it has none. With `watch` every edit that is saved later is carried out, too.
    `called` is how specrun was called for it.
    """

    going: Going
    chosen: tuple[TaskId, ...] = ()
    selecting: Selecting | None = None
    watch: bool = False
    called: Called = HERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One apply of specs as they were read: what was asked for, and what is to be done by what was seen."""

    asked: Asked
    project: wiring.Project
    runtime: Runtime
    world: World
    plan: Plan
    choice: Choice | None = None

    @property
    def shown(self) -> Dispatch:
        """What it would start and change in the records."""
        return dispatch(self.runtime.desired, self.plan, prices(self.runtime))

    @property
    def meant(self) -> Plan:
        """The plan as far as it is about what was selected."""
        return self.plan if self.choice is None else self.choice.narrowed(self.plan)


def prepared(project: wiring.Project, asked: Asked, former: Runtime | None = None) -> Job:
    """Look at the project once and plan; does nothing. Raises UsageProblem for tasks that nobody knows.

    `former` is what a running apply has gone by until now: it is the same apply, so that nothing is granted
    or tried once more.
    """
    going = asked.going
    runtime = wiring.runtime(
        project, max_workers=going["jobs"], retry_failed=going["retry_failed"], force=going["force"]
    )
    if former is not None:
        runtime = replace(runtime, since=former.since, executors=former.executors)
    found = selecting.decided(runtime, asked.selecting or selecting.exactly(asked.chosen))
    plan = found.plan
    if asked.chosen:
        grants = {**found.world.grants, **dict.fromkeys(asked.chosen, "asked")}
        plan = planned(found.runtime.desired, replace(found.world, grants=grants))
    return Job(
        asked=asked,
        project=project,
        runtime=found.runtime,
        world=found.world,
        plan=plan,
        choice=None if asked.chosen else found.choice,
    )


def vet(job: Job) -> None:
    """Raise what keeps the plan from being carried out: Refused as unsafe, or EnvironmentProblem."""
    if job.plan.unsafe and not job.asked.going["force"]:
        raise Refused(dangers(job.plan.unsafe), "see specrun diff, then undo the edit or pass --force")
    preflight(job.runtime, job.plan)
    if job.shown.changes:
        wiring.recordable(job.project)
