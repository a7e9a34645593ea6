"""`specrun doctor`: check what specrun needs on this machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from specrun import wiring
from specrun.commands import console, flags
from specrun.core.program import program_of
from specrun.errors import EnvironmentProblem, ExitCode, InvalidSpec, NoSpec
from specrun.reconcile.environment import search_path
from specrun.report.findings import document, text
from specrun.report.outlook import told_projects
from specrun.spec.load import Loaded
from specrun.store.health import Finding
from specrun.store.programs import Program, looked_at

_INSTEAD = "write another command under `project` or `checks`"


@click.command(short_help="Check what specrun needs on this machine.")
@flags.as_json
@click.pass_obj
def command(directory: Path | None, *, as_json: bool) -> ExitCode:
    """Check git, tmux, folders, free space, agents and tools, and say how to mend what is missing.

    An agent, or the tool of a check, that is not installed is a fault only where a spec uses it. At the end
    stand commands for this machine that can be pasted into a shell; none of them is run.
    """
    loaded, notices = _loaded(directory)
    programs = [*_programs(loaded), *_tools(loaded)]
    found = (*wiring.doctor(directory), *looked_at(programs), *_projects(loaded), *notices)
    if as_json:
        console.document(document(found))
    else:
        console.out(text(found, console.paint(sys.stdout)))
    return ExitCode.OK if all(one.ok for one in found) else ExitCode.ENVIRONMENT


def _loaded(directory: Path | None) -> tuple[Loaded | None, tuple[Finding, ...]]:
    """Answer the specs, and where they mean nothing a word about that."""
    try:
        return wiring.open_project(directory, ()).loaded, ()
    except NoSpec:
        what = "there is none yet; agents of specrun.yaml are not looked at"
    except InvalidSpec:
        what = "they do not load: run specrun validate; agents of specrun.yaml are not looked at"
    except EnvironmentProblem:
        # Told among the findings already.
        return None, ()
    return None, (Finding(name="specs", what=what, notice=True),)


def _projects(loaded: Loaded | None) -> Iterator[Finding]:
    """Answer which projects the checks of the specs are about."""
    if loaded is None:
        return
    told = told_projects(loaded.desired)
    for name, what in told:
        yield Finding(name=name, what=what, notice=True)
    if not told:
        yield Finding(name="project", what="none was detected, and none is written", notice=True)


def _tools(loaded: Loaded | None) -> Iterator[Program]:
    """Answer the programs that checks start, each once, those first that a task wants."""
    if loaded is None:
        return
    asked = [
        (check.run, search_path(task, os.environ), f"the check {check.name} of {task.id}")
        for task in loaded.desired.tasks.values()
        for check in task.contract.checks
    ]
    path = os.environ.get("PATH", os.defpath)
    known = [one.commands.values() for spec in loaded.desired.specs.values() for one in spec.projects]
    seen = set()
    for run, where, wanted in (*asked, *((run, path, "") for commands in known for run in commands)):
        program = program_of(run)
        if program is not None and (program, where) not in seen:
            seen.add((program, where))
            yield Program(
                name=f"tool {program}", program=program, path=where, wanted=wanted, instead=_INSTEAD
            )


def _programs(loaded: Loaded | None) -> Iterator[Program]:
    """Answer the CLIs of all agents that are known here, as their tasks would find them."""
    tasks = loaded.desired.tasks.values() if loaded else ()
    path = os.environ.get("PATH", os.defpath)
    for name, agent in wiring.agents(loaded).items():
        users = [task for task in tasks if task.agent == name]
        yield Program(
            name=f"agent {name}",
            program=agent.program,
            path=next((task.env["PATH"] for task in users if task.env.get("PATH")), path),
            version=agent.version,
            tested=agent.tested,
            wanted=users[0].id if users else "",
        )
