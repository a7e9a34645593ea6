"""`specrun list`: name the tasks, all or those in one state."""

from __future__ import annotations

from pathlib import Path
from typing import Unpack

import click

from specrun import wiring
from specrun.commands import choosing, console, flags
from specrun.commands.standing import look, opened
from specrun.errors import ExitCode
from specrun.report import selection
from specrun.report.status import State, listing
from specrun.report.status_json import entry


class Listed(flags.Selecting):
    """Which tasks are to be named, and how."""

    state: str | None
    as_json: bool


@click.command(short_help="Name the tasks with state and title.")
@flags.specs
@click.option(
    "--status", "state", type=click.Choice([str(one) for one in State]), help="Only tasks in this state."
)
@flags.selecting
@flags.as_json
@click.pass_obj
def command(directory: Path | None, specs: tuple[str, ...], **told: Unpack[Listed]) -> ExitCode:
    """Name the tasks with their state and title."""
    project = opened(directory, specs)
    runtime = wiring.runtime(project)
    seen = look(project, runtime)
    choice = choosing.choose(told, runtime.desired, seen.world, seen.plan)
    if choice.empty:
        console.note(selection.nothing(choice))
    rows = [
        row
        for row in seen.shown.rows
        if row.task_id in choice.selected and told["state"] in {None, str(row.state)}
    ]
    if told["as_json"]:
        console.document([entry(row) for row in rows])
    else:
        console.out(listing(rows, runtime.desired))
    return ExitCode.OK
