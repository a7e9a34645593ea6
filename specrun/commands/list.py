"""`specrun list`: name the tasks, all or those in one state."""

from __future__ import annotations

from pathlib import Path

import click

from specrun import wiring
from specrun.commands import console, flags
from specrun.commands.standing import look, opened
from specrun.errors import ExitCode
from specrun.report.status import State, listing
from specrun.report.status_json import entry


@click.command(short_help="Name the tasks with state and title.")
@flags.specs
@click.option(
    "--status", "state", type=click.Choice([str(one) for one in State]), help="Only tasks in this state."
)
@flags.as_json
@click.pass_obj
def command(directory: Path | None, specs: tuple[str, ...], state: str | None, *, as_json: bool) -> ExitCode:
    """Name the tasks with their state and title."""
    project = opened(directory, specs)
    runtime = wiring.runtime(project)
    rows = [row for row in look(project, runtime).shown.rows if state in {None, str(row.state)}]
    if as_json:
        console.document([entry(row) for row in rows])
    else:
        console.out(listing(rows, runtime.desired))
    return ExitCode.OK
