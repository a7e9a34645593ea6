"""`specrun status`: show how every task stands."""

from __future__ import annotations

import time
from pathlib import Path

import click

from specrun import wiring
from specrun.commands import console, flags
from specrun.commands.standing import Look, look, opened
from specrun.core.outcome import exit_code as code_of
from specrun.core.outcome import pending
from specrun.errors import ExitCode
from specrun.report.status import text
from specrun.report.status_json import document


@click.command(short_help="Show how every task stands.")
@flags.specs
@click.option("--watch", is_flag=True, help="Show it again and again, until interrupted.")
@click.option("--interval", type=flags.DURATION, default="2s", show_default=True, help="Time between looks.")
@click.option("--exit-code", is_flag=True, help="Answer 1 for failures, 2 for pending changes.")
@flags.as_json
@click.pass_obj
def command(
    directory: Path | None, /, specs: tuple[str, ...], interval: float, *, watch: bool, **told: bool
) -> ExitCode:
    """Show how every task stands."""
    project = opened(directory, specs)
    runtime = wiring.runtime(project)
    seen = look(project, runtime)
    going = _show(seen, watch=watch, as_json=told["as_json"])
    while watch and going:
        time.sleep(max(interval, 0.1))
        seen = look(project, runtime)
        going = _show(seen, watch=True, as_json=told["as_json"])
    if not told["exit_code"]:
        return ExitCode.OK
    return code_of(seen.plan) or (ExitCode.PENDING if pending(seen.plan) else ExitCode.OK)


def _show(seen: Look, *, watch: bool, as_json: bool) -> bool:
    """Print one look; False when nobody reads any more."""
    if as_json:
        told = document(seen.shown, seen.plan)
        return console.row(told) if watch else console.document(told)
    room = console.room()
    wipe = "\x1b[H\x1b[2J" if watch and room is not None else ""
    return console.out(wipe + text(seen.shown, room=room))
