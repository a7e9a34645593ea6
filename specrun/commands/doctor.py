"""`specrun doctor`: check what specrun needs on this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import click

from specrun import wiring
from specrun.commands import console
from specrun.errors import EnvironmentProblem, ExitCode, InvalidSpec, NoSpec
from specrun.report.findings import text
from specrun.spec.load import Loaded
from specrun.store.health import Finding
from specrun.store.programs import Program, looked_at


@click.command(short_help="Check what specrun needs on this machine.")
@click.pass_obj
def command(directory: Path | None) -> ExitCode:
    """Check git, tmux, the state folder, free space and the agents, and say how to mend what is missing.

    An agent that is not installed is a fault only where a spec uses it.
    """
    loaded, notices = _loaded(directory)
    found = (*wiring.doctor(directory), *looked_at(list(_programs(loaded))), *notices)
    console.out(text(found))
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
