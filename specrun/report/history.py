"""Shows what has happened: one line per event, the newest last."""

from __future__ import annotations

from collections.abc import Sequence

from specrun import __version__
from specrun.core.event import Event
from specrun.core.task import Json
from specrun.report.colour import PLAIN, Paint, Role
from specrun.report.events import entry, plain
from specrun.report.roles import word
from specrun.report.text import cut, line, pad, width
from specrun.report.words import count, moment, span

FORMAT = 1


def text(events: Sequence[Event], earlier: int, *, room: int | None = None, paint: Paint = PLAIN) -> str:
    """Answer aligned lines, of `room` columns where given; `earlier` counts those that are left out."""
    rows = [_row(event) for event in events]
    wide = max((width(task) for _, task, _ in rows), default=0)
    lines = [f"{at} {pad(task, wide)} {told}" if wide else f"{at} {told}" for at, task, told in rows]
    if room is not None:
        lines = [cut(one, room) for one in lines]
    lines = [_tinted(one, event, paint) for one, event in zip(lines, events, strict=True)]
    if earlier:
        lines.insert(0, f"{count(earlier, 'earlier event')} not shown; -n {earlier + len(events)} shows all.")
    return "".join(f"{one}\n" for one in lines) or "No event is known.\n"


def _tinted(row: str, event: Event, paint: Paint) -> str:
    """Colour the moment, and the word for how something has ended."""
    at = moment(event.at)
    rest, status = row.removeprefix(at), event.data.get("status")
    if isinstance(status, str):
        before, found, after = rest.partition(f" {status}")
        rest = f"{before} {word(status, paint)}{after}" if found else rest
    return f"{paint(at, Role.FAINT)}{rest}" if row.startswith(at) else row


def _row(event: Event) -> tuple[str, str, str]:
    """Answer the time, the task, and what became of it."""
    at = moment(event.at)
    task = line(event.task_id or "")
    told = plain(event).removeprefix(f"{at} ").removeprefix(task and f"{task} ")
    seconds = event.data.get("seconds")
    if isinstance(seconds, int | float):
        told = told.replace(f" in {seconds:.2f}s", f" in {span(seconds)}", 1)
    return at, task, told


def document(events: Sequence[Event], earlier: int) -> dict[str, Json]:
    """Answer the events for scripts."""
    return {
        "format_version": FORMAT,
        "tool_version": __version__,
        "earlier": earlier,
        "events": [entry(event) for event in events],
    }
