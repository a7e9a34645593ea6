"""Events are values with a sentence."""

from __future__ import annotations

from specrun.core.event import Event, EventKind


def test_events_compare_by_value() -> None:
    one = Event(at=1.0, kind=EventKind.ENDED, message="hello")
    assert one == Event(at=1.0, kind=EventKind.ENDED, message="hello")
    assert one != Event(at=2.0, kind=EventKind.ENDED, message="hello")
