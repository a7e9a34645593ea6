"""Shows what an apply would do, and asks whether a person agrees."""

from __future__ import annotations

import sys
import time

from specrun.api.asking import Going
from specrun.api.preparing import Job
from specrun.commands import console
from specrun.errors import UsageProblem
from specrun.report import events, selection
from specrun.report.colour import Role
from specrun.report.diff import summary
from specrun.report.dispatch import Dispatch, dangers, withheld
from specrun.report.dispatch import text as dispatched


def check(going: Going) -> None:
    """Refuse what could only fail later. Raises UsageProblem where nobody could answer the question."""
    if not going["yes"] and not console.asking():
        raise UsageProblem(
            "nobody can be asked here: there is no terminal", "pass --yes to start workers unasked"
        )


def agreed(job: Job) -> bool:
    """Show what is to be done, and ask where that is needed."""
    for note in job.runtime.notes:
        console.note(note)
    shown, going = job.shown, job.asked.going
    if going["as_json"]:
        console.row(events.first(job.plan.digest))
        if job.choice is not None and job.choice.words:
            console.row(selection.event(job.choice))
    else:
        console.out(_told(job, shown))
    if going["yes"] or not (shown.changes or job.asked.watch):
        return True
    return _yes(shown, watch=job.asked.watch)


def _told(job: Job, shown: Dispatch) -> str:
    rows = [] if console.manner().quiet and job.asked.going["yes"] else [*_planned(job, shown)]
    if job.plan.unsafe:
        forced = f"Because of --force, though {dangers(job.plan.unsafe)}."
        rows.append(f"{console.paint(sys.stdout)(forced, Role.BAD)}\n")
    return "".join(rows)


def _planned(job: Job, shown: Dispatch) -> list[str]:
    rows = [f"{selection.told(job.choice)}\n"] if job.choice is not None and job.choice.words else []
    if shown.changes:
        rows.append(dispatched(shown, time.time(), room=console.room()))
    elif job.plan.converged:
        rows.append(f"{summary(job.meant)}\n")
    named = {*job.asked.chosen, *(job.choice.replace if job.choice is not None else ())}
    paint = console.paint(sys.stdout)
    return [*rows, *(f"{paint(row, Role.CARE)}\n" for row in withheld(job.runtime.desired, job.plan, named))]


def _yes(shown: Dispatch, *, watch: bool) -> bool:
    if watch:
        console.note("Every edit that is saved from now on, and every commit, is carried out unasked.")
    console.draw("Start them? [y/N] " if shown.tasks else "Go on? [y/N] ")
    try:
        return input().strip().lower() in {"y", "yes"}
    except EOFError:
        return False
