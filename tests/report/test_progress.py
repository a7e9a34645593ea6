"""Tests the lines that are updated in place."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.core.change import Action, ReasonCode, Start, Verify
from specrun.core.world import Phase
from specrun.report.progress import Drawing, bar, block
from specrun.report.status import State
from specrun.report.text import width
from tests.poll import until
from tests.report.values import attempt, decision, desired, plan, proving, run, task, world

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


def test_checks_that_run_are_work() -> None:
    wanted = desired(task("demo/a"), task("demo/b"))
    seen = world(run("demo/b"), attempts=[proving("demo/a", 1, ["test", "lint"], Phase.RUNNING)])
    at_work = decision("demo/a", Action.ADOPT, (ReasonCode.PROVING, ""))
    again = decision("demo/b", Action.VERIFY, (ReasonCode.CHECKS_CHANGED, ""), ready=True)
    begun = replace(plan(at_work, again), changes=(Verify(again),))
    assert block(wanted, seen, begun, room=60, rows=4) == (
        "> demo/a 1m 05s check 1 of 2: test",
        "> demo/b",
        "[....................] 0/2, 2 verifying",
    )
    assert block(wanted, seen, begun, room=34, rows=4)[0] == "> demo/a 1m 05s check 1 of 2: test"


def test_the_bar_gives_way_to_words() -> None:
    states = Counter({State.SUCCEEDED: 2, State.PENDING: 1, State.FAILED: 1})
    assert bar(states, 4, 40) == "[###############.....] 3/4, 1 failed"
    assert bar(states, 4, 15) == "3/4, 1 failed"
    assert bar(Counter(), 0, 20) == "[##############] 0/0"


class Pane:
    """A real terminal, a pane of tmux, for a drawing to be written to."""

    def __init__(self, socket: str, columns: int, lines: int) -> None:
        self._socket = socket
        self._size = (columns, lines)
        self._tmux("new-session", "-d", "-x", str(columns), "-y", str(lines), "cat")
        self._tty = Path(self._tmux("display-message", "-p", "#{pane_tty}").strip())
        self._drawing = Drawing()

    def update(self, *rows: str) -> None:
        self.write(self._drawing.update(rows, *self._size))

    def clear(self) -> None:
        self.write(self._drawing.clear(*self._size))

    def write(self, text: str) -> None:
        with self._tty.open("w") as stream:
            stream.write(text)

    def resize(self, columns: int, lines: int) -> None:
        self._tmux("resize-window", "-x", str(columns), "-y", str(lines))
        self._size = (columns, lines)

    def shows(self, *rows: str) -> None:
        """Wait until this and nothing else is there, what has left the screen at its top included."""
        told: list[str] = []

        def same() -> bool:
            told[:] = self._tmux("capture-pane", "-p", "-S", "-").rstrip().splitlines()
            return told == list(rows)

        try:
            until(same, timeout=5)
        except AssertionError:
            pytest.fail("\n".join(told))

    def cursor(self) -> str:
        return self._tmux("display-message", "-p", "#{cursor_x} #{cursor_flag}").strip()

    def _tmux(self, *words: str) -> str:
        argv = ["tmux", "-L", self._socket, "-f", os.devnull, *words]
        return subprocess.run(argv, check=True, capture_output=True, text=True).stdout


@pytest.mark.tmux
def test_lines_stay_above_a_block_that_changes_in_place(tmux_socket: str) -> None:
    pane = Pane(tmux_socket, 40, 6)
    pane.write("$ specrun apply\n")
    pane.update("one", "two", "[..] 0/2")
    pane.shows("$ specrun apply", "one", "two", "[..] 0/2")
    pane.update("two", "[#.] 1/2")
    pane.shows("$ specrun apply", "two", "[#.] 1/2")
    lines = [f"event {number}" for number in range(9)]
    for number, line in enumerate(lines):
        pane.clear()
        pane.write(f"{line}\n")
        pane.update("two", f"{number}/9", "a third row", "a fourth", "a fifth")
    pane.shows("$ specrun apply", *lines, "two", "8/9", "a third row", "a fourth", "a fifth")
    assert pane.cursor() == "0 1"
    pane.clear()
    pane.shows("$ specrun apply", *lines)
    pane.clear()
    pane.write("$\n")
    pane.shows("$ specrun apply", *lines, "$")


@pytest.mark.tmux
@pytest.mark.parametrize("columns", [5, 9, 10, 11, 19, 20, 21, 39, 60])
def test_a_terminal_that_got_another_width_is_not_garbled(tmux_socket: str, columns: int) -> None:
    pane = Pane(tmux_socket, 40, 30)
    # Lines of a longer screen leave it at its top, and what has left it can be wiped no more.
    events = [f"e {number}" for number in range(16)]
    pane.write("\n".join([*events, ""]))
    rows = ("words of a row, and more of them", "x" * 20, "\u6f22" * 10, "", "last row 10")
    pane.update(*rows)
    pane.shows(*events, *rows)
    pane.resize(columns, 30)
    pane.update("new")
    pane.shows(*events, "new")
    pane.resize(40, 10)
    pane.clear()
    pane.shows(*events)


@pytest.mark.tmux
def test_a_block_as_high_as_the_terminal_leaves_nothing_behind(tmux_socket: str) -> None:
    pane = Pane(tmux_socket, 20, 6)
    pane.update("1", "2", "3", "4", "5")
    pane.shows("1", "2", "3", "4", "5")
    pane.update("6", "7", "8", "9", "10")
    pane.shows("6", "7", "8", "9", "10")
    pane.clear()
    pane.write("event\n")
    pane.shows("event")


def test_rows_are_text_and_no_markup() -> None:
    assert "[red]a[/] :x: [link=b]c\n" in Drawing().update(["[red]a[/] :x: [link=b]c"], 80, 24)


def test_the_same_rows_are_not_written_again() -> None:
    drawing = Drawing()
    assert drawing.update(["a"], 80, 24)
    assert drawing.update(["a"], 80, 24) == ""
    assert drawing.clear(80, 24)
    assert drawing.clear(80, 24) == ""
    assert "a\n" in drawing.update(["a"], 80, 24)


@pytest.mark.parametrize("name", ["NO_COLOR", "FORCE_COLOR", "COLUMNS", "TTY_COMPATIBLE", "TTY_INTERACTIVE"])
def test_the_environment_has_no_say_in_a_drawing(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    plain = Drawing().update(["1 running"], 80, 24)
    monkeypatch.setenv(name, "0")
    assert Drawing().update(["1 running"], 80, 24) == plain
    assert "?25l" not in plain  # a hidden cursor would stay hidden after a kill


def test_rich_is_loaded_for_a_drawing_alone() -> None:
    script = "import sys, specrun.commands.converging; assert 'rich' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
