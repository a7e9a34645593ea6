"""`apply --watch`: stays, and goes on by what is saved: specs, what they use, and commits."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from specrun import wiring
from specrun.api.preparing import Job
from specrun.commands import console, parting
from specrun.commands.background import Detaching
from specrun.commands.replanning import Reading, Replanning
from specrun.commands.running import Running, running
from specrun.commands.signals import Wakes
from specrun.errors import EnvironmentProblem, ExitCode
from specrun.reconcile.loop import RESCAN
from specrun.reconcile.tick import decide
from specrun.report import replanning
from specrun.triggers.edits import Edits

STEP = 0.1
"""Seconds between two looks for edits while nothing else happens."""


class Edited(Exception):
    """There is another job to go by: raised out of a wait, so that no turn follows by the old one."""

    def __init__(self, job: Job, edit: replanning.Edit) -> None:
        super().__init__()
        self.job = job
        self.edit = edit


@dataclass(slots=True, kw_only=True)
class Ear:
    """Waits for the ends of attempts and for edits at once; `hear` is told at every step which it was.

    Edits are no reason for a wait to end: it ends by an exception of `hear` where they are one.
    """

    wakes: Wakes
    edits: Edits
    hear: Callable[[bool], None]
    woken: bool = False

    def wait(self, timeout: float) -> None:
        """Wait as the trigger of ended attempts does."""
        until = time.monotonic() + timeout
        while True:
            self.wakes.wait(min(STEP, max(until - time.monotonic(), 0.0)))
            self.woken = self.wakes.woken
            self.hear(self.edits.settled())
            if self.woken or time.monotonic() >= until:
                return

    def wake(self) -> None:
        """End the wait of now, or else the next one."""
        self.wakes.wake()


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What somebody has left running: the one that was at work, and what it knew of the specs."""

    at_work: Running
    specs: Replanning


def stay(
    job: Job,
    reading: Reading,
    locks: wiring.ApplyLocks,
    split: Detaching | None,
    left: Left | None = None,
) -> ExitCode:
    """Converge, wait for the next edit, and so on, until a person or the clock says to leave.

    Raises Stale when another branch is checked out. Nothing is remembered that an apply would not find again.
    Where a person leaves it running, a child in the background goes on with what was `left`.
    """
    former = left.at_work if left else None
    with (
        contextlib.closing(wiring.wakes(job.project)) as wakes,
        contextlib.closing(wiring.edits(job.project)) as edits,
    ):
        ear = Ear(wakes=wakes, edits=edits, hear=lambda _: None)
        with running(job, ear, split, former) as at_work:
            screen, head = at_work.screen, job.runtime.base
            specs = Replanning(reading=reading, locks=locks, screen=screen, head=head)
            if left is not None:
                specs = replace(left.specs, screen=screen)
                edits.stir()  # nobody has looked in between
            ear.hear = lambda edited: _hear(at_work, specs, edits, edited=edited)
            if edits.blind:
                told = f"{edits.blind}; files are looked at twice a second instead"
                at_work.screen.say(f"specrun: the system does not tell of edits here ({told}).")
            while at_work.watch.code is None and not at_work.watch.parting:
                try:
                    # Without its locks it was at rest when it was left.
                    if left is None or locks.held:
                        at_work.converge()
                    _rest(at_work, specs)
                except Edited as news:
                    _take(at_work, news, edits)
    if at_work.parting:
        split = parting.detached(at_work.job, left=True)
        return stay(at_work.job, specs.reading, locks, split, Left(at_work=at_work, specs=specs))
    return at_work.ended()


def _hear(at_work: Running, specs: Replanning, edits: Edits, *, edited: bool) -> None:
    """Look at an edit, unless specrun is leaving. Raises Edited where it is to be carried out."""
    if at_work.watch.code is not None:
        return
    if not (edited or specs.due()):
        if specs.moved(at_work.job):
            edits.stir()  # what moves HEAD may just be changing many files
        return
    found = specs.look(at_work.job)
    if found is not None and at_work.watch.code is None:
        raise Edited(*found)


def _take(at_work: Running, news: Edited, edits: Edits) -> None:
    at_work.take(news.job, news.edit.before)
    edits.follow(wiring.places(news.job.project))
    at_work.screen.clear()
    if at_work.screen.as_json:
        console.row(replanning.entry(news.edit))
    else:
        console.out(replanning.text(news.edit, room=console.room()))


def _rest(at_work: Running, specs: Replanning) -> None:
    """Wait until there is something to do; say how things stand if anything has happened.

    No lock is held meanwhile, so that records can be marked, and tasks be run, by others.
    """
    watch, job = at_work.watch, at_work.job
    if watch.code is not None or watch.parting:
        return
    at_work.cut_loose(at_work.plan)
    if at_work.news:
        _tell(at_work)
    at_work.screen.rest()
    watch.idle = True
    specs.locks.keep(())
    try:
        while not watch.due():
            watch.wait(RESCAN)
            at_work.world, at_work.plan = decide(job.runtime)
            if not at_work.plan.converged and specs.ready(job, at_work.plan):
                return
    finally:
        watch.idle = False


def _tell(at_work: Running) -> None:
    told = at_work.tell()
    if at_work.screen.as_json:
        console.row(replanning.rest(told, at_work.code))
    try:
        at_work.commit()
    except EnvironmentProblem as error:  # somebody else is at the index: it is tried again the next time
        console.complain(str(error))
    console.note("specrun: at rest; it goes on with the next edit that is saved. Ctrl-C leaves.")
