"""`specrun render`: print the exact prompt of a task."""

from __future__ import annotations

from pathlib import Path

import click

from specrun import wiring
from specrun.commands import console
from specrun.core.select import select
from specrun.core.task import Task
from specrun.errors import ExitCode, InvalidSpec
from specrun.reconcile.inputs import upstream_runs


@click.command(short_help="Print the exact prompt of a task.")
@click.argument("task")
@click.pass_obj
def command(directory: Path | None, task: str) -> ExitCode:
    """Print the exact prompt of TASK; values that only an upstream can tell are shown as known later."""
    project = wiring.open_project(directory, ())
    tasks = project.loaded.desired.tasks
    chosen = tasks[select([task], tasks)[0]]
    # Byte for byte: what a worker gets must be comparable, so nothing is made harmless when piped.
    text = _text(project, chosen)
    console.out(text if text.endswith("\n") else f"{text}\n")
    return ExitCode.OK


def _text(project: wiring.Project, task: Task) -> str:
    if task.prompt is not None:
        return task.prompt
    upstreams = upstream_runs(task, project.store.runs())
    if upstreams is not None:
        try:
            return project.loaded.prompts.render(task, upstreams, None)
        except InvalidSpec as error:
            console.complain(str(error))
    return project.loaded.prompts.preview(task.id)
