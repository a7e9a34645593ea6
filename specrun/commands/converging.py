"""Carries out an apply: lock, show, ask, converge, and say how it ended; `apply` and `retry` share it."""

from __future__ import annotations

import contextlib

from specrun import wiring
from specrun.api.preparing import Asked, Job, prepared, vet
from specrun.api.previewing import HERE, Called
from specrun.commands import choosing, console, parting, watching
from specrun.commands.agreeing import agreed, check
from specrun.commands.background import Detaching
from specrun.commands.flags import Going, Selecting
from specrun.commands.replanning import Reading
from specrun.commands.running import Running, running
from specrun.core.task import TaskId
from specrun.errors import ExitCode

__all__ = ["carry_out", "check"]


def carry_out(
    project: wiring.Project,
    going: Going,
    chosen: tuple[TaskId, ...] = (),
    selecting: Selecting | None = None,
    watched: Reading | None = None,
    called: Called = HERE,
) -> ExitCode:
    """Apply the loaded specs, or only the chosen tasks with a fresh generation each, or what is selected.

    With `watched`, which says what was loaded, it stays and carries out further edits. `called` is for the
    commands that are told. Raises Locked, and Refused for a plan that goes too far.
    """
    asked = Asked(going=going, chosen=chosen, selecting=selecting, watch=watched is not None, called=called)
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
        split = parting.detached(job) if going["detach"] else None
        if watched is not None:
            return watching.stay(job, watched, locks, split)
        return _work(job, split)


def _work(job: Job, split: Detaching | None, former: Running | None = None) -> ExitCode:
    """Converge as `former` has begun to; where a person leaves it running, a child in the background does."""
    with (
        contextlib.closing(wiring.wakes(job.project)) as wakes,
        running(job, wakes, split, former) as at_work,
    ):
        at_work.converge()
    if at_work.parting:
        return _work(at_work.job, parting.detached(at_work.job, left=True), at_work)
    return at_work.ended()
