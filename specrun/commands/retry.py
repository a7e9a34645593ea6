"""`specrun retry`: give tasks another round of attempts, whatever became of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Unpack

import click

from specrun import wiring
from specrun.api import selecting
from specrun.api.previewing import Called
from specrun.api.standing import open_attempts
from specrun.commands import choosing, console, flags
from specrun.commands.converging import carry_out, check
from specrun.core.choice import among
from specrun.core.select import expand, wild
from specrun.core.selection import Ground, Selectors
from specrun.core.task import TaskId, split_id
from specrun.errors import ExitCode, UsageProblem
from specrun.report import selection


class Asked(flags.Selecting, flags.Going):
    """What to run again, and how to go on."""


@click.command(short_help="Run tasks again.")
@click.argument("tasks", nargs=-1)
@flags.selecting
@flags.going
@click.pass_obj
def command(directory: Path | None, tasks: tuple[str, ...], **told: Unpack[Asked]) -> ExitCode:
    """Run TASKS again; a running apply takes them up, else they are applied here.

    TASKS are names or globs, as with --only; selectors do as well: specrun retry --failed --domain backend.
    """
    asked = choosing.named(told, tasks, "tasks to run again")
    project = wiring.open_project(directory, ())
    choice = among(asked, _ground(project, asked))
    if choice.empty:
        return choosing.nothing(choice, as_json=told["as_json"])
    chosen = _idle(project, asked, sorted(choice.selected))
    if asked.words != asked.names:
        console.note(selection.heading(choice))
    busy = [one for one in chosen if wiring.applying(project, split_id(one)[0])]
    rest = tuple(one for one in chosen if one not in busy)
    if rest:
        check(told)
    for one in busy:
        project.attempts.grant(one)
        console.out(f"{one} will run again: the specrun that is applying it takes it up.\n")
    if not rest:
        return ExitCode.OK
    specs = sorted({split_id(one)[0] for one in rest})
    called = Called(directory, tuple(specs))
    return carry_out(wiring.open_project(directory, specs), told, rest, called=called)


def _ground(project: wiring.Project, asked: Selectors) -> Ground:
    """Answer the tasks of all specs; nothing else is read where only their names matter."""
    tasks = project.loaded.desired.tasks
    ground = Ground(tasks=tasks, known=tuple(tasks))
    return selecting.observed(project, ground) if asked.failed or asked.changed else ground


def _idle(project: wiring.Project, asked: Selectors, chosen: Sequence[TaskId]) -> list[TaskId]:
    """Answer the tasks that nobody works on; one that was named must not be among the others."""
    names = [name for name in (*asked.names, *asked.only) if not wild(name)]
    meant = expand(names, project.loaded.desired.tasks)
    running = {one.task_id: one for one in open_attempts(project) if one.task_id in chosen}
    for name, attempt in running.items():
        if name in meant:
            raise UsageProblem(
                f"{name} is running (attempt {attempt.number})",
                f"wait for it, or run specrun stop {name} first",
            )
        console.note(f"{name} is running (attempt {attempt.number}) and is left alone.")
    return [name for name in chosen if name not in running]
