"""Tests the append-only history."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from specrun.core.event import Event, EventKind
from specrun.core.task import TaskId
from specrun.errors import EnvironmentProblem
from specrun.store.history import History
from specrun.store.layout import Layout
from tests.store.full import full_disk

LATER = Event(
    at=2.5, kind=EventKind.STARTED, message="go ü", task_id=TaskId("a/b"), number=1, data={"x": [1]}
)
FIRST = Event(at=1.0, kind=EventKind.ENDED, message="first")


def test_events_are_lines(tmp_path: Path) -> None:
    layout = Layout(home=tmp_path / "own", digest="0" * 8)
    history = History(layout)
    history.append([])
    assert not layout.events.exists()
    history.append([FIRST, FIRST])
    with layout.events.open("a") as file:
        file.write('{"torn')
    history.append([LATER])

    lines = [json.loads(line) for line in layout.events.read_text().splitlines()]

    assert [line["message"] for line in lines] == ["first", "first", "go ü"]
    assert lines[2] == {
        "format": 1,
        "at": 2.5,
        "kind": "started",
        "message": "go ü",
        "task": "a/b",
        "number": 1,
        "data": {"x": [1]},
    }


def test_a_full_disk_is_one_line(layout: Layout) -> None:
    with full_disk(), pytest.raises(EnvironmentProblem, match=r"cannot write .*events.jsonl"):
        History(layout).append([LATER])
