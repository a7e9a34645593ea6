"""Appends what happened to a file that is never rewritten."""

from __future__ import annotations

import json
from collections.abc import Sequence

from specrun.core.event import Event
from specrun.core.task import Json
from specrun.store.documents import FORMAT, writing
from specrun.store.layout import Layout
from specrun.system.files import append_line


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
