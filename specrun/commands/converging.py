"""Carries out an apply: lock, show, ask, converge, and say how it ended; `apply` and `retry` share it."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import NoReturn

from specrun import wiring
from specrun.commands import background, choosing, console, watching
from specrun.commands.flags import Going, Selecting
from specrun.commands.preparing import Asked, Job, agreed, check, prepared, vet
from specrun.commands.replanning import Reading
from specrun.commands.running import running
from specrun.core.task import TaskId
from specrun.errors import ExitCode
from specrun.report import events

__all__ = ["carry_out", "check"]


def carry_out(
    project: wiring.Project,
    going: Going,
    chosen: tuple[TaskId, ...] = (),
    selecting: Selecting | None = None,
    watched: Reading | None = None,
) -> ExitCode:
    """Apply the loaded specs, or only the chosen tasks with a fresh generation each, or what is selected.

    With `watched`, which says what was loaded, it stays and carries out further edits. Raises Locked, and
    Refused for a plan that goes too far.
    """
    asked = Asked(going=going, chosen=chosen, selecting=selecting, watch=watched is not None)
    with wiring.apply_locks(project) as locks:
        job = prepared(project, asked)
        if job.choice is not None and job.choice.empty and watched is None:
            return choosing.nothing(job.choice, as_json=going["as_json"])
        vet(job)
        if not agreed(job):
            console.note("Nothing was started.")
            return ExitCode.OK
        # A grant that nobody may use would fire by itself on the day that its task is let go.
        for task_id in set(chosen) - {one.task_id for one in job.plan.holds if one.would is not None}:
            project.attempts.grant(task_id)
        split = _detached(job) if going["detach"] else None
        if watched is not None:
            return watching.stay(job, watched, locks, split)
        with contextlib.closing(wiring.wakes(project)) as wakes, running(job, wakes, split) as at_work:
            at_work.converge()
        return at_work.ended()


def _detached(job: Job) -> background.Detaching:
    """Go on as a child; the parent ends as soon as the child is at work, or with it if that ends before."""
    log = background.log_file(job.project.layout.home)
    split = background.detach(log)
    if split.child:
        _follow(split, log, job.asked)
    return split


def _follow(split: background.Detaching, log: Path, asked: Asked) -> NoReturn:
    code = split.followed()
    if code is not None:
        log.unlink(missing_ok=True)
        background.leave(code)
    if asked.going["as_json"]:
        console.row(events.detached(str(log), split.child))
    else:
        console.out(f"{log}\n")
    end = f"until it is told to end (kill {split.child})" if asked.watch else f"(process {split.child})"
    console.note(f"specrun goes on in the background {end}; see specrun status or specrun wait.")
    background.leave(ExitCode.OK)
