"""`specrun attach`: put the terminal of a worker on this one."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from specrun import wiring
from specrun.api.standing import look, open_attempts
from specrun.commands import console
from specrun.core.select import select
from specrun.core.task import TaskId, split_id
from specrun.core.world import Attempt, Phase
from specrun.errors import ExitCode, UsageProblem
from specrun.ports import AttemptKey
from specrun.report import windows
from specrun.report.status import detail


@click.command(short_help="Show a worker's terminal here.")
@click.argument("task", required=False)
@click.pass_obj
def command(directory: Path | None, task: str | None) -> ExitCode:
    """Show the tmux window of TASK's worker, or without TASK those of all that run, until you leave them.

    The way out is shown before and in the window: C-b d, and workers go on. What is typed reaches no worker;
    specrun stop ends one. The window of a failed task can be looked at until the next apply.

    Answers 0 when you have left, or the worker has ended; 1 when tmux cannot show it; 64 when there is no
    window to be shown, and then says why and what to read instead.
    """
    project = wiring.open_project(directory, (), broken=True)
    tmux = wiring.windows(project.layout)
    running = open_attempts(project)
    name = None if task is None else _named(project, task, running)
    keys = _running(tmux, running) if name is None else [_window(project, tmux, name, running)]
    names = list(dict.fromkeys(key.task_id for key in keys))
    if not console.asking():
        raise UsageProblem("attach needs a terminal", f"read along with specrun logs -f {names[0]}")
    live = {one.task_id for one in running}
    console.note(windows.greeting(names, tmux.prefix(), ended=not live & {*names}))
    one = keys[0] if len(keys) == 1 else None
    left = subprocess.run(tmux.attach_argv(split_id(names[0])[0], one), check=False).returncode
    over = sorted({*names} & live - {one.task_id for one in open_attempts(project)})
    if over:
        console.note(windows.ended(over))
    return ExitCode.OK if left == 0 or len(over) == len(names) else ExitCode.FAILED


def _named(project: wiring.Project, task: str, running: Sequence[Attempt]) -> TaskId:
    return select([task], dict.fromkeys([*project.loaded.desired.tasks, *(one.task_id for one in running)]))[
        0
    ]


def _running(tmux: wiring.Windows, running: Sequence[Attempt]) -> list[AttemptKey]:
    """Answer what has a window of all that runs, for each attempt the one that is at work now."""
    if not running:
        raise UsageProblem("nothing is running", "start something with specrun apply")
    shown = {key.task_id: key for key in reversed(tmux.showing(key for one in running for key in _keys(one)))}
    if not shown:
        raise _windowless(running)
    return [shown[name] for name in dict.fromkeys(one.task_id for one in running) if name in shown]


def _window(
    project: wiring.Project, tmux: wiring.Windows, name: TaskId, running: Sequence[Attempt]
) -> AttemptKey:
    """Answer the window to show for a task: that of its worker, else one that its last attempt has left."""
    mine = [one for one in running if one.task_id == name][-1:]
    known = mine or project.attempts.scan().get(name, ())[-1:]
    shown = tmux.showing(key for one in known for key in _keys(one))
    if shown:
        return shown[0]
    if not mine:
        raise _idle(project, name, known=bool(known))
    if mine[0].phase is Phase.PROVING and mine[0].executor == tmux.name:
        fix = f"try again, or read along with specrun logs -f {name}"
        raise UsageProblem(f"{name} is between two checks", fix)
    raise _windowless(mine)


def _keys(attempt: Attempt) -> Iterator[AttemptKey]:
    """Yield what may have a window: the runs of its checks, newest first, then the attempt itself."""
    for run in reversed(attempt.proof.runs if attempt.proof else ()):
        yield AttemptKey(attempt.task_id, attempt.number, run.number)
    yield AttemptKey(attempt.task_id, attempt.number)


def _windowless(running: Sequence[Attempt]) -> UsageProblem:
    names = [one.task_id for one in running]
    follow = f"read along with specrun logs -f {names[0] if len(names) == 1 else ''}".rstrip()
    return UsageProblem(windows.missing(names, {one.executor for one in running}), follow)


def _idle(project: wiring.Project, name: TaskId, *, known: bool) -> UsageProblem:
    """Answer why there is nothing to be seen of a task now."""
    rows = look(project, wiring.runtime(project)).shown.rows
    told = next((windows.standing(str(row.state), detail(row)) for row in rows if row.task_id == name), "")
    fix = f"read what it left with specrun logs {name}" if known else f"see specrun explain {name}"
    return UsageProblem(f"{name} is not running{told}", fix)
