"""Carries out an apply: lock, show, ask, converge, and say how it ended; `apply` and `retry` share it."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

from specrun import wiring
from specrun.commands import background, console
from specrun.commands.committing import commit_results
from specrun.commands.failures import failures
from specrun.commands.flags import Going
from specrun.commands.screen import Screen
from specrun.commands.signals import Watch, heard
from specrun.commands.standing import prices
from specrun.core.change import Plan
from specrun.core.outcome import exit_code
from specrun.core.plan import plan as planned
from specrun.core.rework import along
from specrun.core.task import TaskId
from specrun.core.world import World
from specrun.errors import EnvironmentProblem, ExitCode, UsageProblem
from specrun.reconcile.loop import Control, converge
from specrun.reconcile.observe import observe
from specrun.reconcile.preflight import preflight
from specrun.reconcile.runtime import Runtime
from specrun.report import closing, events, status
from specrun.report.diff import summary
from specrun.report.dispatch import dispatch
from specrun.report.dispatch import text as dispatched

_TABLE = 50
"""Tasks up to which the end shows the whole table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One apply: how to go on, and for `retry` the tasks that it is about."""

    project: wiring.Project
    runtime: Runtime
    going: Going
    chosen: tuple[TaskId, ...] = ()


def check(going: Going) -> None:
    """Refuse what could only fail later. Raises UsageProblem where nobody could answer the question."""
    if not going["yes"] and not console.asking():
        raise UsageProblem(
            "nobody can be asked here: there is no terminal", "pass --yes to start workers unasked"
        )


def carry_out(project: wiring.Project, going: Going, chosen: tuple[TaskId, ...] = ()) -> ExitCode:
    """Apply the loaded specs, or only the chosen tasks with a fresh generation each. Raises Locked."""
    with wiring.apply_locks(project):
        runtime = wiring.runtime(
            project,
            max_workers=going["jobs"],
            only=along(project.loaded.desired, frozenset(chosen)) if chosen else None,
            retry_failed=going["retry_failed"],
            force=going["force"],
        )
        job = Job(project=project, runtime=runtime, going=going, chosen=chosen)
        plan = _foreseen(job)
        preflight(runtime, plan)
        if dispatch(runtime.desired, plan, prices(runtime)).tasks:
            wiring.recordable(project)
        if not _agreed(job, plan):
            console.note("Nothing was started.")
            return ExitCode.OK
        for task_id in chosen:
            project.attempts.grant(task_id)
        return _converged(job, plan, _detached(job) if going["detach"] else None)


def _foreseen(job: Job) -> Plan:
    """Answer the plan as it will be once the chosen tasks have their grants."""
    world = observe(job.runtime)
    asked = dict.fromkeys(job.chosen, "asked")
    return planned(job.runtime.desired, replace(world, grants={**world.grants, **asked}))


def _agreed(job: Job, plan: Plan) -> bool:
    for note in job.runtime.notes:
        console.note(note)
    shown = dispatch(job.runtime.desired, plan, prices(job.runtime))
    if job.going["as_json"]:
        console.row(events.first(plan.digest))
    elif shown.tasks:
        console.out(dispatched(shown, time.time(), room=console.room()))
    elif plan.converged:
        console.out(f"{summary(plan)}\n")
    if job.going["yes"] or not shown.tasks:
        return True
    console.draw("Start them? [y/N] ")
    try:
        return input().strip().lower() in {"y", "yes"}
    except EOFError:
        return False


def _detached(job: Job) -> background.Detaching:
    """Go on as a child; the parent ends as soon as the child is at work, or with it if that ends before."""
    log = background.log_file(job.project.layout.home)
    split = background.detach(log)
    if split.child:
        _follow(split, log, as_json=job.going["as_json"])
    return split


def _follow(split: background.Detaching, log: Path, *, as_json: bool) -> NoReturn:
    code = split.followed()
    if code is not None:
        log.unlink(missing_ok=True)
        background.leave(code)
    if as_json:
        console.row(events.detached(str(log), split.child))
    else:
        console.out(f"{log}\n")
    console.note(
        f"specrun goes on in the background (process {split.child}); see specrun status or specrun wait."
    )
    background.leave(ExitCode.OK)


def _converged(job: Job, plan: Plan, split: background.Detaching | None) -> ExitCode:
    screen = Screen.of(job.runtime.desired, as_json=job.going["as_json"], still=split is not None)
    seen: tuple[World | None, Plan] = (None, plan)
    with contextlib.closing(wiring.wakes(job.project)) as wakes:
        watch = Watch(control=Control(), wakes=wakes, redraw=screen.redraw, say=screen.say)
        if job.going["timeout"] is not None:
            watch.until = time.monotonic() + job.going["timeout"]
        with heard(watch):
            try:
                for turn in converge(job.runtime, watch, watch.control):
                    if split and not turn.plan.converged and watch.code is None:
                        split.cut_loose()
                        split = None
                    screen.show(turn.world, turn.plan, turn.events)
                    seen = (turn.world, turn.plan)
                    if not turn.events:
                        wiring.probe(job.project)
                    watch.due()
            except EnvironmentProblem:
                # Ctrl-C reaches the tools that specrun had running, too.
                if watch.code is None:
                    raise
            finally:
                screen.clear()
    return _ended(job, watch, *seen)


def _ended(job: Job, watch: Watch, world: World | None, plan: Plan) -> ExitCode:
    code = watch.code or exit_code(plan)
    if world is None:
        return code
    found, blocked = failures(job.project, world, plan)
    shown = status.standing(job.runtime.desired, world, plan)
    told = status.counts(shown)
    if job.going["as_json"]:
        for one in found:
            console.row(closing.entry(one))
        console.row(events.last(told, code))
    else:
        if len(shown.rows) <= _TABLE:
            console.out("\n".join(["", *status.table(shown, room=console.room()), ""]))
        console.out(closing.text(found, blocked, told))
    _say_why(watch, plan)
    if job.going["commit"] and watch.code is None:
        commit_results(job.project, job.runtime)
    return code


def _say_why(watch: Watch, plan: Plan) -> None:
    if watch.code is ExitCode.TIMEOUT:
        console.note("specrun: --timeout is over; workers go on. Come back with specrun apply.")
    elif watch.code is not None and plan.live and not watch.control.stopping:
        console.note("specrun: left; workers go on. Come back with specrun apply.")
