"""`specrun logs`: show what workers printed, harmless for the terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict, Unpack

import click

from specrun import wiring
from specrun.api.checklogs import CheckLog, check_logs, last_log
from specrun.commands import console
from specrun.commands.following import Following
from specrun.commands.tails import Tail
from specrun.core.select import select
from specrun.core.task import TaskId, split_id
from specrun.core.world import Attempt
from specrun.errors import ExitCode, UsageProblem
from specrun.ports import AttemptKey
from specrun.report.colour import Role
from specrun.report.prefixes import Prefixes, columns, heading
from specrun.store.logs import log_path

PAUSE = 0.2
PATIENCE = 1.0
"""Seconds between two looks: while something is read along, and while its beginning is waited for."""


class Wanted(TypedDict):
    """Which logs are to be shown, and how."""

    number: int | None
    check: str | None
    follow: bool
    lines: int | None
    raw: bool
    prefix: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The attempts whose logs are shown; `named` are the tasks that were asked for, None for all."""

    project: wiring.Project
    found: Mapping[TaskId, Sequence[Attempt]]
    named: tuple[TaskId, ...] | None
    attempts: Sequence[Attempt]


@click.command(short_help="Show what workers printed.")
@click.argument("tasks", nargs=-1, metavar="[TASK]...")
@click.option("-f", "--follow", is_flag=True, help="Go on as long as work on it goes on.")
@click.option(
    "-n", "--tail", "lines", type=click.IntRange(0), metavar="N", help="Begin with the last N lines."
)
@click.option("--attempt", "number", type=click.IntRange(1), metavar="N", help="An earlier attempt.")
@click.option("--check", metavar="NAME", help="The last run of a check instead.")
@click.option("--raw", is_flag=True, help="Show an agent's stream instead of what it says for people.")
@click.option("--prefix/--no-prefix", default=True, help="Say before each line of several logs whose it is.")
@click.pass_obj
def command(directory: Path | None, tasks: tuple[str, ...], **wanted: Unpack[Wanted]) -> ExitCode:
    """Show the logs of the last attempts of TASKs; without TASK, of all tasks.

    With -f, those of their checks and of further attempts follow as they begin, until the tasks have ended;
    without TASK, as long as anything runs or an apply goes on. Ctrl-C leaves with code 130, and work goes on.
    """
    for name, value in (("--attempt", wanted["number"]), ("--check", wanted["check"])):
        if value is not None and len(tasks) != 1:
            raise UsageProblem(f"{name} needs one task", "name it alone")
    following = _opened(_chosen(directory, tasks, wanted), wanted)
    if not wanted["follow"]:
        _print(following.tails)
        return ExitCode.OK
    try:
        _follow(following)
    except KeyboardInterrupt:
        if console.terminal(sys.stderr):
            console.draw("\n")  # behind the ^C that the terminal has shown
        return ExitCode.INTERRUPTED
    return ExitCode.OK


def _opened(chosen: Chosen, wanted: Wanted) -> Following:
    """Answer the logs that are meant, each at the line to begin with."""
    if wanted["check"] is None:
        following = _all(chosen, wanted)
    else:
        following = _one(chosen.project, _check(chosen.project, chosen.attempts, wanted["check"]))
    if wanted["lines"] is not None:
        for tail in following.tails:
            tail.skip(wanted["lines"])
    return following


def _chosen(directory: Path | None, tasks: Sequence[str], wanted: Wanted) -> Chosen:
    project = wiring.open_project(directory, (), broken=True)
    found, follow = project.attempts.scan(), wanted["follow"]
    if not tasks:
        known = project.loaded.desired.tasks or found
        attempts = [
            _last(found[name], follow=follow) for name in sorted(found) if found[name] and name in known
        ]
        if not (attempts or (follow and _applied(project, project.loaded.desired.specs))):
            console.note("No attempt has left a log on this machine yet.")
        return Chosen(project=project, found=found, named=None, attempts=attempts)
    named = select(tasks, dict.fromkeys([*project.loaded.desired.tasks, *found]))
    picked = {name: _picked(name, found.get(name, ()), wanted["number"]) for name in named}
    missing = [name for name in named if not picked[name]]
    if missing and not (follow and _applied(project, [split_id(name)[0] for name in missing])):
        raise UsageProblem(f"{missing[0]} has no attempt on this machine", "run specrun apply")
    for name in missing:
        console.note(f"{name} has not begun yet; its log follows as soon as it has.")
    if wanted["check"] is None:
        attempts = [_last(picked[name], follow=follow) for name in named if picked[name]]
    else:
        attempts = [one for name in named for one in picked[name]]
    return Chosen(project=project, found=found, named=named, attempts=attempts)


def _applied(project: wiring.Project, specs: Sequence[str] | Mapping[str, object]) -> bool:
    """Whether these specs are being applied, so that what has not begun may do so."""
    return any(wiring.applying(project, spec) for spec in specs)


def _picked(name: TaskId, attempts: Sequence[Attempt], number: int | None) -> Sequence[Attempt]:
    """Answer all attempts, or the one that is asked for."""
    found = [one for one in attempts if number in {None, one.number}]
    if attempts and not found:
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


def _one(project: wiring.Project, log: CheckLog) -> Following:
    tail = Tail(key=log.key, path=log.path, prefix="")
    return Following(project=project, prefixes=Prefixes(), opened=_opener(project), tails=[tail], whole=set())


def _all(chosen: Chosen, wanted: Wanted) -> Following:
    project = chosen.project
    prefixes = _prefixes(chosen, shown=wanted["prefix"] and wanted["follow"])
    opened = _opener(project, raw=wanted["raw"])
    keys = [AttemptKey(one.task_id, one.number) for one in chosen.attempts]
    named = None if chosen.named is None else frozenset(chosen.named)
    return Following(
        project=project,
        prefixes=prefixes,
        opened=opened,
        tails=[opened(key, prefixes.of(key.task_id)) for key in keys],
        whole=set(keys),
        # Whoever asks for one attempt does not want to see another.
        named=frozenset() if wanted["number"] is not None else named,
        past={name: attempts[-1].number for name, attempts in chosen.found.items() if attempts},
        lines=wanted["lines"],
    )


def _opener(project: wiring.Project, *, raw: bool = False) -> Callable[[AttemptKey, str], Tail]:
    def opened(key: AttemptKey, prefix: str) -> Tail:
        return Tail(key=key, path=log_path(project.attempts.directory(key), raw=raw), prefix=prefix)

    return opened


def _prefixes(chosen: Chosen, *, shown: bool) -> Prefixes:
    """Answer what lines begin with; they are aligned where a person is looking."""
    desired = chosen.project.loaded.desired.tasks
    names = chosen.named or tuple(dict.fromkeys([*desired, *(one.task_id for one in chosen.attempts)]))
    checks = {
        name: [one.name for one in desired[name].contract.checks] if name in desired else [] for name in names
    }
    several = (
        len(chosen.attempts) > 1 or (chosen.named is None and len(names) > 1) or len(chosen.named or ()) > 1
    )
    room = console.room()
    return Prefixes(
        names=names,
        several=several,
        columns=0 if room is None else columns(checks if several else {}, room // 3),
        paint=console.paint(sys.stdout),
        shown=shown,
    )


def _print(tails: Sequence[Tail]) -> None:
    paint = console.paint(sys.stdout)
    for tail in tails:
        above = heading(tail.key.task_id, tail.key.number)
        if len(tails) > 1 and not console.out(f"{paint(above, Role.STRONG)}\n"):
            return
        told = False
        for text in tail.lines(last=True):
            told = True
            if not console.out(text):
                return
        if not (_missed(tail) or told):
            console.note(f"{_name(tail)} has printed nothing.")


def _name(tail: Tail) -> str:
    return f"{tail.key.task_id} (attempt {tail.key.number})"


def _missed(tail: Tail) -> bool:
    """Tell of a stream that nobody could write down for people, on a full disk say; whether it is so."""
    missed = not tail.path.exists() and log_path(tail.path.parent, raw=True).exists()
    if missed:
        console.note(f"{_name(tail)} left no transcript; read its stream with --raw.")
    return missed


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
        time.sleep(PATIENCE if following.waiting else PAUSE)
