"""`specrun unfreeze`: let tasks run again that were frozen."""

from __future__ import annotations

from pathlib import Path

import click

from specrun.commands import console, marking
from specrun.core.accepting import thawed
from specrun.core.event import Event, EventKind
from specrun.core.task import Task
from specrun.core.world import Run
from specrun.errors import ExitCode
from specrun.report.text import line


@click.command(short_help="Let frozen tasks run again.")
@click.argument("tasks", nargs=-1, required=True)
@click.pass_obj
def command(directory: Path | None, tasks: tuple[str, ...]) -> ExitCode:
    """Let TASKS run again that specrun freeze has kept from it."""
    with marking.records(directory, tasks) as found:
        runs = [thawed(run) for run in found.runs if run.frozen is not None]
        was = {run.task_id for run in runs}
        marking.written(found.runtime, runs, [_event(run, found.runtime.clock()) for run in runs])
        for name in found.names:
            word = "is no longer frozen" if name in was else "is not frozen"
            console.out(f"{line(name)} {word}{_still(found.runtime.desired.tasks.get(name))}.\n")
    return ExitCode.OK


def _event(run: Run, at: float) -> Event:
    message = f"{run.task_id} is no longer frozen"
    return Event(at=at, kind=EventKind.UNFROZEN, task_id=run.task_id, message=message)


def _still(task: Task | None) -> str:
    if task is None or not task.freeze:
        return ""
    return f" by specrun freeze, but {task.where.file} says `freeze: true`, which keeps it from running"
