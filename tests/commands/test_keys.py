"""Tests single keys at a terminal."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
BEGIN = """
import fcntl, os, sys, termios, time
fcntl.ioctl(2, termios.TIOCSCTTY, 0)
from specrun.commands.keys import Keys
def tell(*what): print(*what, flush=True)
def typed(keys):
    while not (found := keys.pressed()): time.sleep(0.002)
    return found
"""


class Terminal:
    """A terminal of its own for scripts that begin as its only session."""

    def __init__(self) -> None:
        self._ours, self.theirs = pty.openpty()
        self.first = self.mode()

    def mode(self) -> list[Any]:
        return termios.tcgetattr(self.theirs)

    def type(self, keys: bytes) -> None:
        os.write(self._ours, keys)

    def echoed(self) -> bytes:
        os.write(self.theirs, b"!")  # so that there is something to read
        return os.read(self._ours, 100)

    def run(self, script: str, stdin: int | None = None) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", BEGIN + script],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=self.theirs if stdin is None else stdin,
            stdout=subprocess.PIPE,
            stderr=self.theirs,
            start_new_session=True,
            text=True,
        )

    def close(self) -> None:
        os.close(self._ours)
        os.close(self.theirs)


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    made = Terminal()
    yield made
    made.close()


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().rstrip()


def test_a_key_is_heard_without_enter_and_the_terminal_is_given_back(terminal: Terminal) -> None:
    process = terminal.run(
        "with Keys() as keys:\n tell(keys.heard, repr(keys.pressed()))\n tell(typed(keys))\ntell(keys.heard)"
    )
    assert said(process) == "True ''"
    local = terminal.mode()[3]
    assert not local & (termios.ICANON | termios.ECHO)
    assert local & termios.ISIG
    terminal.type(b"q")
    assert said(process) == "q"
    assert said(process) == "False"
    process.communicate(timeout=20)
    assert terminal.mode() == terminal.first
    assert terminal.echoed() == b"!"


@pytest.mark.parametrize(
    "script",
    [
        "with Keys() as keys:\n tell(keys.heard)\n 1 / 0",
        "with Keys() as keys:\n tell(keys.heard)\n sys.exit(3)",
        "keys = Keys()\nkeys.__enter__()\ntell(keys.heard)",
    ],
)
def test_the_terminal_is_given_back_however_it_ends(terminal: Terminal, script: str) -> None:
    process = terminal.run(script)
    assert process.communicate(timeout=20)[0] == "True\n"
    assert terminal.mode() == terminal.first


def test_ctrl_c_stays_a_signal(terminal: Terminal) -> None:
    process = terminal.run("with Keys() as keys:\n tell(keys.heard)\n typed(keys)")
    assert said(process) == "True"
    terminal.type(b"\x03")
    process.communicate(timeout=20)
    assert process.returncode == -2
    assert terminal.mode() == terminal.first


BEHIND = """
if os.fork():
    sys.exit(os.waitstatus_to_exitcode(os.wait()[1]))
os.setpgid(0, 0)
with Keys() as keys:
    tell(keys.heard, repr(keys.pressed()))
"""


def test_in_the_background_nothing_is_read_or_changed(terminal: Terminal) -> None:
    terminal.type(b"q\n")
    process = terminal.run(BEHIND)
    assert process.communicate(timeout=20)[0] == "False ''\n"
    assert process.returncode == 0
    assert terminal.mode() == terminal.first


@pytest.mark.parametrize("place", ["pipe", "other"])
def test_keys_elsewhere_are_none_of_its_business(terminal: Terminal, place: str) -> None:
    script = "with Keys() as keys:\n tell(keys.heard, repr(keys.pressed()))"
    if place == "pipe":
        process = terminal.run(script, subprocess.DEVNULL)
        assert process.communicate(timeout=20)[0] == "False ''\n"
    else:
        other = Terminal()
        process = terminal.run(script, other.theirs)
        assert process.communicate(timeout=20)[0] == "False ''\n"
        assert other.mode() == other.first
        other.close()


def test_what_changed_the_mode_while_it_was_stopped_is_changed_again(terminal: Terminal) -> None:
    process = terminal.run(
        """
with Keys() as keys:
    cooked = termios.tcgetattr(2)
    cooked[3] |= termios.ICANON
    termios.tcsetattr(2, termios.TCSANOW, cooked)
    os.kill(os.getpid(), 18)
    tell(keys.resumed, repr(keys.pressed()))
    tell(typed(keys))
"""
    )
    assert said(process) == "True ''"
    terminal.type(b"x")
    assert said(process) == "x"
    process.communicate(timeout=20)
    assert terminal.mode() == terminal.first
