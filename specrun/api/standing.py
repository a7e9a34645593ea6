"""Looks at a project once: how all tasks stand, who is at work on them, and who is applying."""

from __future__ import annotations

from dataclasses import dataclass, replace

from specrun import wiring
from specrun.core.agent import Price
from specrun.core.change import Plan
from specrun.core.choice import Choice
from specrun.core.outcome import exit_code, pending
from specrun.core.proving import current
from specrun.core.task import Json, TaskId, split_id
from specrun.core.world import Attempt, Phase, Run, World
from specrun.errors import ExitCode
from specrun.reconcile.runtime import Runtime
from specrun.reconcile.tick import decide
from specrun.report import selection
from specrun.report.status import Standing, standing
from specrun.report.status_json import document
from specrun.store.records import RecordFiles

OPEN = frozenset({Phase.ORDERED, Phase.RUNNING, Phase.PROVING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look at the project found."""

    world: World
    plan: Plan
    shown: Standing


def look(project: wiring.Project, runtime: Runtime) -> Look:
    """Observe and plan; changes nothing and takes no lock."""
    world, plan = decide(runtime)
    elsewhere = [
        one for one in open_attempts(project) if one.branch != runtime.branch or not mine(project, one)
    ]
    shown = standing(runtime.desired, world, plan, elsewhere, appliers(project))
    return Look(world=world, plan=plan, shown=shown)


def selected(seen: Look, choice: Choice) -> Standing:
    """Answer how the selected tasks stand, those of other branches too."""
    shown = seen.shown
    if not choice.words:
        return shown
    return replace(
        shown,
        rows=tuple(row for row in shown.rows if row.task_id in choice.selected),
        elsewhere=tuple(one for one in shown.elsewhere if one.task_id in choice.selected),
    )


def told(seen: Look, choice: Choice) -> dict[str, Json]:
    """Answer that for scripts."""
    return {**document(selected(seen, choice), seen.plan), "selection": selection.entry(choice)}


def code(seen: Look, choice: Choice) -> ExitCode:
    """Answer the exit code if an apply of the selected tasks ended now, 2 where it has something to do."""
    only = choice.selected if choice.words else None
    return exit_code(seen.plan, only) or (ExitCode.PENDING if pending(seen.plan, only) else ExitCode.OK)


def recorded(project: wiring.Project) -> dict[TaskId, Run]:
    """Answer the records of all tasks in the order of the specs; where no spec is left, all records."""
    wanted = project.loaded.desired
    runs = project.store.runs() if wanted.specs else RecordFiles(project.root).runs()
    return {name: runs[name] for name in wanted.tasks or sorted(runs) if name in runs}


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
