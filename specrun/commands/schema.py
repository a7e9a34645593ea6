"""`specrun schema`: print the JSON Schema of specs or of specrun.yaml."""

from __future__ import annotations

import click

from specrun.commands import console
from specrun.errors import ExitCode


@click.command(short_help="Print the JSON Schema.")
@click.argument("kind", type=click.Choice(["spec", "settings"]), default="spec")
def command(kind: str) -> ExitCode:
    """Print the JSON Schema of specs, or of specrun.yaml (settings)."""
    from specrun.spec.published import schema_text

    console.out(schema_text(kind))
    return ExitCode.OK
