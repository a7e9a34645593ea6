"""`specrun wait`: block until a running apply has brought everything to an end, good or bad."""

from __future__ import annotations

import time
from pathlib import Path

import click

from specrun import wiring
from specrun.api.standing import Look, look
from specrun.commands import console, flags
from specrun.core.outcome import exit_code
from specrun.errors import ExitCode
from specrun.report.status import counts
from specrun.report.words import count, span

PAUSE = 0.5
"""Seconds between two looks."""


@click.command(short_help="Wait until all tasks have ended, either way.")
@flags.specs
@click.option("--timeout", type=flags.DURATION, help="Give up after this time (code 124).")
@click.pass_obj
def command(directory: Path | None, specs: tuple[str, ...], timeout: float | None) -> ExitCode:
    """Wait until all tasks have ended, either way, and say how many have come to which end.

    Answers 0 when nothing is left to be done; 1 when a task has failed or is held, or when work is left that
    nobody is applying; the graver codes of apply where it would answer them; 124 after --timeout.
    """
    project = wiring.open_project(directory, specs)
    runtime = wiring.runtime(project)
    until = None if timeout is None else time.monotonic() + timeout
    seen = look(project, runtime)
    while not _over(seen):
        if not seen.shown.applying:
            # An apply may have ended between reading the world and asking for its lock.
            seen = look(project, runtime)
            return _ended(seen) if _over(seen) else _alone(seen)
        if until is not None and time.monotonic() >= until:
            console.note(f"specrun: still at work after {span(timeout or 0)}")
            console.out(f"{counts(seen.shown)}\n")
            return ExitCode.TIMEOUT
        time.sleep(PAUSE if until is None else max(min(PAUSE, until - time.monotonic()), 0.0))
        seen = look(project, runtime)
    return _ended(seen)


def _over(seen: Look) -> bool:
    return seen.plan.converged and not seen.shown.applying


def _ended(seen: Look) -> ExitCode:
    console.out(f"{counts(seen.shown)}\n")
    return exit_code(seen.plan)


def _alone(seen: Look) -> ExitCode:
    live = len(seen.plan.live)
    are = "is running by itself" if live == 1 else "are running by themselves"
    workers = f" ({count(live, 'worker')} {are})" if live else ""
    console.note(f"specrun: work is left and nobody is applying it{workers}; fix: run specrun apply")
    console.out(f"{counts(seen.shown)}\n")
    return ExitCode.FAILED
