"""Tests the lines that are updated in place."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.core.change import Action, ReasonCode, Start
from specrun.core.world import Phase
from specrun.report.progress import bar, block, erase, redraw
from specrun.report.status import State
from specrun.report.text import width
from tests.report.values import attempt, decision, desired, plan, run, task, world

NAMES = [f"demo/a-task-with-a-long-name-{number}" for number in range(6)]
WANTED = desired(task("demo/done"), *(task(name) for name in NAMES))
SEEN = world(run("demo/done"), attempts=[attempt(name, 1, Phase.RUNNING) for name in NAMES])
PLAN = plan(
    decision("demo/done", Action.REUSE),
    *(decision(name, Action.ADOPT, (ReasonCode.RUNNING, "")) for name in NAMES),
    live=NAMES,
)


def test_block() -> None:
    assert block(WANTED, SEEN, PLAN, room=60, rows=4) == (
        "> demo/a-task-with-a-long-name-0 1m 05s",
        "> demo/a-task-with-a-long-name-1 1m 05s",
        "  and 4 more",
        "[##..................] 1/7, 6 running",
    )


@given(st.integers(10, 200), st.integers(1, 20))
def test_a_block_fits_any_terminal(room: int, rows: int) -> None:
    told = block(WANTED, SEEN, PLAN, room=room, rows=rows)
    assert len(told) <= rows
    assert all(width(row) <= room and row.isascii() for row in told)


def test_a_worker_that_is_being_stopped_is_marked() -> None:
    seen = world(attempts=[attempt("demo/a", 1, Phase.RUNNING)])
    stopping = plan(decision("demo/a", Action.STOP, (ReasonCode.STOP_REQUESTED, "")), live=["demo/a"])
    assert block(desired(task("demo/a")), seen, stopping, room=40, rows=3)[0] == "x demo/a 1m 05s"


def test_a_worker_that_has_just_been_started_is_shown() -> None:
    new = decision("demo/a", Action.RUN, (ReasonCode.NEW, ""), ready=True)
    told = block(desired(task("demo/a")), world(), replace(plan(new), changes=(Start(new),)), room=40, rows=3)
    assert told == ("> demo/a", "[....................] 0/1, 1 running")


def test_the_bar_gives_way_to_words() -> None:
    states = Counter({State.SUCCEEDED: 2, State.PENDING: 1, State.FAILED: 1})
    assert bar(states, 4, 40) == "[###############.....] 3/4, 1 failed"
    assert bar(states, 4, 15) == "3/4, 1 failed"
    assert bar(Counter(), 0, 20) == "[##############] 0/0"


@pytest.mark.parametrize(
    ("before", "room", "told"),
    [
        ((), 80, ""),
        (("a", "b"), 80, "\x1b[2A\r\x1b[J"),
        (("a" * 50, "b"), 20, "\x1b[4A\r\x1b[J"),
        (("",), 9, "\x1b[1A\r\x1b[J"),
    ],
)
def test_erase_counts_wrapped_lines(before: tuple[str, ...], room: int, told: str) -> None:
    assert erase(before, room) == told


def test_redraw() -> None:
    assert redraw(["old"], ["new", "two"], 80) == "\x1b[1A\r\x1b[Jnew\ntwo\n"
