"""`specrun wait`: block until a running apply has brought everything to an end, good or bad."""

from __future__ import annotations

import time
from collections.abc import Collection
from pathlib import Path
from typing import Unpack

import click

from specrun import wiring
from specrun.api import selecting, standing
from specrun.api.previewing import Called
from specrun.api.standing import Look, look
from specrun.commands import choosing, console, flags
from specrun.core.choice import Choice
from specrun.core.outcome import exit_code, pending
from specrun.core.reasons import named
from specrun.core.task import TaskId, split_id
from specrun.errors import ExitCode
from specrun.report import comeback
from specrun.report.status import counts
from specrun.report.text import line
from specrun.report.words import count, span

PAUSE = 0.5
"""Seconds between two looks."""


class Waiting(flags.Selecting):
    """What is waited for, and how long (seconds)."""

    timeout: float | None


@click.command(short_help="Wait until all tasks have ended, either way.")
@flags.specs
@click.option("--timeout", type=flags.DURATION, help="Give up after this time (code 124).")
@flags.selecting
@click.pass_obj
def command(directory: Path | None, specs: tuple[str, ...], **told: Unpack[Waiting]) -> ExitCode:
    """Wait until all tasks have ended, either way, and say how many have come to which end.

    Answers 0 when nothing is left to be done; 1 when a task has failed or is held, or when work is left that
    nobody is applying; the graver codes of apply where it would answer them; 124 after --timeout. With
    selectors all of this is about the tasks that they mean at the beginning, whatever is left beside them.
    """
    project = wiring.open_project(directory, specs)
    runtime = wiring.runtime(project)
    timeout = told["timeout"]
    until = None if timeout is None else time.monotonic() + timeout
    seen = look(project, runtime)
    choice = selecting.choose(told, runtime.desired, seen.world, seen.plan)
    if choice.empty:
        return choosing.nothing(choice)
    while not _over(seen, choice):
        if not _appliers(seen, choice):
            # An apply may have ended between reading the world and asking for its lock.
            seen = look(project, runtime)
            if not _over(seen, choice):
                return _alone(seen, choice, Called(directory, specs), runtime.desired.tasks)
            break
        if until is not None and time.monotonic() >= until:
            console.note(f"specrun: still at work after {span(timeout or 0)}")
            console.out(f"{counts(standing.selected(seen, choice))}\n")
            return ExitCode.TIMEOUT
        time.sleep(PAUSE if until is None else max(min(PAUSE, until - time.monotonic()), 0.0))
        seen = look(project, runtime)
    console.out(f"{counts(standing.selected(seen, choice))}\n")
    return exit_code(seen.plan, _meant(choice))


def _meant(choice: Choice) -> frozenset[TaskId] | None:
    """Answer the tasks that it is about, None for all."""
    return choice.selected if choice.words else None


def _over(seen: Look, choice: Choice) -> bool:
    plan, mine = seen.plan, _meant(choice)
    if mine is None:
        return plan.converged and not seen.shown.applying
    if pending(plan, mine) or not mine.isdisjoint(plan.live):
        return False
    # An apply of just these tasks is about to end, and what it has yet to do shows in no look. One that is at
    # work on others is not waited for, unless it may still take up what is held, as when money is left over.
    elsewhere = bool(plan.live) or plan.wake_at is not None
    settled = exit_code(plan, mine) in {ExitCode.OK, ExitCode.FAILED}
    return (elsewhere and settled) or not _appliers(seen, choice)


def _appliers(seen: Look, choice: Choice) -> tuple[str, ...]:
    """Answer the specs with a specrun at work on them that may be at work on what is waited for."""
    mine = _meant(choice)
    specs = None if mine is None else {split_id(one)[0] for one in mine}
    return tuple(one for one in seen.shown.applying if specs is None or one in specs)


def _alone(seen: Look, choice: Choice, called: Called, tasks: Collection[TaskId]) -> ExitCode:
    """Say what is left, and what helps: to apply it, or to wait for some of it only."""
    mine = _meant(choice)
    found = [one.task_id for one in seen.plan.decisions if not one.idle]
    left = named(name for name in found if mine is None or name in mine)
    live = sum(mine is None or name in mine for name in seen.plan.live)
    are = "is running by itself" if live == 1 else "are running by themselves"
    workers = f" ({count(live, 'worker')} {are})" if live else ""
    words = (*called.specs, *comeback.selectors(choice, (), tasks))
    fix = f"run {comeback.command(called.words, 'apply', *words)}"
    if mine is None:
        some = comeback.command(called.words, "wait", *words, "--only", "TASK")
        fix += f", or wait for some tasks alone: {some}"
    what = f" ({line(left)})" if left else ""
    console.note(f"specrun: work is left{what} and nobody is applying it{workers}; fix: {fix}")
    console.out(f"{counts(standing.selected(seen, choice))}\n")
    return ExitCode.FAILED
