"""`specrun diff`: show what an apply would do and why; executes nothing."""

from __future__ import annotations

from pathlib import Path

import click

from specrun import wiring
from specrun.commands import console, flags
from specrun.commands.standing import prices
from specrun.core.outcome import pending
from specrun.errors import ExitCode
from specrun.reconcile.tick import decide
from specrun.report.diff import Base, document, text


@click.command(short_help="Show what an apply would do, and why.")
@flags.specs
@click.option("--exit-code", is_flag=True, help="Answer 2 when there are changes.")
@click.option("--all", "everything", is_flag=True, help="List tasks that are up to date, too.")
@flags.as_json
@click.pass_obj
def command(
    directory: Path | None, specs: tuple[str, ...], *, exit_code: bool, everything: bool, as_json: bool
) -> ExitCode:
    """Show what an apply would do to every task, and why."""
    project = wiring.open_project(directory, specs)
    runtime = wiring.runtime(project)
    _, plan = decide(runtime)
    base = Base(branch=runtime.branch, commit=runtime.base, dirty=bool(project.git.dirty()))
    if as_json:
        console.document(document(runtime.desired, plan, base, prices(runtime)))
    else:
        console.out(text(runtime.desired, plan, base, prices(runtime), everything=everything))
    return ExitCode.PENDING if exit_code and pending(plan) else ExitCode.OK
