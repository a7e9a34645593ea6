"""`specrun schema`: print the JSON Schema of specs, of specrun.yaml, or of the plans that diff writes."""

from __future__ import annotations

import click

from specrun.commands import console
from specrun.errors import ExitCode

PLAN = "plan"


@click.command(short_help="Print the JSON Schema.")
@click.argument("kind", type=click.Choice(["spec", "settings", PLAN]), default="spec")
def command(kind: str) -> ExitCode:
    """Print the JSON Schema of specs, of specrun.yaml (settings), or of what `diff --json` writes (plan)."""
    if kind == PLAN:
        from specrun.report.plan_schema import schema_text as plan_text

        console.out(plan_text())
        return ExitCode.OK
    from specrun.spec.published import schema_text

    console.out(schema_text(kind))
    return ExitCode.OK
