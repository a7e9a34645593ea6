"""`specrun validate`: say everything that is wrong in specs and templates; writes nothing."""

from __future__ import annotations

from pathlib import Path

import click

from specrun import wiring
from specrun.commands import console, flags
from specrun.errors import ExitCode, InvalidSpec
from specrun.report.problems import document
from specrun.report.words import count


@click.command(short_help="Check specs and templates; tell all errors at once.")
@flags.specs
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_obj
def command(directory: Path | None, specs: tuple[str, ...], style: str) -> ExitCode:
    """Check specs and templates, and tell all errors of all files at once."""
    try:
        loaded = wiring.open_project(directory, specs).loaded
    except InvalidSpec as error:
        if style != "json":
            raise
        console.document(document(error.problems))
        return error.exit_code
    if style == "json":
        console.document(document(()))
    else:
        found = loaded.desired
        console.out(f"OK: {count(len(found.specs), 'spec')}, {count(len(found.tasks), 'task')}.\n")
    return ExitCode.OK
