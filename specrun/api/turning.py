"""Turns an apply until it comes to rest, and makes sure that what ends can still be told."""

from __future__ import annotations

import contextlib
from collections.abc import Generator

from specrun import wiring
from specrun.api.preparing import Job
from specrun.reconcile.loop import Control, Progress, Wakes, converge


def turns(job: Job, wakes: Wakes, control: Control) -> Generator[Progress, None, None]:
    """Yield every turn until nothing is left to do or `control` says to leave.

    Raises EnvironmentProblem when the state folder takes nothing more, and Stale on another branch.
    """
    with contextlib.closing(converge(job.runtime, wakes, control)) as going:
        for turn in going:
            yield turn
            if not turn.events:
                wiring.probe(job.project)
