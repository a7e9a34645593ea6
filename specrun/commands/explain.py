"""`specrun explain`: say what the verdict on a task rests on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from specrun import wiring
from specrun.commands import console, flags
from specrun.commands.checklogs import log_of
from specrun.commands.standing import look, opened
from specrun.core.graph import dependents_of
from specrun.core.select import select
from specrun.core.task import TaskId
from specrun.core.world import Attempt, Run, World
from specrun.errors import EnvironmentProblem, ExitCode
from specrun.ports import AttemptKey
from specrun.report.explain import Explained, document, text
from specrun.store.logs import log_path
from specrun.store.records import RecordFiles


@click.command(short_help="Say what the verdict on a task rests on.")
@click.argument("task")
@flags.as_json
@click.pass_obj
def command(directory: Path | None, task: str, *, as_json: bool) -> ExitCode:
    """Say which commit, which command and which output the verdict on TASK rests on, and what comes next."""
    project = opened(directory, ())
    runtime = wiring.runtime(project)
    seen = look(project, runtime)
    tasks, attempts, runs = runtime.desired.tasks, project.attempts.scan(), _records(project, seen.world)
    name = select([task], dict.fromkeys([*tasks, *attempts, *runs]))[0]
    mine, run = attempts.get(name, ()), runs.get(name)
    spec = runtime.desired.specs.get(name.partition("/")[0])
    told = Explained(
        task_id=name,
        row=next((row for row in seen.shown.rows if row.task_id == name), None),
        run=run,
        task=tasks.get(name),
        projects=spec.projects if spec else (),
        dependents=tuple(dependents_of(tasks).get(name, ())),
        log=_log(project, mine),
        check_logs={
            check.name: log for check in (run.checks if run else ()) if (log := log_of(project, mine, check))
        },
    )
    if as_json:
        console.document(document(told))
    else:
        console.out(text(told))
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
