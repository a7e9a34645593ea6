"""`specrun list`: name the tasks, all or those in one state."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Unpack

import click

from specrun import wiring
from specrun.api import selecting
from specrun.api.standing import look
from specrun.commands import console, flags
from specrun.commands.standing import opened
from specrun.errors import ExitCode
from specrun.report import selection
from specrun.report.status import State, listing
from specrun.report.status_json import entry


class Listed(flags.Selecting):
    """Which tasks are to be named, and how."""

    state: str | None
    exit_code: bool
    as_json: bool


@click.command(short_help="Name the tasks with state and title.")
@flags.specs
@click.option(
    "--status",
    "state",
    type=click.Choice([str(one) for one in State]),
    metavar="STATE",
    help="Only tasks in this state, such as failed (all: specrun help states).",
)
@click.option("--exit-code", is_flag=True, help="Answer 1 where no task is named, as grep does.")
@flags.selecting
@flags.as_json
@click.pass_obj
def command(directory: Path | None, specs: tuple[str, ...], **told: Unpack[Listed]) -> ExitCode:
    """Name the tasks with their state and title.

    With --exit-code for loops: while specrun list --status running --exit-code; do sleep 5; done
    """
    project = opened(directory, specs)
    runtime = wiring.runtime(project)
    seen = look(project, runtime)
    choice = selecting.choose(told, runtime.desired, seen.world, seen.plan)
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
        console.out(listing(rows, runtime.desired, console.paint(sys.stdout)))
    return ExitCode.FAILED if told["exit_code"] and not rows else ExitCode.OK
