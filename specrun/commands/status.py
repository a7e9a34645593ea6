"""`specrun status`: show how every task stands."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Unpack

import click

from specrun import wiring
from specrun.commands import choosing, console, flags
from specrun.commands.standing import Look, look, opened
from specrun.core.choice import Choice
from specrun.core.outcome import exit_code as code_of
from specrun.core.outcome import pending
from specrun.errors import ExitCode
from specrun.report import selection
from specrun.report.status import Standing, text
from specrun.report.status_json import document

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
@click.option("--exit-code", is_flag=True, help="Answer 1 for failures, 2 for pending changes.")
@flags.selecting
@flags.as_json
@click.pass_obj
def command(directory: Path | None, specs: tuple[str, ...], **told: Unpack[Shown]) -> ExitCode:
    """Show how every task stands."""
    project = opened(directory, specs)
    runtime = wiring.runtime(project)
    seen = look(project, runtime)
    choice = choosing.choose(told, runtime.desired, seen.world, seen.plan)
    going = _show(seen, choice, told)
    while told["watch"] and going:
        time.sleep(max(told["interval"], LEAST))
        seen = look(project, runtime)
        choice = choosing.choose(told, runtime.desired, seen.world, seen.plan)
        going = _show(seen, choice, told)
    if not told["exit_code"]:
        return ExitCode.OK
    selected = choice.selected if choice.words else None
    return code_of(seen.plan, selected) or (ExitCode.PENDING if pending(seen.plan, selected) else ExitCode.OK)


def _show(seen: Look, choice: Choice, told: Shown) -> bool:
    """Print one look; False when nobody reads any more."""
    shown, watch = narrowed(seen.shown, choice), told["watch"]
    if told["as_json"]:
        value = {**document(shown, seen.plan), "selection": selection.entry(choice)}
        return console.row(value) if watch else console.document(value)
    room = console.room()
    wipe = "\x1b[H\x1b[2J" if watch and room is not None else ""
    if choice.empty:
        return console.out(f"{wipe}{selection.nothing(choice)}\n")
    heading = f"{selection.heading(choice)}\n" if choice.words else ""
    return console.out(wipe + text(shown, room=room) + heading)


def narrowed(shown: Standing, choice: Choice) -> Standing:
    """Answer how the selected tasks stand, those of other branches too."""
    if not choice.words:
        return shown
    return replace(
        shown,
        rows=tuple(row for row in shown.rows if row.task_id in choice.selected),
        elsewhere=tuple(one for one in shown.elsewhere if one.task_id in choice.selected),
    )
