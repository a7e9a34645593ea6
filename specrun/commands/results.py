"""`specrun results`: show what the tasks left."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from specrun.api.standing import recorded
from specrun.commands import console, flags
from specrun.commands.standing import opened
from specrun.errors import ExitCode
from specrun.report.results import document, text


@click.command(short_help="Show the run records.")
@flags.specs
@flags.as_json
@click.pass_obj
def command(directory: Path | None, specs: tuple[str, ...], *, as_json: bool) -> ExitCode:
    """Show the run records of all tasks; where no spec is left, all records."""
    project = opened(directory, specs)
    runs = recorded(project)
    if as_json:
        console.document(document(tuple(runs), runs))
    else:
        declared, paint = project.loaded.desired.tasks, console.paint(sys.stdout)
        console.out(text(tuple(runs), runs, declared, paint, room=console.room()))
    return ExitCode.OK
