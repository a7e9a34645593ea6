"""`specrun retry`: give tasks another round of attempts, whatever became of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Unpack

import click

from specrun import wiring
from specrun.commands import console, flags
from specrun.commands.converging import carry_out, check
from specrun.commands.standing import open_attempts
from specrun.core.select import select
from specrun.core.task import TaskId, split_id
from specrun.errors import ExitCode, UsageProblem


@click.command(short_help="Run tasks again.")
@click.argument("tasks", nargs=-1, required=True)
@flags.going
@click.pass_obj
def command(directory: Path | None, tasks: tuple[str, ...], **going: Unpack[flags.Going]) -> ExitCode:
    """Run TASKS again; a running apply takes them up, else they are applied here."""
    project = wiring.open_project(directory, ())
    chosen = select(tasks, project.loaded.desired.tasks)
    _idle(project, chosen)
    busy = [one for one in chosen if wiring.applying(project, split_id(one)[0])]
    for one in busy:
        project.attempts.grant(one)
        console.out(f"{one} will run again: the specrun that is applying it takes it up.\n")
    rest = tuple(one for one in chosen if one not in busy)
    if not rest:
        return ExitCode.OK
    check(going)
    specs = sorted({split_id(one)[0] for one in rest})
    return carry_out(wiring.open_project(directory, specs), going, rest)


def _idle(project: wiring.Project, chosen: Sequence[TaskId]) -> None:
    for attempt in open_attempts(project):
        if attempt.task_id in chosen:
            raise UsageProblem(
                f"{attempt.task_id} is running (attempt {attempt.number})",
                f"wait for it, or run specrun stop {attempt.task_id} first",
            )
