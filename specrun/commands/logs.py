"""`specrun logs`: show what workers printed, harmless for the terminal."""

from __future__ import annotations

import codecs
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from specrun import wiring
from specrun.commands import console
from specrun.commands.standing import OPEN
from specrun.core.select import select
from specrun.core.task import TaskId
from specrun.core.world import Attempt
from specrun.errors import ExitCode, UsageProblem
from specrun.ports import AttemptKey
from specrun.report.text import clean
from specrun.store.logs import log_path

PAUSE = 0.2
CHUNK = 1 << 16


@dataclass(slots=True, kw_only=True)
class Tail:
    """The place reached in one log; whole lines are taken, since escape sequences do not cross line ends."""

    key: AttemptKey
    path: Path
    prefix: str
    offset: int = 0
    rest: str = ""
    decoder: codecs.IncrementalDecoder = field(
        default_factory=lambda: codecs.getincrementaldecoder("utf-8")("replace")
    )

    def lines(self, *, last: bool = False) -> Iterator[str]:
        """Answer what is new, harmless; `last` gives out an unfinished line too."""
        for chunk in self._chunks():
            *whole, self.rest = (self.rest + self.decoder.decode(chunk)).split("\n")
            for one in whole:
                yield self._shown(one)
        if last:
            end, self.rest = self.rest + self.decoder.decode(b"", final=True), ""
            if end:
                yield self._shown(end)

    def _chunks(self) -> Iterator[bytes]:
        try:
            with self.path.open("rb") as file:
                file.seek(self.offset)
                while chunk := file.read(CHUNK):
                    self.offset += len(chunk)
                    yield chunk
        except FileNotFoundError:
            return

    def _shown(self, one: str) -> str:
        rows = clean(one.rstrip("\r")).split("\n")
        return "".join(f"{self.prefix}{row}\n" for row in rows)


@click.command(short_help="Show what workers printed.")
@click.argument("task", required=False)
@click.option("-f", "--follow", is_flag=True, help="Go on until the worker has ended.")
@click.option("--attempt", "number", type=click.IntRange(1), metavar="N", help="An earlier attempt.")
@click.option("--raw", is_flag=True, help="Show an agent's stream instead of what it says for people.")
@click.pass_obj
def command(
    directory: Path | None, task: str | None, number: int | None, *, follow: bool, raw: bool
) -> ExitCode:
    """Show the log of TASK's last attempt; without TASK, those of all tasks."""
    if number is not None and task is None:
        raise UsageProblem("--attempt needs a task", "name the task")
    project = wiring.open_project(directory, (), broken=True)
    found = project.attempts.scan()
    if task is None:
        tasks = project.loaded.desired.tasks or found
        chosen = [found[name][-1] for name in sorted(found) if found[name] and name in tasks]
    else:
        name = select([task], dict.fromkeys([*project.loaded.desired.tasks, *found]))[0]
        chosen = [_picked(name, found.get(name, ()), number)]
    if not chosen:
        console.note("No attempt has left a log on this machine yet.")
    tails = [
        _tail(project, one, f"{one.task_id} | " if follow and len(chosen) > 1 else "", raw=raw)
        for one in chosen
    ]
    if follow:
        _follow(project, tails)
    else:
        _print(tails)
    return ExitCode.OK


def _picked(name: TaskId, attempts: Sequence[Attempt], number: int | None) -> Attempt:
    if not attempts:
        raise UsageProblem(f"{name} has no attempt on this machine", "run specrun apply")
    for one in attempts:
        if number in {None, one.number} and (number is not None or one is attempts[-1]):
            return one
    known = ", ".join(str(one.number) for one in attempts)
    raise UsageProblem(f"{name} has no attempt {number}", f"pass one of {known}")


def _tail(project: wiring.Project, one: Attempt, prefix: str, *, raw: bool) -> Tail:
    key = AttemptKey(one.task_id, one.number)
    return Tail(key=key, path=log_path(project.attempts.directory(key), raw=raw), prefix=prefix)


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


def _follow(project: wiring.Project, tails: Sequence[Tail]) -> None:
    while True:
        running = {
            AttemptKey(one.task_id, one.number)
            for attempts in project.attempts.scan().values()
            for one in attempts
            if one.phase in OPEN
        }
        # Who was not running before the log is read has written its last line already.
        for tail in tails:
            for text in tail.lines(last=tail.key not in running):
                if not console.out(text):
                    return
            if tail.key not in running:
                _missed(tail)
        tails = [tail for tail in tails if tail.key in running]
        if not tails:
            return
        time.sleep(PAUSE)
