"""Tests the append-only history."""

from __future__ import annotations

import json
import os
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest

from specrun.core.event import Event, EventKind
from specrun.core.task import TaskId
from specrun.errors import EnvironmentProblem
from specrun.store import history as module
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


@pytest.fixture
def history(layout: Layout) -> History:
    return History(layout)


def happened(number: int, task: str | None = "a/b", at: float | None = None) -> Event:
    return Event(
        at=float(number) if at is None else at,
        kind=EventKind.STARTED,
        message=f"event {number} ü",
        task_id=None if task is None else TaskId(task),
        number=number,
        data={"n": number},
    )


def test_events_come_back_the_newest_last(history: History) -> None:
    assert history.read() == ()
    history.append([FIRST, LATER])

    assert history.read() == (FIRST, LATER)
    assert history.read(limit=1) == (LATER,)
    assert history.read(limit=0) == ()


@pytest.mark.parametrize("block", [1, 7, 100, 1 << 16])
def test_blocks_may_end_anywhere(history: History, monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    monkeypatch.setattr(module, "_BLOCK", block)
    events = tuple(happened(number) for number in range(12))
    history.append(events)

    assert history.read() == events
    assert history.read(limit=5) == events[-5:]


def test_only_what_is_asked_for_is_answered(history: History) -> None:
    events = [happened(1), happened(2, "a/c"), happened(3, "x/b"), happened(4, None), happened(5)]
    history.append(events)

    def numbers(**asked: object) -> list[int | None]:
        return [event.number for event in history.read(**asked)]  # type: ignore[arg-type]  # any of its filters

    assert numbers(tasks={TaskId("a/b")}) == [1, 5]
    assert numbers(specs={"a"}) == [1, 2, 5]
    assert numbers(specs={"a"}, limit=2) == [2, 5]
    assert numbers(specs={"a"}, since=2.0) == [2, 5]
    assert numbers(since=3.0) == [3, 4, 5]
    assert numbers(tasks=()) == []


def test_lines_that_mean_nothing_here_are_passed_over(history: History, layout: Layout) -> None:
    history.append([happened(1)])
    (known,) = layout.events.read_text().splitlines()
    changes: tuple[dict[str, object], ...] = (
        {"format": 2},
        {"kind": "danced"},
        {"at": "now"},
        {"at": 1e300},
        {"at": True},
        {"task": 1},
        {"data": []},
        {"message": None},
        {"number": "1"},
    )
    foreign = [
        *("", "[]", "nonsense", "\x00", '{"format": 2}', "[" * 100_000, json.dumps({"format": 1})),
        *(json.dumps(json.loads(known) | change) for change in changes),
    ]
    with layout.events.open("ab") as file:
        file.write(b"\xff\n" + "".join(f"{line}\n" for line in foreign).encode())
    history.append([happened(2)])
    with layout.events.open("a") as file:
        file.write(known)

    assert history.read() == (happened(1), happened(2))


def test_what_an_earlier_or_later_release_writes_is_read(history: History, layout: Layout) -> None:
    history.append([FIRST])
    told = json.loads(layout.events.read_text())
    for name in ("task", "number", "data"):
        del told[name]
    layout.events.write_text(json.dumps({**told, "new": 1}) + "\n")

    assert history.read() == (FIRST,)


def test_a_line_without_end_is_no_event_and_takes_no_room(history: History, layout: Layout) -> None:
    history.append([happened(1)])
    with layout.events.open("ab") as file:
        for _ in range(64):
            file.write(b"x" * 1024 * 1024)
        file.write(b"\n")
    history.append([happened(2)])

    tracemalloc.start()
    try:
        assert history.read() == (happened(1), happened(2))
        assert tracemalloc.get_traced_memory()[1] < 16 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_the_newest_are_told_without_reading_all(
    history: History, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    history.append([happened(number, at=number * 100.0) for number in range(20_000)])
    read: list[int] = []
    plain = os.pread

    def counted(handle: int, size: int, start: int) -> bytes:
        read.append(size)
        return plain(handle, size, start)

    monkeypatch.setattr(os, "pread", counted)
    assert [event.number for event in history.read(limit=2)] == [19_998, 19_999]
    assert len(history.read(since=1_990_000.0)) == 100

    assert sum(read) < layout.events.stat().st_size / 4


def test_a_clock_that_was_set_back_a_little_hides_nothing(history: History) -> None:
    late = replace(happened(1), at=9000.0)
    early = replace(happened(2), at=8000.0)
    history.append([late, early, replace(happened(3), at=9001.0)])

    assert [event.number for event in history.read(since=8500.0)] == [1, 3]


@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_a_history_that_is_no_file_is_said(
    history: History, layout: Layout, kind: str, tmp_path: Path
) -> None:
    if kind == "link":
        (tmp_path / "other").write_text("{}\n")
        layout.events.symlink_to(tmp_path / "other")
    elif kind == "pipe":
        os.mkfifo(layout.events)
    else:
        layout.events.mkdir()

    with pytest.raises(EnvironmentProblem, match=r"cannot read .*events\.jsonl"):
        history.read()
