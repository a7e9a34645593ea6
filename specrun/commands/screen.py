"""Shows a running apply: a view that updates in place on a terminal, else one line per event."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from specrun.commands import console
from specrun.commands.lastlines import LastLines
from specrun.commands.signals import LEAVE
from specrun.commands.viewing import STEP, View, possible
from specrun.core.change import Plan
from specrun.core.event import Event, EventKind
from specrun.core.task import Desired
from specrun.core.world import World
from specrun.ports import AttemptKey, Attempts
from specrun.report import events
from specrun.report.text import line
from specrun.report.view import Seen
from specrun.store.logs import log_path

_EVENTS = 5
"""Lines above the view that are left to events."""
_HELP = f"{LEAVE}: leave it running   Ctrl-C: start nothing more"


@dataclass(slots=True, kw_only=True)
class Screen:
    """Where events go: `as_json` as JSON lines, with a `view` above it; `attempts` know where logs lie."""

    desired: Desired
    as_json: bool
    attempts: Attempts
    view: View | None = None

    @classmethod
    def of(cls, desired: Desired, attempts: Attempts, *, as_json: bool, still: bool = False) -> Screen:
        """Draw in place only where that is possible and nobody asked for JSON or `still`."""
        live = possible() and not (as_json or still)
        view = View(lines=LastLines(attempts=attempts), help=_HELP, spare=_EVENTS) if live else None
        return cls(desired=desired, as_json=as_json, attempts=attempts, view=view)

    def __enter__(self) -> Self:
        """Begin to hear keys where there is a view."""
        if self.view is not None:
            self.view.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the terminal back as it was."""
        if self.view is not None:
            self.view.__exit__(kind, error, trace)

    @property
    def pace(self) -> float:
        """Seconds after which it wants to be looked after while nothing happens."""
        return 1.0 if self.view is None else STEP

    def show(self, world: World, plan: Plan, happened: Sequence[Event]) -> None:
        """Tell what happened and bring the view up to date."""
        if happened and (self.as_json or not console.manner().quiet):
            self.clear()
            for event in happened:
                self._tell(event)
        if self.view is not None:
            started = tuple(_started(happened))
            self.view.show(Seen(desired=self.desired, world=world, plan=plan, started=started).foretold())

    def look_after(self) -> str:
        """Bring the view up to date with the time as it is now, and answer the keys that were pressed."""
        return self.view.tick() if self.view is not None else ""

    def advise(self, keys: str) -> None:
        """Say from now on that these keys help."""
        if self.view is not None:
            self.view.help = keys

    def rest(self) -> None:
        """Show nothing until something happens."""
        if self.view is not None:
            self.view.show(None)

    def say(self, text: str) -> None:
        """Tell a person one line beside the events."""
        self.clear()
        console.note(text)

    def clear(self) -> None:
        """Take the block away, so that lines can be written."""
        if self.view is not None:
            self.view.clear()

    def _tell(self, event: Event) -> None:
        if self.as_json:
            console.row(events.entry(event))
            return
        console.out(f"{events.plain(event, console.paint(sys.stdout))}\n")
        if console.manner().verbose and event.task_id is not None and event.number is not None:
            path = log_path(self.attempts.directory(AttemptKey(event.task_id, event.number)))
            console.out(f"  log: {line(str(path))}\n")


def _started(happened: Sequence[Event]) -> Iterator[AttemptKey]:
    """Answer the attempts that have just begun: the world was looked at before they did."""
    for event in happened:
        if event.kind is EventKind.STARTED and event.task_id is not None and event.number is not None:
            yield AttemptKey(event.task_id, event.number)
