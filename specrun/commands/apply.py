"""`specrun apply`: converge running workers toward the specs."""

from __future__ import annotations

from pathlib import Path
from typing import Unpack

import click

from specrun import wiring
from specrun.api.previewing import Called
from specrun.commands import flags
from specrun.commands.converging import carry_out, check
from specrun.commands.replanning import read
from specrun.errors import ExitCode


class Applying(flags.Selecting, flags.Going):
    """What to apply, and how to go on."""

    watch: bool


@click.command(short_help="Converge workers toward the specs.")
@flags.specs
@click.option("--watch", is_flag=True, help="Stay, and carry out every edit that is saved, unasked.")
@flags.selecting
@flags.replacing
@flags.going
@click.pass_obj
def command(directory: Path | None, specs: tuple[str, ...], **told: Unpack[Applying]) -> ExitCode:
    """Start what has to run, adopt what runs, collect what has ended, until nothing is left to do.

    SPEC is a file or the name of a spec; without any, the root orchestration.yaml or else all of specs/.
    """
    check(told)
    called = Called(directory, specs)
    if told["watch"]:
        reading = read(directory, specs)
        return carry_out(reading.project, told, selecting=told, watched=reading, called=called)
    return carry_out(wiring.open_project(directory, specs), told, selecting=told, called=called)
