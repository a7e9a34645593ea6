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
@click.pass_obj
def command(directory: Path | None, task: str | None, number: int | None, *, follow: bool) -> ExitCode:
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
    if follow:
        _follow(project, chosen)
    else:
        _print(project, chosen)
    return ExitCode.OK


def _picked(name: TaskId, attempts: Sequence[Attempt], number: int | None) -> Attempt:
    if not attempts:
        raise UsageProblem(f"{name} has no attempt on this machine", "run specrun apply")
    for one in attempts:
        if number in {None, one.number} and (number is not None or one is attempts[-1]):
            return one
    known = ", ".join(str(one.number) for one in attempts)
    raise UsageProblem(f"{name} has no attempt {number}", f"pass one of {known}")


def _tail(project: wiring.Project, one: Attempt, prefix: str = "") -> Tail:
    key = AttemptKey(one.task_id, one.number)
    return Tail(key=key, path=project.attempts.directory(key) / "output.log", prefix=prefix)


def _print(project: wiring.Project, chosen: Sequence[Attempt]) -> None:
    for one in chosen:
        if len(chosen) > 1 and not console.out(f"==> {one.task_id} (attempt {one.number}) <==\n"):
            return
        for text in _tail(project, one).lines(last=True):
            if not console.out(text):
                return


def _follow(project: wiring.Project, chosen: Sequence[Attempt]) -> None:
    tails = [_tail(project, one, f"{one.task_id} | " if len(chosen) > 1 else "") for one in chosen]
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
        tails = [tail for tail in tails if tail.key in running]
        if not tails:
            return
        time.sleep(PAUSE)
