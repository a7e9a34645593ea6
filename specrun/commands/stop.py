"""`specrun stop`: end running workers, beside a running apply or alone."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Unpack

import click

from specrun import wiring
from specrun.api import selecting
from specrun.api.standing import OPEN, appliers, open_attempts
from specrun.commands import choosing, console, flags
from specrun.core.change import Action, ReasonCode
from specrun.core.graph import downstream
from specrun.core.proving import current
from specrun.core.selection import Ground, Selectors, excluded, pick
from specrun.core.task import OnChange, TaskId
from specrun.core.world import Attempt, Phase
from specrun.errors import ExitCode, UsageProblem
from specrun.ports import AttemptKey
from specrun.reconcile.tick import decide
from specrun.store.records import RecordFiles

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
@flags.selecting
@click.pass_obj
def command(
    directory: Path | None,
    tasks: tuple[str, ...],
    *,
    everything: bool,
    cascade: bool,
    **told: Unpack[flags.Selecting],
) -> ExitCode:
    """Stop the workers of TASKS and wait until their processes are gone.

    TASKS are names or globs, as with --only. --changed means workers whose task was edited or is gone since.
    """
    asked = _asked(told, tasks, everything=everything)
    project = wiring.open_project(directory, (), broken=not _needs_specs(asked))
    found = [one for one in open_attempts(project, _HEARING | {Phase.UNREADABLE}) if _hears(one)]
    wanted = found if everything else _chosen(project, asked, found, cascade=cascade)
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


def _asked(told: flags.Selecting, tasks: Sequence[str], *, everything: bool) -> Selectors:
    if not everything:
        return choosing.named(told, tasks, "workers to stop", ", pass --all")
    asked = selecting.selectors(told, tasks)
    if asked.words:
        raise UsageProblem("--all goes without tasks and selectors", "leave out one of both")
    return asked


def _needs_specs(asked: Selectors) -> bool:
    """Whether what is meant stands in the specs, so that they have to be readable."""
    return asked.closing or asked.changed or bool(asked.label or asked.domain)


def _hears(attempt: Attempt) -> bool:
    return attempt.phase is not Phase.ENDED or attempt.clean


def _chosen(
    project: wiring.Project, asked: Selectors, running: Sequence[Attempt], *, cascade: bool
) -> list[Attempt]:
    tasks = project.loaded.desired.tasks
    runs = RecordFiles(project.root).runs() if asked.failed else {}
    ground = Ground(
        tasks=tasks,
        known=tuple(dict.fromkeys([*tasks, *(one.task_id for one in running)])),
        failed=frozenset(name for name, run in runs.items() if not run.status.good),
        changed=_outdated(project) if asked.changed else frozenset(),
    )
    wanted = pick(asked, ground).selected
    if cascade:
        wanted = downstream(tasks, wanted) - excluded(asked, ground)
    return [one for one in running if one.task_id in wanted]


def _outdated(project: wiring.Project) -> frozenset[TaskId]:
    """Answer the tasks whose workers do what nobody wants any more, even where they may finish it."""
    runtime = wiring.runtime(project)
    specs = {
        name: replace(spec, on_change_while_running=OnChange.RESTART)
        for name, spec in runtime.desired.specs.items()
    }
    _, plan = decide(replace(runtime, desired=replace(runtime.desired, specs=specs)))
    stops = (one for one in plan.decisions if one.action is Action.STOP)
    return frozenset(one.task_id for one in stops if one.reasons[0].code is not ReasonCode.STOP_REQUESTED)


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
