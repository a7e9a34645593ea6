"""`specrun explain`: say what the verdict on a task rests on, and why the next apply does what it does."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import click

from specrun import wiring
from specrun.api.checklogs import log_of
from specrun.api.previewing import glimpsed
from specrun.api.standing import look
from specrun.commands import console, flags
from specrun.commands.standing import opened
from specrun.core.graph import dependents_of
from specrun.core.select import select
from specrun.core.task import TaskId
from specrun.core.world import Attempt, Run, World
from specrun.errors import EnvironmentProblem, ExitCode
from specrun.ports import AttemptKey
from specrun.report.explain import Explained, text
from specrun.report.explain_json import document
from specrun.store.logs import log_path
from specrun.store.records import RecordFiles


@click.command(short_help="Say why a task stands as it does, and what comes next.")
@click.argument("task")
@flags.as_json
@click.pass_obj
def command(directory: Path | None, task: str, *, as_json: bool) -> ExitCode:
    """Say what the verdict on TASK rests on, what of it was edited since, and what comes next."""
    project = opened(directory, ())
    runtime = wiring.runtime(project)
    seen = look(project, runtime)
    tasks, attempts, runs = runtime.desired.tasks, project.attempts.scan(), _records(project, seen.world)
    name = select([task], dict.fromkeys([*tasks, *attempts, *runs]))[0]
    mine, run = attempts.get(name, ()), runs.get(name)
    spec = runtime.desired.specs.get(name.partition("/")[0])
    rows = {row.task_id: row for row in seen.shown.rows}
    told = Explained(
        task_id=name,
        row=rows.get(name),
        run=run,
        task=tasks.get(name),
        projects=spec.projects if spec else (),
        dependents=tuple(dependents_of(tasks).get(name, ())),
        log=_log(project, mine),
        check_logs={
            check.name: log for check in (run.checks if run else ()) if (log := log_of(project, mine, check))
        },
        rows=rows,
        preview=glimpsed(project, runtime, seen.world, seen.plan),
    )
    if as_json:
        console.document(document(told))
    else:
        console.out(text(told, room=console.room(), paint=console.paint(sys.stdout)))
    return ExitCode.OK


def _records(project: wiring.Project, world: World) -> Mapping[TaskId, Run]:
    """Answer the records of all specs, of former ones too unless one of theirs is broken."""
    try:
        return {**RecordFiles(project.root).runs(), **world.runs}
    except EnvironmentProblem:
        return world.runs


def _log(project: wiring.Project, attempts: tuple[Attempt, ...]) -> str:
    """Answer the log of the last attempt that has one."""
    folders = (project.attempts.directory(AttemptKey(one.task_id, one.number)) for one in reversed(attempts))
    logs = (path for folder in folders for path in (log_path(folder), log_path(folder, raw=True)))
    return next((str(path) for path in logs if path.exists()), "")
