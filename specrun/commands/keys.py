"""Hears single keys at the terminal that a command owns, and gives the terminal back as it was."""

from __future__ import annotations

import atexit
import contextlib
import os
import select
import signal
import sys
import termios
from types import FrameType
from typing import Any, Self

_CHUNK = 64


class Keys:
    """What is typed while it is open; nothing is echoed or waits for Enter then, and signals stay signals.

    Keys are heard only where standard input is the terminal that standard error shows, and only in the
    foreground: whoever reads there, or changes its mode, in the background is stopped by the kernel. Ctrl-Z
    gives the terminal back, and `resumed` says afterwards that others may have written to it.
    """

    def __init__(self) -> None:
        self.resumed = False
        self._former: list[Any] | None = None
        self._open = self._again = False
        self._handlers: dict[int, Any] = {}

    def __enter__(self) -> Self:
        """Begin to hear keys, or else nothing is ever heard."""
        self._open = _same_terminal()
        for number, handler in ((signal.SIGTSTP, self._stop), (signal.SIGCONT, self._go_on)):
            if signal.getsignal(number) is signal.SIG_DFL:  # what is ignored from birth stays ignored
                self._handlers[number] = signal.signal(number, handler)
        atexit.register(self.restore)
        self._take()
        return self

    def __exit__(self, *_: object) -> None:
        """Give the terminal back, whatever has happened."""
        self._open = False
        self.restore()
        atexit.unregister(self.restore)
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._handlers = {}

    @property
    def heard(self) -> bool:
        """Whether keys are heard just now."""
        return self._former is not None

    def pressed(self) -> str:
        """Answer what was typed since the last time; never waits."""
        if not foreground():
            self._former = None  # the shell has put the terminal as it wants it
            return ""
        self._take()
        with contextlib.suppress(OSError):
            if self.heard and select.select([0], [], [], 0)[0]:
                return os.read(0, _CHUNK).decode("ascii", "ignore")
        return ""

    def restore(self) -> None:
        """Put the terminal back to how it was found; harmless when repeated."""
        former, self._former = self._former, None
        if former is not None and foreground():
            with contextlib.suppress(OSError, termios.error):
                termios.tcsetattr(0, termios.TCSADRAIN, former)

    def _take(self) -> None:
        if not self._open or not (self._former is None or self._again) or not foreground():
            return
        self._again = False
        with contextlib.suppress(OSError, termios.error):
            found = termios.tcgetattr(0)
            mode = [*found[:6], [*found[6]]]
            mode[3] &= ~(termios.ICANON | termios.ECHO)
            mode[6][termios.VMIN], mode[6][termios.VTIME] = 1, 0
            self._former = self._former or found  # first, for Ctrl-Z may come in between
            termios.tcsetattr(0, termios.TCSADRAIN, mode)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        del frame
        self.restore()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
        # From here on somebody has sent SIGCONT.
        signal.signal(number, self._stop)

    def _go_on(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.resumed = self._again = True


def foreground() -> bool:
    """Whether the terminal of standard error listens to this process group; so it is without job control."""
    try:
        return os.tcgetpgrp(2) == os.getpgrp()
    except OSError:
        return True


def _same_terminal() -> bool:
    """Whether standard input is a terminal, and the one that standard error is."""
    if sys.stdin is None or sys.stderr is None:
        return False
    try:
        return os.isatty(0) and os.isatty(2) and os.fstat(0).st_rdev == os.fstat(2).st_rdev
    except OSError:
        return False
