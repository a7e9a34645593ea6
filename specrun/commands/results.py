"""`specrun results`: show what the tasks left."""

from __future__ import annotations

from pathlib import Path

import click

from specrun import wiring
from specrun.commands import console, flags
from specrun.errors import ExitCode
from specrun.report.results import document, text


@click.command(short_help="Show the run records.")
@flags.specs
@flags.as_json
@click.pass_obj
def command(directory: Path | None, specs: tuple[str, ...], *, as_json: bool) -> ExitCode:
    """Show the run records of all tasks."""
    project = wiring.open_project(directory, specs)
    runs = project.store.runs()
    order = tuple(project.loaded.desired.tasks)
    if as_json:
        console.document(document(order, runs))
    else:
        console.out(text(order, runs))
    return ExitCode.OK
