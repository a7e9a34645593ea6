"""`specrun diff`: show what an apply would do and why; executes nothing."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Unpack

import click

from specrun import wiring
from specrun.api.previewing import Called, previewed
from specrun.commands import choosing, console, flags
from specrun.errors import EnvironmentProblem, ExitCode, UsageProblem
from specrun.report.diff import View, text
from specrun.report.documents import pretty
from specrun.report.plan_json import document
from specrun.report.preview import Preview
from specrun.system.files import write_text

_READABLE = 0o644


class Shown(flags.Selecting):
    """How much is shown, and how."""

    exit_code: bool
    everything: bool
    prompts: bool
    summary: bool
    json_into: Path | None
    as_json: bool


@click.command(short_help="Show what an apply would do, and why.")
@flags.specs
@click.option("--exit-code", is_flag=True, help="Answer 2 when there are changes.")
@click.option("--all", "everything", is_flag=True, help="List tasks that are up to date, too.")
@click.option(
    "--prompt", "prompts", is_flag=True, help="Show what agents would be told, and what of it is new."
)
@click.option(
    "--summary", is_flag=True, help="Show the end only: addresses by action, what it comes to, what next."
)
@flags.selecting
@flags.replacing
@click.option(
    "--json-into",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write the JSON into FILE, beside what is shown.",
)
@flags.as_json
@click.pass_obj
def command(directory: Path | None, specs: tuple[str, ...], **told: Unpack[Shown]) -> ExitCode:
    """Show what an apply would do to every task, why, where the cause is written, and what it may cost."""
    project = wiring.open_project(directory, specs)
    preview = previewed(project, Called(directory, specs), told)
    if told["json_into"] is not None:
        _write(project, told["json_into"], preview)
    if told["as_json"]:
        console.document(document(preview))
    elif preview.choice is not None and preview.choice.empty:
        choosing.nothing(preview.choice)
    else:
        view = View(
            everything=told["everything"],
            prompts=told["prompts"],
            summary=told["summary"],
            room=console.room(),
            paint=console.paint(sys.stdout),
        )
        console.out(text(preview, view))
    return ExitCode.PENDING if told["exit_code"] and preview.pending else ExitCode.OK


def _write(project: wiring.Project, file: Path, preview: Preview) -> None:
    """Write the JSON in one step. Raises UsageProblem for files of the repository, and EnvironmentProblem."""
    place = file.resolve()
    own = [project.root / "results", project.git.git_dir.resolve(), project.git.common_dir.resolve()]
    read = [(project.root / one).resolve() for one in project.loaded.files]
    if any(place.is_relative_to(folder) for folder in own) or place in read:
        raise UsageProblem(f"{file} is a file of the repository itself", "name another file for --json-into")
    fix = "name a file in a folder that this user may write to"
    if place.exists() and not place.is_file():
        raise EnvironmentProblem(f"the plan cannot be written to {file}: it is no regular file", fix)
    try:
        write_text(place, pretty(document(preview)), _READABLE)
    except OSError as exc:
        why = (exc.strerror or str(exc)).lower()
        raise EnvironmentProblem(f"the plan cannot be written to {file}: {why}", fix) from exc
