"""Tests how events are listed."""

from __future__ import annotations

from dataclasses import replace

from specrun.core.event import Event, EventKind
from specrun.core.task import TaskId
from specrun.report.colour import Paint, Role
from specrun.report.history import document, text
from specrun.report.text import clean
from tests.report.values import NOW

STARTED = Event(
    at=NOW,
    kind=EventKind.STARTED,
    task_id=TaskId("auth/schema"),
    number=1,
    message="auth/schema started (attempt 1, run, shell on tmux)",
)
FAILED = Event(
    at=NOW + 62,
    kind=EventKind.ENDED,
    task_id=TaskId("auth/api"),
    number=2,
    message="auth/api failed in 62.00s: check_failed: lint\x1b[2J",
    data={"seconds": 62.0, "reason": "check_failed: lint\x1b[2J"},
)
OTHER = Event(at=NOW + 63, kind=EventKind.ENDED, message="all is well")


def test_lines_are_aligned_and_harmless() -> None:
    assert text([STARTED, FAILED, OTHER], 0).splitlines() == [
        "2027-01-15T08:00:00Z auth/schema started (attempt 1, run, shell on tmux)",
        "2027-01-15T08:01:02Z auth/api    failed in 1m 02s: checks failed: lint",
        "2027-01-15T08:01:03Z             all is well",
    ]
    assert text([OTHER], 0) == "2027-01-15T08:01:03Z all is well\n"


def test_what_is_left_out_is_counted() -> None:
    told = text([FAILED], 3).splitlines()
    assert told[0] == "3 earlier events not shown; -n 4 shows all."
    assert len(told) == 2
    assert text([], 0) == "No event is known.\n"


def test_a_terminal_is_not_overrun() -> None:
    assert text([STARTED], 0, room=40) == "2027-01-15T08:00:00Z auth/schema star...\n"


def test_document() -> None:
    told = document([FAILED], 3)
    assert (told["format_version"], told["earlier"]) == (1, 3)
    assert told["events"] == [
        {
            "type": "ended",
            "at": "2027-01-15T08:01:02Z",
            "address": "auth/api",
            "attempt": 2,
            "message": FAILED.message,
            "data": dict(FAILED.data),
        }
    ]


def test_colours_change_nothing_else() -> None:
    paint = Paint(on=True)
    ended = replace(FAILED, data={**FAILED.data, "status": "failed"})
    told = text([STARTED, ended], 1, paint=paint)
    assert f"{paint('2027-01-15T08:01:02Z', Role.FAINT)} auth/api    {paint('failed', Role.BAD)} in" in told
    assert clean(told) == text([STARTED, ended], 1)
    assert clean(text([ended], 0, room=24, paint=paint)) == text([ended], 0, room=24)
