"""`specrun help`: explain the words of specs, reports and options; made from what specrun itself uses."""

from __future__ import annotations

import sys

import click

from specrun.commands import console
from specrun.commands.topics import page
from specrun.errors import ExitCode
from specrun.report.handbook import text
from specrun.report.handbook_markdown import markdown


@click.command(short_help="Explain states, fields, exit codes and other words.")
@click.argument("topic", required=False)
@click.argument("word", required=False)
@click.option("--format", "style", type=click.Choice(["text", "markdown"]), default="text", show_default=True)
@click.pass_context
def command(ctx: click.Context, topic: str | None, word: str | None, style: str) -> ExitCode:
    """Explain TOPIC, or one WORD of it; without TOPIC, list all topics.

    TOPIC may be a verb, too, and then it is explained as by its --help.
    """
    shown = page(ctx, topic, word, whole=style == "markdown")
    if isinstance(shown, str):
        console.out(shown)
    elif style == "markdown":
        console.out(markdown(shown))
    else:
        console.out(text(shown, room=console.columns(), paint=console.paint(sys.stdout)))
    return ExitCode.OK
