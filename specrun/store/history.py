"""Keeps what happened in a file that is never rewritten, and reads it back from its end."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from specrun.core.event import Event, EventKind
from specrun.core.task import Json, TaskId, split_id
from specrun.errors import EnvironmentProblem
from specrun.store.documents import FORMAT, LATEST, opened, parse, writing
from specrun.store.json_values import get, mapping, newer, optional, text, whole
from specrun.store.layout import Layout
from specrun.system.files import append_line

_BLOCK = 64 * 1024
_LONGEST = 1024 * 1024
"""Bytes of a line that are looked at; events are short, and a longer line is none."""

_DISORDER = 3600.0
"""Seconds by which a line may be older than those before it: several specruns write, and clocks are set."""


class History:
    """events.jsonl of one working tree, one event per line."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def append(self, events: Sequence[Event]) -> None:
        """Add events durably, with one write for all of them. Raises EnvironmentProblem."""
        if not events:
            return
        if not self._layout.home.exists():
            self._layout.create()
        lines = "\n".join(_line(event) for event in events)
        with writing(self._layout.events, "free some space, or set SPECRUN_HOME to another disk"):
            append_line(self._layout.events, lines)

    def read(
        self,
        *,
        tasks: Collection[TaskId] | None = None,
        specs: Collection[str] | None = None,
        since: float | None = None,
        limit: int | None = None,
    ) -> tuple[Event, ...]:
        """Answer what happened, the newest last: the newest `limit` events from the moment `since` on.

        With `tasks` or `specs` only what is about those. A torn last line, and lines that this specrun does
        not know, are passed over. Raises EnvironmentProblem.
        """
        found: list[Event] = []
        for raw in _backwards(self._layout.events):
            if limit is not None and len(found) >= limit:
                break
            event = _event(raw)
            if event is None:
                continue
            if since is not None and event.at < since - _DISORDER:
                break
            about = event.task_id
            if since is not None and event.at < since:
                continue
            if tasks is not None and about not in tasks:
                continue
            if specs is not None and (about is None or split_id(about)[0] not in specs):
                continue
            found.append(event)
        return tuple(reversed(found))


def _line(event: Event) -> str:
    values: dict[str, Json] = {
        "format": FORMAT,
        "at": event.at,
        "kind": str(event.kind),
        "message": event.message,
        "task": event.task_id,
        "number": event.number,
        "data": dict(event.data),
    }
    return json.dumps(values, sort_keys=True)


def _event(raw: bytes) -> Event | None:
    """Read a line; None for what is no event, or one of a kind that this specrun does not know."""
    try:
        item = mapping("event", parse(raw))
        if get(item, "format", whole) != FORMAT:
            return None
        task_id = newer(item, "task", optional(text), None)
        return Event(
            at=get(item, "at", _moment),
            kind=EventKind(get(item, "kind", text)),
            message=get(item, "message", text),
            task_id=None if task_id is None else TaskId(task_id),
            number=newer(item, "number", optional(whole), None),
            data=newer(item, "data", _data, {}),
        )
    except ValueError:
        return None


def _moment(value: Json) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < LATEST:
        return float(value)
    raise ValueError("a moment is expected")


def _data(value: Json) -> dict[str, Json]:
    return mapping("data", value)


def _backwards(path: Path) -> Iterator[bytes]:
    """Yield the lines of a file, the last first; none when it is missing. Raises EnvironmentProblem."""
    try:
        with opened(path) as (handle, size):
            yield from _lines(handle, size)
    except FileNotFoundError:
        return
    except OSError as exc:
        raise EnvironmentProblem(f"cannot read {path}: {exc.strerror}", "make it readable") from exc


def _lines(handle: int, size: int) -> Iterator[bytes]:
    """Yield the lines, block by block; what is behind the last line break, or too long, is left out."""
    # Of the line whose beginning is not read yet; None while it counts for nothing.
    rest: bytes | None = None
    for end in range(size, 0, -_BLOCK):
        start = max(end - _BLOCK, 0)
        first, *lines = os.pread(handle, end - start, start).split(b"\n")
        if lines:
            last = lines.pop()
            if rest is not None:
                yield last + rest
            yield from reversed(lines)
            rest = first
        elif rest is not None:
            rest = first + rest
        if rest is not None and len(rest) > _LONGEST:
            rest = None
    if rest is not None:
        yield rest
