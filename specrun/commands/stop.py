"""`specrun stop`: end running workers, beside a running apply or alone."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from specrun import wiring
from specrun.commands import console
from specrun.commands.standing import OPEN, appliers, open_attempts
from specrun.core.change import ReasonCode
from specrun.core.graph import downstream
from specrun.core.proving import current
from specrun.core.select import select
from specrun.core.task import TaskId
from specrun.core.world import Attempt, Phase
from specrun.errors import ExitCode, UsageProblem
from specrun.ports import AttemptKey

LIMIT = 30.0
"""Seconds that the workers get to be gone; ten of them are theirs to finish what they do."""
PAUSE = 0.1
_REASON = str(ReasonCode.STOP_REQUESTED)
_HEARING = OPEN | {Phase.ENDED}
"""Phases of attempts that can be told to stop: one that has ended may be about to have its checks run."""


@click.command(short_help="Stop workers.")
@click.argument("tasks", nargs=-1)
@click.option(
    "--all", "everything", is_flag=True, help="Stop all workers of this working tree, on any branch."
)
@click.option("--cascade", is_flag=True, help="Stop the workers of dependents, too.")
@click.pass_obj
def command(directory: Path | None, tasks: tuple[str, ...], *, everything: bool, cascade: bool) -> ExitCode:
    """Stop the workers of TASKS and wait until their processes are gone."""
    if bool(tasks) == everything:
        what = "--all goes without tasks" if tasks else "say which workers to stop"
        raise UsageProblem(what, "name tasks, or pass --all")
    project = wiring.open_project(directory, (), broken=True)
    found = [one for one in open_attempts(project, _HEARING | {Phase.UNREADABLE}) if _hears(one)]
    wanted = found if everything else _chosen(project, tasks, found, cascade=cascade)
    chosen = [one for one in wanted if one.phase in _HEARING]
    for one in wanted:
        if one.phase is Phase.UNREADABLE:
            console.complain(f"{one.task_id} (attempt {one.number}) cannot be stopped: {one.error}")
    unread = len(wanted) > len(chosen)
    if not chosen:
        console.out("Nothing is running there.\n" if not unread else "")
        return ExitCode.ENVIRONMENT if unread else ExitCode.OK
    applied = appliers(project)
    left = _stopped(project, chosen)
    for one in left:
        console.complain(f"{one.task_id} (attempt {one.number}) is still running; see specrun doctor")
    if not applied and not appliers(project):
        console.note(
            "The next specrun apply records the end; stopped tasks are held until specrun retry or an edit."
        )
    if unread:
        return ExitCode.ENVIRONMENT
    return ExitCode.FAILED if left else ExitCode.OK


def _hears(attempt: Attempt) -> bool:
    return attempt.phase is not Phase.ENDED or attempt.clean


def _chosen(
    project: wiring.Project, names: Sequence[str], running: Sequence[Attempt], *, cascade: bool
) -> list[Attempt]:
    tasks = project.loaded.desired.tasks
    wanted: Iterable[TaskId] = select(names, dict.fromkeys([*tasks, *(one.task_id for one in running)]))
    if cascade:
        wanted = downstream(tasks, frozenset(wanted))
    return [one for one in running if one.task_id in wanted]


def _stopped(project: wiring.Project, chosen: Sequence[Attempt]) -> list[Attempt]:
    """Ask all to end and wait for it; answers those that did not. Tells each one that is gone."""
    waiting = {AttemptKey(one.task_id, one.number): one for one in chosen}
    until = time.monotonic() + LIMIT
    while waiting and time.monotonic() < until:
        seen = {AttemptKey(one.task_id, one.number): one for one in open_attempts(project, _HEARING)}
        for key in [key for key in waiting if key not in seen]:
            console.out(f"Stopped {key.task_id} (attempt {key.number}).\n")
            del waiting[key]
        for key in waiting:
            _ask(project, seen[key])
        if waiting:
            time.sleep(PAUSE)
    return list(waiting.values())


def _ask(project: wiring.Project, attempt: Attempt) -> None:
    """Ask an attempt and the check that it is at to end, as far as that is not done already.

    What was just being launched may only now be there to hear it.
    """
    run = current(attempt.proof) if attempt.proof else None
    if not attempt.stopping:
        project.attempts.stop(AttemptKey(attempt.task_id, attempt.number), _REASON)
    if run is not None and not run.stopping:
        project.attempts.stop(AttemptKey(attempt.task_id, attempt.number, run.number), _REASON)
