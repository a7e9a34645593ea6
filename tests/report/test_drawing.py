"""Tests a block of lines that is updated in place, on a real terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from specrun.report.drawing import Drawing
from tests.poll import until


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
    assert "[red]a[/] :x: [link=b]c\x1b[K\n" in Drawing().update(["[red]a[/] :x: [link=b]c"], 80, 24)


def test_the_same_rows_are_not_written_again() -> None:
    drawing = Drawing()
    assert drawing.update(["a"], 80, 24)
    assert drawing.update(["a"], 80, 24) == ""
    assert drawing.clear(80, 24)
    assert drawing.clear(80, 24) == ""
    assert drawing.update(["a"], 80, 24)


def test_only_lines_that_differ_are_written() -> None:
    drawing = Drawing()
    drawing.update(["one", "two", "three"], 80, 24)
    assert drawing.update(["one", "2", "three"], 80, 24) == "\r\x1b[3A\n2\x1b[K\n\n"
    assert drawing.update(["one"], 80, 24) == "\r\x1b[3A\n\x1b[2K\n\x1b[2K\n\x1b[2A"
    assert drawing.update(["one", "two"], 80, 24) == "\r\x1b[1A\ntwo\x1b[K\n"


def test_what_was_left_where_it_is_is_not_touched_again() -> None:
    drawing = Drawing()
    drawing.update(["one"], 80, 24)
    drawing.forget()
    assert drawing.clear(80, 24) == ""
    assert drawing.update(["one"], 80, 24) == "one\x1b[K\n"


def test_colours_take_no_room() -> None:
    drawing = Drawing()
    drawing.update([f"\x1b[31m{'x' * 10}\x1b[0m"], 20, 24)
    assert drawing.clear(10, 24) == "\r\x1b[2K\x1b[1A\x1b[2K"


def test_rich_is_loaded_only_when_the_size_of_the_terminal_is_another() -> None:
    script = "import sys, specrun.commands.converging; assert 'rich' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
