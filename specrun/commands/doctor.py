"""`specrun doctor`: check what specrun needs on this machine."""

from __future__ import annotations

from pathlib import Path

import click

from specrun import wiring
from specrun.commands import console
from specrun.errors import ExitCode
from specrun.report.findings import text


@click.command(short_help="Check what specrun needs on this machine.")
@click.pass_obj
def command(directory: Path | None) -> ExitCode:
    """Check git, tmux, the state folder and free space, and say how to mend what is missing."""
    found = wiring.doctor(directory)
    console.out(text(found))
    return ExitCode.OK if all(one.ok for one in found) else ExitCode.ENVIRONMENT
