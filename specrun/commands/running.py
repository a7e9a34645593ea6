"""Turns an apply until it comes to rest, shows what happens meanwhile, and says how it ended."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from specrun.api.failures import failures
from specrun.api.preparing import Job
from specrun.api.turning import turns
from specrun.commands import console
from specrun.commands.background import Detaching
from specrun.commands.committing import commit_results
from specrun.commands.screen import Screen
from specrun.commands.signals import LINGER, Wakes, Watch, heard
from specrun.core.change import Action, Plan, Start, Verify
from specrun.core.event import Event, EventKind
from specrun.core.outcome import exit_code
from specrun.core.task import TaskId
from specrun.core.world import World
from specrun.errors import EnvironmentProblem, ExitCode
from specrun.reconcile.loop import Control
from specrun.report import closing, events, roles, selection, status

_TABLE = 50
"""Tasks up to which the end shows the whole table."""
_STOP, _LEAVE = f"Ctrl-C within {LINGER:g} s: stop all workers", "Ctrl-C: leave at once"
"""What another Ctrl-C does, after the first one and after the second."""
_BACK = "Come back with specrun apply, or end them with specrun stop --all."


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
            for turn in turns(self.job, self.watch, self.watch.control):
                self.cut_loose(turn.plan)
                told = unknown(turn.events, self.known)
                self.known = frozenset()
                self.screen.show(turn.world, turn.plan, told)
                self.world, self.plan = turn.world, turn.plan
                self.news = self.news or bool(told)
                self.watch.due()
        except EnvironmentProblem:
            # Ctrl-C reaches the tools that specrun had running, too.
            if self.watch.code is None:
                raise
        finally:
            self.screen.clear()

    def cut_loose(self, plan: Plan) -> None:
        """Leave the terminal as the child that goes on in the background, if there is work for it."""
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

    def follow(self, former: Running) -> None:
        """Go on where another one has left off, which is no beginning for the workers that it knew."""
        self.take(self.job, former.plan)
        begun = {one.decision.task_id for one in former.plan.changes if isinstance(one, Start | Verify)}
        self.known |= begun
        self.watch.until = former.watch.until
        self.world, self.plan, self.news = former.world, former.plan, former.news

    @property
    def parting(self) -> bool:
        """Whether it is to go on in the background, and has something to do there."""
        return self.watch.parting and (self.stays or not self.plan.converged)

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
        paint = console.paint(sys.stdout)
        chosen = selection.ended(job.choice, plan) if job.choice is not None else ""
        if job.asked.going["as_json"]:
            for one in found:
                console.row(closing.entry(one))
        else:
            if self.news and len(shown.rows) <= _TABLE:
                table = "\n".join(["", *status.table(shown, room=console.room()), ""])
                console.out(roles.table(table, (row.state for row in shown.rows), paint))
            console.out(closing.text(found, blocked, counted, paint))
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
            console.note(f"specrun: {left}; workers go on. {_BACK}")
        elif watch.code is ExitCode.TIMEOUT:
            console.note(f"specrun: {left}.")


def unknown(happened: Sequence[Event], known: frozenset[TaskId]) -> tuple[Event, ...]:
    """Leave out that workers were taken over which this apply knows already."""
    return tuple(one for one in happened if one.kind is not EventKind.ADOPTED or one.task_id not in known)


@contextmanager
def running(
    job: Job, wakes: Wakes, split: Detaching | None, former: Running | None = None
) -> Iterator[Running]:
    """Begin, or go on as `former`: signals, keys and the clock are heard for as long as the block lasts."""
    as_json, still = job.asked.going["as_json"], split is not None
    screen = Screen.of(job.runtime.desired, job.project.attempts, as_json=as_json, still=still)

    def say(text: str) -> None:
        screen.advise(_LEAVE if watch.control.stopping else _STOP)
        screen.say(text)

    watch = Watch(control=Control(), wakes=wakes, redraw=screen.look_after, say=say, pace=screen.pace)
    timeout = job.asked.going["timeout"]
    if timeout is not None:
        watch.until = time.monotonic() + timeout
    made = Running(job=job, screen=screen, watch=watch, split=split, plan=job.plan, stays=job.asked.watch)
    if former is not None:
        made.follow(former)
    with heard(watch), screen:
        yield made
