"""Tests how events are told."""

from __future__ import annotations

from dataclasses import replace

from specrun import __version__
from specrun.core.event import Event, EventKind
from specrun.core.task import TaskId
from specrun.report.colour import Paint
from specrun.report.events import detached, entry, first, last, plain
from tests.report.values import NOW

EVENT = Event(
    at=NOW,
    kind=EventKind.STARTED,
    message="demo/a started\x1b[1m",
    task_id=TaskId("demo/a"),
    number=2,
    data={"x": 1},
)


def test_plain() -> None:
    assert plain(EVENT) == "2027-01-15T08:00:00Z demo/a started"
    told = "demo/a cancelled in 2.00s: stop_requested"
    ended = Event(at=NOW, kind=EventKind.ENDED, message=told, data={"reason": "stop_requested"})
    assert plain(ended) == "2027-01-15T08:00:00Z demo/a cancelled in 2.00s: stopped by a person"


def test_entry() -> None:
    assert entry(EVENT) == {
        "type": "started",
        "at": "2027-01-15T08:00:00Z",
        "address": "demo/a",
        "attempt": 2,
        "message": "demo/a started\x1b[1m",
        "data": {"x": 1},
    }


def test_the_stream_begins_with_its_version_and_ends_with_the_code() -> None:
    begin = first("d1")
    assert (begin["type"], begin["format_version"], begin["tool_version"]) == ("version", 1, __version__)
    assert detached("/s/x.log", 7)["log"] == "/s/x.log"
    assert last("3 tasks", 1) == {"type": "end", "exit_code": 1, "message": "3 tasks"}


def test_how_something_ended_is_told_in_colour() -> None:
    message = "demo/failed failed in 2s: it failed"
    ended = replace(EVENT, kind=EventKind.ENDED, message=message, data={"status": "failed"})
    told = plain(ended, Paint(on=True))
    assert told == "2027-01-15T08:00:00Z demo/failed \x1b[31mfailed\x1b[0m in 2s: it failed"
    assert plain(replace(ended, data={"status": "lost"}), Paint(on=True)).endswith(message)
    assert plain(ended).endswith(f" {message}")
