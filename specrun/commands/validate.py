"""`specrun validate`: say everything that is wrong in specs and templates; writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from specrun import wiring
from specrun.commands import console, flags
from specrun.core.task import Desired
from specrun.errors import ExitCode, InvalidSpec, Problem
from specrun.report import problems, sarif, workflow
from specrun.report.words import count


@click.command(short_help="Check specs and templates; tell all errors at once.")
@flags.specs
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "github", "sarif"]),
    default="text",
    show_default=True,
    help="github for GitHub Actions, sarif for code hosts and editors, json for scripts.",
)
@click.pass_obj
def command(directory: Path | None, specs: tuple[str, ...], style: str) -> ExitCode:
    """Check specs and templates, and tell all errors of all files at once."""
    try:
        loaded = wiring.open_project(directory, specs).loaded
    except InvalidSpec as error:
        if style == "text":
            raise
        _tell(error.problems, style)
        return error.exit_code
    if style in {"json", "sarif"}:
        _tell((), style)
    else:
        console.out(_fine(loaded.desired))
    return ExitCode.OK


def _tell(found: Sequence[Problem], style: str) -> None:
    if style == "github":
        console.out(workflow.commands(found))
    else:
        console.document(sarif.document(found) if style == "sarif" else problems.document(found))


def _fine(desired: Desired) -> str:
    return f"OK: {count(len(desired.specs), 'spec')}, {count(len(desired.tasks), 'task')}.\n"
