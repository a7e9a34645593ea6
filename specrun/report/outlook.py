"""Tells beside a plan how its work will be proven, and where tasks may get in each other's way."""

from __future__ import annotations

from collections.abc import Sequence

from specrun.core.change import Action, Decision, Plan
from specrun.core.forecast import WORKING, Conflict
from specrun.core.impact import Impact
from specrun.core.project import Project
from specrun.core.reasons import named
from specrun.core.task import Desired, Json, Task, TaskId, Workspace
from specrun.report.preview import Preview
from specrun.report.proof import unproven
from specrun.report.text import cut, line
from specrun.report.words import count

_PAIRS = 5
_COMMAND = 60


def projects(desired: Desired) -> list[str]:
    """Answer a line for every project: its type and folder, what told of it, its commands."""
    # Most often all specs stand for the same project.
    return [
        f"{name} ({what})" if len(specs) == len(desired.specs) else f"{name} ({what}) [{', '.join(specs)}]"
        for (name, what), specs in told_projects(desired).items()
    ]


def told_projects(desired: Desired) -> dict[tuple[str, str], list[str]]:
    """Answer the names of specs by what is to be said of a project: what it is, and what is known of it."""
    told: dict[tuple[str, str], list[str]] = {}
    for spec in desired.specs.values():
        for one in spec.projects:
            told.setdefault(_project(one), []).append(line(spec.name))
    return told


def _project(one: Project) -> tuple[str, str]:
    kind = f" {line(one.kind)}" if one.kind else ""
    where = f" in {line(one.path)}" if one.path else ""
    commands = ", ".join(f"{line(name)} = {cut(line(run), _COMMAND)}" for name, run in one.commands.items())
    return f"project{kind}{where}", f"{line(one.source)}: {commands or 'no commands'}"


def warnings(desired: Desired, plan: Plan, conflicts: Sequence[Conflict]) -> list[str]:
    """Answer what a person should know before saying yes."""
    told = clashing(conflicts)
    loose = unisolated(desired, plan)
    if loose:
        told.append(f"Checked in the repository itself, unisolated: {_few(loose)}.")
    bare = unchecked(desired, plan)
    if bare:
        told.append(f"Unproven (no checks): {_few(bare)}.")
    return told


def unsafe(plan: Plan) -> list[str]:
    """Answer in which ways a plan goes too far to be carried out unasked."""
    if not plan.unsafe:
        return []
    told = []
    for one in plan.unsafe:
        names = f": {named(map(line, one.tasks))}" if one.tasks else ""
        told.append(f"UNSAFE ({line(one.code)}): {line(one.told)}{names}")
    return [*told, "specrun apply refuses this with code 8 unless it is told --force."]


def unfelt(preview: Preview) -> list[str]:
    """Answer the finished tasks with edits that count from their next attempt on, and run nothing again."""
    found = []
    for one in preview.shown.decisions:
        run = preview.world.runs.get(one.task_id) if one.action is Action.REUSE else None
        if run is None or one.fingerprint is None or one.fingerprint.live == run.fingerprint.live:
            continue
        edits = preview.differences(one)
        names = [line(edit.component) for edit in edits if edit.impact is Impact.LIVE]
        if names:
            found.append(f"{line(one.task_id)} ({', '.join(names)})")
    if not found:
        return []
    return [f"Edited, but finished work stays as it is: {named(found)}."]


def clashing(conflicts: Sequence[Conflict]) -> list[str]:
    """Answer a line for each pair of tasks that may get in each other's way, as far as there is room."""
    told = [_conflict(one) for one in conflicts[:_PAIRS]]
    if len(conflicts) > _PAIRS:
        told.append(f"  and {count(len(conflicts) - _PAIRS, 'more pair')}")
    return told


def _conflict(one: Conflict) -> str:
    some, others = (f"{line(name)} ({line(glob)})" for name, glob in zip(one.tasks, one.globs, strict=True))
    return f"May conflict: {some} and {others}"


def _few(names: Sequence[TaskId]) -> str:
    return named(map(line, names))


def unchecked(desired: Desired, plan: Plan) -> tuple[TaskId, ...]:
    """Answer the tasks whose agents would start, and of which nobody else would say that they are done."""
    found = _tasks(desired, plan)
    return tuple(task.id for one, task in found if one.action in WORKING and unproven(task.contract))


def unisolated(desired: Desired, plan: Plan) -> tuple[TaskId, ...]:
    """Answer the tasks whose checks would see what else is going on in the repo."""
    checked = WORKING | {Action.VERIFY}
    return tuple(
        task.id
        for one, task in _tasks(desired, plan)
        if one.action in checked and task.contract.checks and task.workspace is Workspace.NONE
    )


def _tasks(desired: Desired, plan: Plan) -> list[tuple[Decision, Task]]:
    known = desired.tasks
    return [(one, known[one.task_id]) for one in plan.decisions if one.task_id in known]


def project_entries(desired: Desired) -> list[Json]:
    """Answer the projects of every spec for scripts."""
    return [
        {
            "spec": spec.name,
            "path": one.path,
            "type": one.kind or None,
            "source": one.source,
            "commands": dict(one.commands),
        }
        for spec in desired.specs.values()
        for one in spec.projects
    ]


def conflict_entries(conflicts: Sequence[Conflict]) -> list[Json]:
    """Answer conflicts for scripts."""
    return [{"tasks": [*one.tasks], "globs": [*one.globs]} for one in conflicts]
