"""`specrun open`: a checkout of what a task has left, to look at, run and mend."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from specrun import wiring
from specrun.api.standing import open_attempts
from specrun.commands import console
from specrun.core.select import select
from specrun.core.task import TaskId, Workspace
from specrun.core.world import Run
from specrun.errors import ExitCode, UsageProblem
from specrun.report import checkouts as report
from specrun.store.checkouts import Checkout, Checkouts


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """The commit to be opened; `told` is how the task or its attempt stands."""

    name: TaskId
    commit: str
    told: str
    good: bool


@click.command(short_help="Open a checkout of what a task has left.")
@click.argument("task")
@click.option("--attempt", "number", type=click.IntRange(1), metavar="N", help="What attempt N has left.")
@click.option(
    "--path", "only_path", is_flag=True, help="Only write the path of the checkout; start no shell."
)
@click.pass_obj
def command(directory: Path | None, task: str, *, number: int | None, only_path: bool) -> ExitCode:
    """Start a shell in a checkout of TASK's branch, or of what its last attempt has left where it failed.

    It is a clone below the state folder, with your repository as `origin`, on a branch mend/TASK: that of the
    task stays free. Opened again, it is as you left it; a newer result gets a checkout beside it. Without a
    terminal, or with --path, its path is written instead: cd "$(specrun open TASK)". specrun prune takes away
    those of older results, but never unsaved work. How the shell ends is no matter of the exit code.
    """
    project = wiring.open_project(directory, (), broken=True)
    checkouts = Checkouts(project.git, project.layout)
    wanted = _wanted(project, checkouts, task, number)
    one = checkouts.open(wanted.name, wanted.commit)
    if only_path or not (console.asking() and console.terminal(sys.stdout)):
        console.out(f"{one.path}\n")
        return ExitCode.OK
    console.note(report.opened(wanted.name, wanted.commit, wanted.told, new=one.new))
    console.note(report.leaving(wanted.name, good=wanted.good))
    more = [other for other in checkouts.found() if other.task_id == one.task_id and other.path != one.path]
    if more:
        console.note(report.others(one.path.parent, len(more)))
    _work(checkouts, one)
    return ExitCode.OK


def _wanted(project: wiring.Project, checkouts: Checkouts, task: str, number: int | None) -> _Wanted:
    runs = project.store.runs()
    name = select([task], dict.fromkeys([*project.loaded.desired.tasks, *runs, *project.attempts.scan()]))[0]
    run, collected = runs.get(name), checkouts.collected(name)
    if number is not None:
        if number not in collected:
            known = ", ".join(map(str, collected))
            fix = f"pass one of {known}" if known else f"see specrun history {name}"
            raise UsageProblem(f"attempt {number} of {name} has left no commit here", fix)
        return _Wanted(name=name, commit=collected[number], told=f"attempt {number}", good=False)
    for one in open_attempts(project):
        if one.task_id == name:
            before = (
                f", or pass --attempt {max(collected)} for what an earlier one has left" if collected else ""
            )
            fix = f"see it at work with specrun attach {name} or specrun logs -f {name}{before}"
            raise UsageProblem(f"{name} is running (attempt {one.number})", fix)
    commit = checkouts.result(name, run)
    if commit is None:
        raise _nothing(project, name, run)
    told, good = ("", False) if run is None else (str(run.status), run.status.good)
    return _Wanted(name=name, commit=commit, told=told, good=good)


def _nothing(project: wiring.Project, name: TaskId, run: Run | None) -> UsageProblem:
    """Answer why a task has left nothing that could be opened."""
    task = project.loaded.desired.tasks.get(name)
    if task is not None and task.workspace is Workspace.NONE:
        return UsageProblem(
            f"{name} works in the repository itself (workspace: none)", f"look around in {project.root}"
        )
    fix = "run specrun apply" if run is None else f"see why with specrun explain {name}"
    return UsageProblem(f"{name} has left no commit", fix)


def _work(checkouts: Checkouts, one: Checkout) -> None:
    """Let a person work there in a shell of theirs; Ctrl-C is for what runs in it."""
    lock = checkouts.enter(one)
    try:
        with _heedless():
            subprocess.run([_shell()], cwd=one.path, check=False, env={**os.environ, "PWD": str(one.path)})
    finally:
        if lock is not None:
            lock.close()


def _shell() -> str:
    wanted = Path(os.environ.get("SHELL", ""))
    fit = wanted.is_absolute() and wanted.is_file() and os.access(wanted, os.X_OK)
    return str(wanted) if fit else shutil.which("sh") or "/bin/sh"


@contextmanager
def _heedless() -> Iterator[None]:
    # A handler, for what is ignored here would be ignored in the shell, too.
    former = signal.signal(signal.SIGINT, lambda _number, _frame: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, former)
