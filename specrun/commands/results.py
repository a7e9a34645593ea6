"""`specrun results`: show what the tasks left."""

from __future__ import annotations

from pathlib import Path

import click

from specrun.commands import console, flags
from specrun.commands.standing import opened
from specrun.errors import ExitCode
from specrun.report.results import document, text
from specrun.store.records import RecordFiles


@click.command(short_help="Show the run records.")
@flags.specs
@flags.as_json
@click.pass_obj
def command(directory: Path | None, specs: tuple[str, ...], *, as_json: bool) -> ExitCode:
    """Show the run records of all tasks; where no spec is left, all records."""
    project = opened(directory, specs)
    wanted = project.loaded.desired
    runs = project.store.runs() if wanted.specs else RecordFiles(project.root).runs()
    order = tuple(wanted.tasks or sorted(runs))
    if as_json:
        console.document(document(order, runs))
    else:
        console.out(text(order, runs, wanted.tasks))
    return ExitCode.OK
