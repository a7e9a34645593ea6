"""Turns Ctrl-C, SIGTERM, SIGHUP and `--timeout` into what an apply does next."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Protocol

from specrun.errors import ExitCode
from specrun.reconcile.loop import Control

LINGER = 5.0
"""Seconds that results are still collected after the first Ctrl-C."""
STEP = 1.0
"""Seconds after which a wait looks at signals and redraws."""
LEAVE = "q"
"""The key that leaves an apply running in the background."""
_FIRST = (
    f"Starting nothing more; workers go on. Ctrl-C again within {LINGER:g} s stops them, later specrun stop "
    "--all does. Come back with specrun apply."
)


class Wakes(Protocol):
    """The trigger of ended attempts, as far as a wait needs it."""

    woken: bool

    def wait(self, timeout: float) -> None:
        """Return after a change, after `wake`, or after `timeout` seconds."""

    def wake(self) -> None:
        """End the wait of now, or else the next one."""


@dataclass(slots=True, kw_only=True)
class Watch:
    """The person and the clock beside a running apply; waits for it, and knows why it was left.

    `code` is the exit code of leaving early, `until` the moment (monotonic seconds) to leave at. `redraw` is
    called at least every `pace` seconds of waiting, and answers which keys were pressed; `say` tells the
    person one line. `parting` says that it is to go on without them. While `idle`, nobody is at work.
    """

    control: Control
    wakes: Wakes
    redraw: Callable[[], str]
    say: Callable[[str], None]
    pace: float = STEP
    until: float | None = None
    code: ExitCode | None = None
    idle: bool = False
    parting: bool = False
    interrupts: int = 0
    told: int = 0

    def wait(self, timeout: float) -> None:
        """Wait as the trigger does, in steps short enough to notice signals and the clock."""
        end = time.monotonic() + timeout
        while not self.due():
            rest = end - time.monotonic()
            if rest <= 0:
                return
            self.wakes.wait(min(rest, self.pace, self._left()))
            if self.wakes.woken:
                return

    def due(self) -> bool:
        """Whether the loop has something to hear from this side; passes it on."""
        if LEAVE in self.redraw() and self.code is None:
            self.parting = self.control.leave = True
        if self.interrupts > self.told:
            self.told = self.interrupts
            self._tell()
            return True
        if self._left() <= 0 and not self.control.leave:
            self.code = self.code or ExitCode.TIMEOUT
            self.control.leave = True
        return self.control.leave

    def interrupt(self) -> None:
        """Hear one Ctrl-C: the first stops launching, the second stops workers, the third leaves."""
        self.interrupts += 1
        self.code = ExitCode.INTERRUPTED
        self.control.launching = False
        self.until = time.monotonic() + LINGER
        if self.interrupts == 2:  # noqa: PLR2004 - the second
            self.control.stopping = True
            self.until = None
        self.control.leave = self.interrupts > 2  # noqa: PLR2004 - the third
        self.wakes.wake()

    def terminate(self) -> None:
        """Hear SIGTERM or SIGHUP: leave at once."""
        self.code = ExitCode.TERMINATED
        self.control.launching = False
        self.control.leave = True
        self.wakes.wake()

    def _left(self) -> float:
        return STEP if self.until is None else self.until - time.monotonic()

    def _tell(self) -> None:
        if self.idle:
            return
        if self.interrupts == 1:
            self.say(_FIRST)
        elif self.control.stopping:
            self.say("Stopping all workers.")


@contextmanager
def heard(watch: Watch) -> Iterator[None]:
    """Let signals reach `watch` for as long as the block lasts."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        del number, frame
        watch.interrupt()

    def terminate(number: int, frame: FrameType | None) -> None:
        del number, frame
        watch.terminate()

    former = {
        signal.SIGINT: signal.signal(signal.SIGINT, interrupt),
        signal.SIGTERM: signal.signal(signal.SIGTERM, terminate),
        signal.SIGHUP: signal.signal(signal.SIGHUP, terminate),
    }
    if former[signal.SIGHUP] is signal.SIG_IGN:  # started with nohup
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
