"""`specrun skill`: print what teaches a coding agent to drive specrun itself."""

from __future__ import annotations

from importlib import resources

import click

from specrun.commands import console
from specrun.errors import ExitCode


@click.command(short_help="Print the skill that teaches agents to use specrun.")
def command() -> ExitCode:
    """Print the skill that teaches coding agents to use specrun.

    Put it where your agent looks: .claude/skills/specrun/SKILL.md (Claude Code, OpenCode) or .agents/skills/.
    """
    console.out(resources.files("specrun").joinpath("SKILL.md").read_text(encoding="utf-8"))
    return ExitCode.OK
