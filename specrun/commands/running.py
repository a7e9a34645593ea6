"""Turns an apply until it comes to rest, shows what happens meanwhile, and says how it ended."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from specrun import wiring
from specrun.commands import console
from specrun.commands.background import Detaching
from specrun.commands.committing import commit_results
from specrun.commands.failures import failures
from specrun.commands.preparing import Job
from specrun.commands.screen import Screen
from specrun.commands.signals import Wakes, Watch, heard
from specrun.core.change import Action, Plan
from specrun.core.event import Event, EventKind
from specrun.core.outcome import exit_code
from specrun.core.task import TaskId
from specrun.core.world import World
from specrun.errors import EnvironmentProblem, ExitCode
from specrun.reconcile.loop import Control, converge
from specrun.report import closing, events, selection, status

_TABLE = 50
"""Tasks up to which the end shows the whole table."""


@dataclass(slots=True, kw_only=True)
class Running:
    """An apply at work: the job that it goes by now, the person beside it, and where events go.

    `split` is there until a child that goes on in the background has left its terminal; with `stays` it does
    so even if there is nothing to do. `world` and `plan` are what was seen last, `news` says whether anything
    has happened since that was told, `known` are tasks whose workers were known before the next turn.
    """

    job: Job
    screen: Screen
    watch: Watch
    split: Detaching | None
    plan: Plan
    world: World | None = None
    stays: bool = False
    news: bool = True
    known: frozenset[TaskId] = frozenset()

    def converge(self) -> None:
        """Turn until nothing is left to do or somebody says to leave."""
        try:
            for turn in converge(self.job.runtime, self.watch, self.watch.control):
                self._cut_loose(turn.plan)
                told = unknown(turn.events, self.known)
                self.known = frozenset()
                self.screen.show(turn.world, turn.plan, told)
                self.world, self.plan = turn.world, turn.plan
                self.news = self.news or bool(told)
                if not turn.events:
                    wiring.probe(self.job.project)
                self.watch.due()
        except EnvironmentProblem:
            # Ctrl-C reaches the tools that specrun had running, too.
            if self.watch.code is None:
                raise
        finally:
            self.screen.clear()

    def _cut_loose(self, plan: Plan) -> None:
        if self.split and (self.stays or not plan.converged) and self.watch.code is None:
            self.split.cut_loose()
            self.split = None

    def take(self, job: Job, before: Plan) -> None:
        """Go by another job from now on; that workers of the plan before are taken over is no news then."""
        self.known = frozenset(one.task_id for one in before.decisions if one.action is Action.ADOPT)
        remember = job.runtime.remember

        def remembered(happened: Sequence[Event]) -> None:
            if told := unknown(happened, self.known):
                remember(told)

        self.job = replace(job, runtime=replace(job.runtime, remember=remembered))
        self.screen.desired = job.runtime.desired
        self.plan = job.plan

    @property
    def code(self) -> ExitCode:
        """The exit code if it ended now."""
        return self.watch.code or exit_code(self.plan, self.job.runtime.desired.only)

    def tell(self) -> str:
        """Say how things stand, in short where nothing is new, and answer the last line in one piece."""
        job, world = self.job, self.world
        if world is None:
            return ""
        plan = self.plan if job.choice is None else job.choice.narrowed(self.plan)
        found, blocked = failures(job.project, world, plan) if self.news else ([], [])
        shown = status.standing(job.runtime.desired, world, plan)
        counted = status.counts(shown)
        chosen = selection.told(job.choice) if job.choice is not None else ""
        if job.asked.going["as_json"]:
            for one in found:
                console.row(closing.entry(one))
        else:
            if self.news and len(shown.rows) <= _TABLE:
                console.out("\n".join(["", *status.table(shown, room=console.room()), ""]))
            console.out(closing.text(found, blocked, counted))
            console.out(f"{chosen}\n" if chosen else "")
        self.news = False
        return f"{counted} {chosen}".rstrip()

    def commit(self) -> None:
        """Commit the results where that was asked for."""
        if self.job.asked.going["commit"]:
            commit_results(self.job.project, self.job.runtime)

    def ended(self) -> ExitCode:
        """Say how it ended and answer the exit code."""
        if self.world is None:
            return self.code
        told = self.tell()
        if self.job.asked.going["as_json"]:
            console.row(events.last(told, self.code))
        self._say_why()
        if self.watch.code is None:
            self.commit()
        return self.code

    def _say_why(self) -> None:
        watch = self.watch
        left = "--timeout is over" if watch.code is ExitCode.TIMEOUT else "left"
        if watch.code is not None and self.plan.live and not watch.control.stopping:
            console.note(f"specrun: {left}; workers go on. Come back with specrun apply.")
        elif watch.code is ExitCode.TIMEOUT:
            console.note(f"specrun: {left}.")


def unknown(happened: Sequence[Event], known: frozenset[TaskId]) -> tuple[Event, ...]:
    """Leave out that workers were taken over which this apply knows already."""
    return tuple(one for one in happened if one.kind is not EventKind.ADOPTED or one.task_id not in known)


@contextmanager
def running(job: Job, wakes: Wakes, split: Detaching | None) -> Iterator[Running]:
    """Begin: signals and the clock are heard for as long as the block lasts."""
    screen = Screen.of(job.runtime.desired, as_json=job.asked.going["as_json"], still=split is not None)
    watch = Watch(control=Control(), wakes=wakes, redraw=screen.redraw, say=screen.say)
    timeout = job.asked.going["timeout"]
    if timeout is not None:
        watch.until = time.monotonic() + timeout
    with heard(watch):
        yield Running(job=job, screen=screen, watch=watch, split=split, plan=job.plan, stays=job.asked.watch)
