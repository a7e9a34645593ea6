"""Prepares an apply: what it would do, whether that may be done, and whether a person agrees."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from specrun import wiring
from specrun.commands import choosing, console
from specrun.commands.flags import Going, Selecting
from specrun.commands.standing import prices
from specrun.core.change import Plan
from specrun.core.choice import Choice
from specrun.core.plan import plan as planned
from specrun.core.task import TaskId
from specrun.core.world import World
from specrun.errors import Refused, UsageProblem
from specrun.reconcile.preflight import preflight
from specrun.reconcile.runtime import Runtime
from specrun.report import events, selection
from specrun.report.diff import summary
from specrun.report.dispatch import Dispatch, dangers, dispatch, withheld
from specrun.report.dispatch import text as dispatched


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a person asked for: how to go on, and what it is about.

    `chosen` are the tasks of a `retry`, each with a generation of its own; `selecting` are the selectors of
    an apply, None where it has none. With `watch` every edit that is saved later is carried out, too.
    """

    going: Going
    chosen: tuple[TaskId, ...] = ()
    selecting: Selecting | None = None
    watch: bool = False


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


def check(going: Going) -> None:
    """Refuse what could only fail later. Raises UsageProblem where nobody could answer the question."""
    if not going["yes"] and not console.asking():
        raise UsageProblem(
            "nobody can be asked here: there is no terminal", "pass --yes to start workers unasked"
        )


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
    found = choosing.decided(runtime, asked.selecting or choosing.exactly(asked.chosen))
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


def agreed(job: Job) -> bool:
    """Show what is to be done, and ask where that is needed."""
    for note in job.runtime.notes:
        console.note(note)
    shown, going = job.shown, job.asked.going
    if going["as_json"]:
        console.row(events.first(job.plan.digest))
        if job.choice is not None and job.choice.words:
            console.row(selection.event(job.choice))
    else:
        console.out(_told(job, shown))
    if going["yes"] or not (shown.changes or job.asked.watch):
        return True
    return _yes(shown, watch=job.asked.watch)


def _told(job: Job, shown: Dispatch) -> str:
    rows = [f"{selection.told(job.choice)}\n"] if job.choice is not None and job.choice.words else []
    if shown.changes:
        rows.append(dispatched(shown, time.time(), room=console.room()))
    elif job.plan.converged:
        rows.append(f"{summary(job.meant)}\n")
    named = {*job.asked.chosen, *(job.choice.replace if job.choice is not None else ())}
    rows += [f"{row}\n" for row in withheld(job.runtime.desired, job.plan, named)]
    if job.plan.unsafe:
        rows.append(f"Because of --force, though {dangers(job.plan.unsafe)}.\n")
    return "".join(rows)


def _yes(shown: Dispatch, *, watch: bool) -> bool:
    if watch:
        console.note("Every edit that is saved from now on, and every commit, is carried out unasked.")
    console.draw("Start them? [y/N] " if shown.tasks else "Go on? [y/N] ")
    try:
        return input().strip().lower() in {"y", "yes"}
    except EOFError:
        return False
