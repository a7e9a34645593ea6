"""`specrun freeze`: let what tasks have left stand, whatever is edited, until they are let go again."""

from __future__ import annotations

from pathlib import Path

import click

from specrun.commands import console, marking
from specrun.core.accepting import frozen
from specrun.core.event import Event, EventKind
from specrun.core.world import Mark, Run
from specrun.errors import ExitCode, UsageProblem
from specrun.report import marks
from specrun.report.text import line


@click.command(short_help="Keep tasks from running again.")
@click.argument("tasks", nargs=-1, required=True)
@marking.reason
@click.pass_obj
def command(directory: Path | None, tasks: tuple[str, ...], *, reason: str) -> ExitCode:
    """Keep TASKS from running again, whatever is edited; what they have left stands for their dependents.

    The note is in the record: it holds for everybody who has that.
    """
    with marking.records(directory, tasks) as found:
        for name in found.bare:
            place = found.runtime.desired.tasks[name].where.file
            raise UsageProblem(f"{name} has no record yet", f"write `freeze: true` in {place}")
        mark = marking.mark(found.project, reason, found.runtime.clock())
        for run in found.runs:
            if run.frozen is not None:
                console.out(f"{line(run.task_id)} is frozen already, {marks.spoken(run.frozen)}\n")
        changed = [run for run in found.runs if run.frozen is None]
        runs = [frozen(run, mark) for run in changed]
        marking.written(found.runtime, runs, [_event(run, mark) for run in runs])
        for run in changed:
            console.out(f"Froze {line(run.task_id)}: it stays {run.status}.\n")
    return ExitCode.OK


def _event(run: Run, mark: Mark) -> Event:
    return Event(
        at=mark.at,
        kind=EventKind.FROZEN,
        task_id=run.task_id,
        message=f"{run.task_id} is frozen, {marks.spoken(mark)}",
        data={"reason": mark.reason, "by": mark.by},
    )
