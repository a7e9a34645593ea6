"""Ticks the boxes of finished tasks in the lists that specs name, and tells what became of that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from specrun.core.checklist import Entry, listed
from specrun.core.event import Event, EventKind
from specrun.errors import EnvironmentProblem
from specrun.reconcile.runtime import Runtime

_NAMED = 3
_LONGEST = 60


@dataclass(slots=True)
class Ticking:
    """What was done to the lists of each spec since a loop began, so that a turn without news asks no disk.

    Nothing is decided by it: another loop does the same once more, which changes nothing.
    """

    _done: dict[str, tuple[Entry, ...]] = field(default_factory=dict)
    _told: set[str] = field(default_factory=set)

    def keep_up(self, runtime: Runtime) -> tuple[Event, ...]:
        """Bring the lists in line with the records and answer what is new."""
        return tuple(
            event
            for name, spec in runtime.desired.specs.items()
            if spec.checklist
            for event in self._spec(runtime, name, spec.checklist)
        )

    def _spec(self, runtime: Runtime, spec: str, file: str) -> Iterator[Event]:
        entries = listed(runtime.desired, spec, runtime.store.runs())
        if self._done.get(spec) == entries or not any(entry.done for entry in entries):
            return
        try:
            found = runtime.tick_boxes(file, entries)
        except EnvironmentProblem as problem:
            # It is not noted as done: the next turn tries again.
            yield from self._trouble(runtime, str(problem))
            return
        self._done[spec] = entries
        if found.count:
            boxes = "1 box" if found.count == 1 else f"{found.count} boxes"
            yield Event(
                at=runtime.clock(),
                kind=EventKind.TICKED,
                message=f"{file}: {boxes} ticked",
                data={"file": file, "count": found.count},
            )
        if found.missing:
            yield from self._trouble(runtime, f"{file} has no box for {_named(found.missing)}")

    def _trouble(self, runtime: Runtime, what: str) -> Iterator[Event]:
        if what not in self._told:
            self._told.add(what)
            yield Event(at=runtime.clock(), kind=EventKind.NOT_TICKED, message=what)


def _named(items: Sequence[str]) -> str:
    short = (item if len(item) <= _LONGEST else f"{item[:_LONGEST]}..." for item in items[:_NAMED])
    more = f" (+{len(items) - _NAMED} more)" if len(items) > _NAMED else ""
    return ", ".join(f'"{item}"' for item in short) + more
