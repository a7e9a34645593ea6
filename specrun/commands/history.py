"""`specrun history`: show what has happened, the newest last."""

from __future__ import annotations

import sys
import time
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path

import click

from specrun import wiring
from specrun.commands import console, flags
from specrun.core.task import TaskId, split_id
from specrun.errors import ExitCode, UsageProblem
from specrun.report.history import document, text
from specrun.report.text import line
from specrun.spec.units import seconds
from specrun.store.history import History

_FEW = 8


class Since(click.ParamType[float]):
    """A moment, in seconds since the epoch: a length of time before now, or a date."""

    name = "since"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read `2h`, `2026-11-29` or `2026-11-29T20:00:00Z`, in UTC where no zone is said."""
        told = str(value)
        try:
            return time.time() - seconds(told)
        except ValueError:
            pass
        try:
            when = datetime.fromisoformat(told)
        except ValueError:
            wanted = "write for example 2h, 3d, 2026-11-29 or 2026-11-29T20:00Z"
            self.fail(f"{told!r} is neither a length of time nor a date; {wanted}", param, ctx)
        return when.replace(tzinfo=when.tzinfo or UTC).timestamp()


@click.command(short_help="Show what has happened.")
@click.argument("names", nargs=-1, metavar="[TASK|SPEC]...")
@click.option("-n", "number", type=click.IntRange(1), default=50, show_default=True, help="Show the last N.")
@click.option("--since", type=Since(), metavar="WHEN", help="Begin that long ago (2h), or at a date (UTC).")
@flags.as_json
@click.pass_obj
def command(
    directory: Path | None, names: tuple[str, ...], *, number: int, since: float | None, as_json: bool
) -> ExitCode:
    """Show what has happened in this working tree, of some tasks or specs or of all, the newest last.

    Those that no spec knows any more may be named, too.
    """
    project = wiring.open_project(directory, (), broken=True)
    history = History(project.layout)
    # A name may be known from long ago only.
    events = history.read(since=None if names else since)
    if names:
        wanted = _meant(project, names, {one.task_id for one in events if one.task_id is not None})
        events = tuple(one for one in events if one.task_id in wanted and one.at >= (since or 0))
    shown = events[-number:]
    earlier = len(events) - len(shown)
    if as_json:
        console.document(document(shown, earlier))
    else:
        console.out(text(shown, earlier, room=console.room(), paint=console.paint(sys.stdout)))
    return ExitCode.OK


def _meant(project: wiring.Project, names: Sequence[str], known: Iterable[TaskId]) -> Collection[TaskId]:
    """Answer the tasks that are named, as task or by their spec. Raises UsageProblem for an unknown name."""
    files = {spec.path: spec.name for spec in project.loaded.desired.specs.values()}
    tasks = frozenset((*project.loaded.desired.tasks, *known))
    found: set[TaskId] = set()
    for name in names:
        word = files.get(name, name).casefold()
        mine = {one for one in tasks if word in {one.casefold(), *map(str.casefold, split_id(one))}}
        if not mine:
            raise UsageProblem(f"nothing is known of {line(name)!r}", _advice(word, tasks))
        found |= mine
    return found


def _advice(word: str, tasks: Iterable[TaskId]) -> str:
    names = sorted({part for one in tasks for part in (one, *split_id(one))})
    near = get_close_matches(word, names, 1)
    if near:
        return f"did you mean {near[0]}?"
    return f"name one of {', '.join(names)}" if 0 < len(names) <= _FEW else "see `specrun history`"
