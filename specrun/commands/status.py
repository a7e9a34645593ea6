"""`specrun status`: show how every task stands."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Unpack

import click

from specrun import wiring
from specrun.api import selecting, standing
from specrun.api.standing import Look, look, recorded
from specrun.commands import console, flags, looking, viewing
from specrun.commands.standing import opened
from specrun.core.choice import Choice
from specrun.errors import ExitCode
from specrun.report import roles, selection
from specrun.report.status import gone, text

LEAST = 0.1
"""Seconds between two looks, whatever was asked for: each reads all records, and nobody reads faster."""


class Shown(flags.Selecting):
    """What is to be shown, and how."""

    interval: float
    watch: bool
    exit_code: bool
    as_json: bool


@click.command(short_help="Show how every task stands.")
@flags.specs
@click.option("--watch", is_flag=True, help="Show it again and again, until interrupted.")
@click.option("--interval", type=flags.DURATION, default="2s", show_default=True, help="Time between looks.")
@click.option("--exit-code", is_flag=True, help="Answer 1 for failures, 2 while work is left, else 0.")
@flags.selecting
@flags.as_json
@click.pass_obj
def command(directory: Path | None, specs: tuple[str, ...], **told: Unpack[Shown]) -> ExitCode:
    """Show how every task stands.

    With --exit-code, 1 says that a task has failed or is held, even while others go on; 2 that something runs
    or is pending; 0 that nothing is left to be done. The graver codes of apply come first. For loops:
    until specrun status --exit-code; do sleep 5; done
    """
    project = opened(directory, specs)
    runtime = wiring.runtime(project)
    watch, interval = told["watch"], max(told["interval"], LEAST)

    def looks() -> tuple[Look, Choice]:
        found = look(project, runtime)
        return found, selecting.choose(told, runtime.desired, found.world, found.plan)

    if watch and not told["as_json"] and viewing.possible():
        seen, choice = looking.keep_up(project, runtime, interval, looks)
        watch = False
    else:
        seen, choice = looks()
    going = _show(seen, choice, told)
    if not told["as_json"] and not runtime.desired.specs:
        going = console.out(gone(len(recorded(project)))) and going
    while watch and going:
        time.sleep(interval)
        seen, choice = looks()
        going = _show(seen, choice, told)
    return standing.code(seen, choice) if told["exit_code"] else ExitCode.OK


def _show(seen: Look, choice: Choice, told: Shown) -> bool:
    """Print one look; False when nobody reads any more."""
    if told["as_json"]:
        value = standing.told(seen, choice)
        return console.row(value) if told["watch"] else console.document(value)
    if choice.empty:
        return console.out(f"{selection.nothing(choice)}\n")
    heading = f"{selection.heading(choice)}\n" if choice.words else ""
    shown, paint = standing.selected(seen, choice), console.paint(sys.stdout)
    table = roles.table(text(shown, room=console.room()), (row.state for row in shown.rows), paint)
    return console.out(table + heading)
