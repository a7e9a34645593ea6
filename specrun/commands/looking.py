"""Keeps `status --watch` up to date on a terminal, until a person has seen enough."""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from specrun import wiring
from specrun.api.standing import Look
from specrun.commands.lastlines import LastLines
from specrun.commands.viewing import STEP, View
from specrun.core.choice import Choice
from specrun.errors import ExitCode
from specrun.reconcile.runtime import Runtime
from specrun.report import selection
from specrun.report.view import Seen
from specrun.triggers.wakes import Wakes

QUIT = "q"


def keep_up(
    project: wiring.Project, runtime: Runtime, interval: float, looks: Callable[[], tuple[Look, Choice]]
) -> tuple[Look, Choice]:
    """Look every `interval` seconds and when an attempt has ended, until `q`; answers what was seen last."""
    view = View(lines=LastLines(attempts=project.attempts), help=_HELP)
    with _ended_by_signals(), contextlib.closing(Trigger(project)) as trigger, view:
        while True:
            trigger.open()
            seen, choice = looks()
            view.show(shown(runtime, seen, choice))
            if _enough(view, trigger, time.monotonic() + interval):
                return seen, choice


_HELP = f"{QUIT}: quit"


def shown(runtime: Runtime, seen: Look, choice: Choice) -> Seen:
    """Answer what a view shows of one look."""
    return Seen(
        desired=runtime.desired,
        world=seen.world,
        plan=seen.plan,
        elsewhere=seen.shown.elsewhere,
        applying=seen.shown.applying,
        only=choice.selected if choice.words else None,
        heading=selection.heading(choice) if choice.words else "",
    ).foretold()


def _enough(view: View, trigger: Trigger, until: float) -> bool:
    """Wait until something has happened or the time is over; True if a person has seen enough."""
    while QUIT not in view.tick():
        rest = until - time.monotonic()
        if rest <= 0 or trigger.wait(min(STEP, rest)):
            return False
    return True


class Trigger:
    """Notices that attempts have ended, as soon as there is a folder where that can be seen.

    Looking makes no folders, so before the first apply it only lets time go by.
    """

    def __init__(self, project: wiring.Project) -> None:
        self._project = project
        self._wakes: Wakes | None = None

    def open(self) -> None:
        """Begin to watch, if that is possible by now."""
        if self._wakes is None and self._project.layout.done.is_dir():
            self._wakes = wiring.wakes(self._project)

    def wait(self, seconds: float) -> bool:
        """Wait as long as that, or until something has happened: True then."""
        if self._wakes is None:
            time.sleep(seconds)
            return False
        self._wakes.wait(seconds)
        return self._wakes.woken

    def close(self) -> None:
        """Watch no more."""
        if self._wakes is not None:
            self._wakes.close()


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end the program by an exception, so that the terminal is given back."""

    def end(number: int, frame: FrameType | None) -> None:
        del number, frame
        raise SystemExit(int(ExitCode.TERMINATED))

    former = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
