"""`specrun graph`: show which task waits for which, and how each stands; executes nothing."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Unpack

import click

from specrun import wiring
from specrun.api import selecting
from specrun.api.standing import look
from specrun.commands import console, flags
from specrun.core.choice import Choice
from specrun.core.estimate import History
from specrun.errors import ExitCode
from specrun.report import graph_dot, graph_json, graph_mermaid, graph_text, selection
from specrun.report.graph import Graph, graph


class Drawing(flags.Selecting):
    """How the graph is to be shown."""

    style: str


@click.command(short_help="Show which task waits for which.")
@flags.specs
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "mermaid", "dot", "json"]),
    default="text",
    show_default=True,
    help="mermaid for Markdown, dot for Graphviz, json for scripts.",
)
@flags.selecting
@click.pass_obj
def command(directory: Path | None, specs: tuple[str, ...], **told: Unpack[Drawing]) -> ExitCode:
    """Show which task waits for which, how each stands, what takes longest, and what may conflict."""
    project = wiring.open_project(directory, specs)
    runtime = wiring.runtime(project)
    seen = look(project, runtime)
    choice = selecting.choose(told, runtime.desired, seen.world, seen.plan)
    found = graph(runtime.desired, seen.shown, History.of(seen.world.runs.values()), choice.selected)
    if not found.parts:
        console.note(selection.nothing(choice) if choice.words else "There are no tasks.")
    elif choice.words:
        console.note(selection.heading(choice))
    if found.parts or told["style"] != "text":
        _show(found, choice, told["style"])
    return ExitCode.OK


def _show(found: Graph, choice: Choice, style: str) -> None:
    if style == "json":
        console.document(graph_json.document(found, choice))
    elif style == "text":
        console.out(graph_text.text(found, room=console.room(), paint=console.paint(sys.stdout)))
    else:
        console.out({"mermaid": graph_mermaid, "dot": graph_dot}[style].text(found))
