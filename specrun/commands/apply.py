"""`specrun apply`: converge running workers toward the specs."""

from __future__ import annotations

from pathlib import Path
from typing import Unpack

import click

from specrun import wiring
from specrun.commands import flags
from specrun.commands.converging import carry_out, check
from specrun.errors import ExitCode


@click.command(short_help="Converge workers toward the specs.")
@flags.specs
@flags.going
@click.pass_obj
def command(directory: Path | None, specs: tuple[str, ...], **going: Unpack[flags.Going]) -> ExitCode:
    """Start what has to run, adopt what runs, collect what has ended, until nothing is left to do.

    SPEC is a file or the name of a spec; without any, the root orchestration.yaml or else all of specs/.
    """
    check(going)
    return carry_out(wiring.open_project(directory, specs), going)
