"""`specrun logs`: show what workers printed, harmless for the terminal."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict, Unpack

import click

from specrun import wiring
from specrun.commands import console
from specrun.commands.checklogs import CheckLog, check_logs, last_log
from specrun.commands.following import Following
from specrun.commands.tails import Tail
from specrun.core.select import select
from specrun.core.task import TaskId
from specrun.core.world import Attempt
from specrun.errors import ExitCode, UsageProblem
from specrun.ports import AttemptKey
from specrun.store.logs import log_path

PAUSE = 0.2


class Wanted(TypedDict):
    """Which log is to be shown, and how."""

    number: int | None
    check: str | None
    follow: bool
    raw: bool


@click.command(short_help="Show what workers printed.")
@click.argument("task", required=False)
@click.option("-f", "--follow", is_flag=True, help="Go on until the worker and its checks have ended.")
@click.option("--attempt", "number", type=click.IntRange(1), metavar="N", help="An earlier attempt.")
@click.option("--check", metavar="NAME", help="The last run of a check instead.")
@click.option("--raw", is_flag=True, help="Show an agent's stream instead of what it says for people.")
@click.pass_obj
def command(directory: Path | None, task: str | None, **wanted: Unpack[Wanted]) -> ExitCode:
    """Show the log of TASK's last attempt; without TASK, those of all tasks."""
    for name, value in (("--attempt", wanted["number"]), ("--check", wanted["check"])):
        if value is not None and task is None:
            raise UsageProblem(f"{name} needs a task", "name the task")
    project = wiring.open_project(directory, (), broken=True)
    found = project.attempts.scan()
    if task is None:
        tasks = project.loaded.desired.tasks or found
        known = [found[name] for name in sorted(found) if found[name] and name in tasks]
        chosen = [_last(attempts, follow=wanted["follow"]) for attempts in known]
    else:
        name = select([task], dict.fromkeys([*project.loaded.desired.tasks, *found]))[0]
        attempts = _picked(name, found.get(name, ()), wanted["number"])
        if wanted["check"] is not None:
            _show_check(project, _check(project, attempts, wanted["check"]), follow=wanted["follow"])
            return ExitCode.OK
        chosen = [_last(attempts, follow=wanted["follow"])]
    if not chosen:
        console.note("No attempt has left a log on this machine yet.")
    _show(project, chosen, wanted)
    return ExitCode.OK


def _picked(name: TaskId, attempts: Sequence[Attempt], number: int | None) -> Sequence[Attempt]:
    """Answer all attempts, or the one that is asked for."""
    if not attempts:
        raise UsageProblem(f"{name} has no attempt on this machine", "run specrun apply")
    found = [one for one in attempts if number in {None, one.number}]
    if not found:
        known = ", ".join(str(one.number) for one in attempts)
        raise UsageProblem(f"{name} has no attempt {number}", f"pass one of {known}")
    return found


def _last(attempts: Sequence[Attempt], *, follow: bool) -> Attempt:
    """Answer the last attempt; one that only checks again has no log of its own, but it can be followed."""
    return ([one for one in attempts if follow or not one.verifying] or attempts)[-1]


def _check(project: wiring.Project, attempts: Sequence[Attempt], name: str) -> CheckLog:
    found = last_log(project, attempts, name)
    if found is not None:
        return found
    task_id = attempts[-1].task_id
    known = dict.fromkeys(log.name for one in attempts for log in check_logs(project, one))
    advice = f"pass one of {', '.join(known)}" if known else "none of its checks has run on this machine yet"
    raise UsageProblem(f"{task_id} has no run of a check {name!r}", advice)


def _show_check(project: wiring.Project, log: CheckLog, *, follow: bool) -> None:
    tail = Tail(key=log.key, path=log.path, prefix="")
    if follow:
        _follow(Following(project=project, prefixes={}, tails=[tail]))
    else:
        _print([tail])


def _show(project: wiring.Project, chosen: Sequence[Attempt], wanted: Wanted) -> None:
    several = len(chosen) > 1
    prefixes = {
        AttemptKey(one.task_id, one.number): f"{one.task_id} | " if several and wanted["follow"] else ""
        for one in chosen
    }
    tails = [
        Tail(key=key, path=log_path(project.attempts.directory(key), raw=wanted["raw"]), prefix=prefix)
        for key, prefix in prefixes.items()
    ]
    if wanted["follow"]:
        _follow(Following(project=project, prefixes=prefixes, tails=tails))
    else:
        _print(tails)


def _print(tails: Sequence[Tail]) -> None:
    for tail in tails:
        if len(tails) > 1 and not console.out(f"==> {_name(tail)} <==\n"):
            return
        for text in tail.lines(last=True):
            if not console.out(text):
                return
        _missed(tail)


def _name(tail: Tail) -> str:
    return f"{tail.key.task_id} (attempt {tail.key.number})"


def _missed(tail: Tail) -> None:
    """Tell of a stream that nobody could write down for people, on a full disk say."""
    if not tail.path.exists() and log_path(tail.path.parent, raw=True).exists():
        console.note(f"{_name(tail)} left no transcript; read its stream with --raw.")


def _follow(following: Following) -> None:
    while True:
        running = following.look()
        # Who was not running before the log is read has written its last line already.
        for tail in following.tails:
            for text in tail.lines(last=tail.key not in running):
                if not console.out(text):
                    return
            if tail.key not in running:
                _missed(tail)
        if following.over(running):
            return
        time.sleep(PAUSE)
