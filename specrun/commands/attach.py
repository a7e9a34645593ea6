"""`specrun attach`: put the terminal of a running worker on this one."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import click

from specrun import wiring
from specrun.commands import console
from specrun.commands.standing import open_attempts
from specrun.core.proving import current
from specrun.core.select import select
from specrun.core.task import split_id
from specrun.core.world import Attempt, Phase
from specrun.errors import ExitCode, UsageProblem
from specrun.ports import AttemptKey


@click.command(short_help="Show a running worker's terminal here.")
@click.argument("task", required=False)
@click.pass_obj
def command(directory: Path | None, task: str | None) -> ExitCode:
    """Attach to the tmux window of TASK's worker, or of any; detach again with C-b d."""
    project = wiring.open_project(directory, (), broken=True)
    chosen = _chosen(project, task, open_attempts(project))
    place = wiring.executors(project.layout).get(chosen.executor)
    if place is None or not hasattr(place, "attach_argv"):
        raise UsageProblem(
            f"{chosen.task_id} has no window: it runs with the executor {chosen.executor}",
            f"read along with specrun logs -f {chosen.task_id}",
        )
    if not console.asking():
        raise UsageProblem("attach needs a terminal", f"read along with specrun logs -f {chosen.task_id}")
    key = AttemptKey(chosen.task_id, chosen.number, _check(chosen))
    arguments = place.attach_argv(split_id(chosen.task_id)[0], key)
    return ExitCode.OK if subprocess.run(arguments, check=False).returncode == 0 else ExitCode.FAILED


def _check(attempt: Attempt) -> int:
    """Answer the run of a check that has the window now, 0 for the attempt itself."""
    run = current(attempt.proof) if attempt.proof else None
    if attempt.phase is Phase.PROVING and run is None:
        raise UsageProblem(
            f"{attempt.task_id} is between two checks",
            f"try again, or read along with specrun logs -f {attempt.task_id}",
        )
    return run.number if run else 0


def _chosen(project: wiring.Project, task: str | None, running: Sequence[Attempt]) -> Attempt:
    if task is not None:
        known = dict.fromkeys([*project.loaded.desired.tasks, *(one.task_id for one in running)])
        name = select([task], known)[0]
        mine = [one for one in running if one.task_id == name]
        if mine:
            return mine[-1]
        raise UsageProblem(f"{name} is not running", f"read what it left with specrun logs {name}")
    if not running:
        raise UsageProblem("nothing is running", "start something with specrun apply")
    return running[0]
