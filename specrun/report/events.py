"""Shows what happens while an apply goes on: a plain line or a JSON line per event."""

from __future__ import annotations

from specrun import __version__
from specrun.core.event import Event
from specrun.core.task import Json
from specrun.report.colour import PLAIN, Paint
from specrun.report.roles import word
from specrun.report.text import line
from specrun.report.words import ended, moment

FORMAT = 1


def plain(event: Event, paint: Paint = PLAIN) -> str:
    """Answer one line: the clock and what happened, the status of what has ended in its colour."""
    told, reason = event.message, event.data.get("reason")
    if isinstance(reason, str) and reason:
        told = told.replace(reason, ended(reason))
    told, status = line(told), event.data.get("status")
    if isinstance(status, str):
        before, found, after = told.partition(f" {status}")
        told = f"{before} {word(status, paint)}{after}" if found else told
    return f"{moment(event.at)} {told}"


def first(digest: str) -> dict[str, Json]:
    """Answer the first line of a stream: which format this is, and the plan it begins with."""
    return {
        "type": "version",
        "format_version": FORMAT,
        "tool_version": __version__,
        "digest": digest,
        "message": f"specrun {__version__}",
    }


def entry(event: Event) -> dict[str, Json]:
    """Answer one event for scripts."""
    return {
        "type": str(event.kind),
        "at": moment(event.at),
        "address": event.task_id,
        "attempt": event.number,
        "message": event.message,
        "data": dict(event.data),
    }


def detached(log: str, process: int) -> dict[str, Json]:
    """Answer the last line of a stream that goes on in a file: which file, and who writes it."""
    return {"type": "detached", "log": log, "process": process, "message": f"goes on in {log}"}


def last(summary: str, code: int) -> dict[str, Json]:
    """Answer the last line of a stream: how it ended."""
    return {"type": "end", "exit_code": code, "message": summary}
