"""`specrun init`: write a first spec, or one from a task list, and all that belongs to it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from specrun.errors import ExitCode

if TYPE_CHECKING:
    from specrun.commands.beginning import Asked


@click.command(short_help="Write a first spec, or one from a task list.")
@click.option("-y", "--yes", is_flag=True, help="Ask nothing; take what is found here.")
@click.option("--agent", metavar="NAME", help="Who does the work: claude, codex, shell, ...")
@click.option("--name", metavar="NAME", help="What the spec is called.")
@click.option("--from", "source", metavar="FILE", help="Make a spec of a task list; - reads standard input.")
@click.option("--sync", is_flag=True, help="With --from: tick the boxes of the list as tasks succeed.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.pass_obj
def command(directory: Path | None, **told: Unpack[Asked]) -> ExitCode:
    """Write specrun.yaml, a first spec, a prompt template, schemas for editors, and a line in .gitignore.

    The project, the agents and tmux are found; what is there already is never overwritten. With --from a task
    list becomes the spec: Markdown with boxes, numbered or plain lines in any language, JSON, or
    `frontend:Build login | backend:Create API`.
    """
    # Imported late: help and completion ask for the command alone.
    from specrun.commands.beginning import begun

    return begun(directory, told)
