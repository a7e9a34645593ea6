"""Remembers what the files around one shim said when they were read first, and tells its phase from them.

Workers run with the rights of the person, so they can write those files as well. What was read before they
could, or is sealed, is not read again.
"""

from __future__ import annotations

import os
from pathlib import Path

from specrun.core.world import Phase
from specrun.errors import EnvironmentProblem
from specrun.store.documents import LATEST, Document, parse
from specrun.store.tokens import Exit, Start, read_exit, read_start
from specrun.system import locks
from specrun.system.files import read_lines


class Papers:
    """The directory of an attempt, or of one run of a check."""

    __slots__ = ("_order", "directory", "end", "fix", "launched_at", "launches", "start")

    def __init__(self, directory: Path, fix: str) -> None:
        self.directory = directory
        self.fix = fix
        """What a person can do when one of the files cannot be read."""
        self.start: Start | None = None
        self.end: Exit | None = None
        """The exit record, once it is there and its shim's own."""
        self.launches = 0
        self.launched_at: float | None = None
        self._order: Document | None = None

    def order(self) -> Document:
        """Answer what was ordered. Raises EnvironmentProblem."""
        if self._order is None:
            self._order = Document(self.directory / "intent.json", self.fix)
        return self._order

    def begun(self) -> Start | None:
        """Answer the start token, None where there is none yet. Raises EnvironmentProblem."""
        if self.start is None:
            self.start = read_start(self.directory, self.fix)
        return self.start

    def phase(self, names: frozenset[str]) -> Phase:
        """Tell the phase of a directory that had these `names` a moment ago. Raises EnvironmentProblem.

        A shim holds its lock from before its start token until after its exit record. So a token that was
        there before a look at a free lock, and no exit record after it, mean that the shim is dead. A token
        that was not there proves nothing, whatever has appeared since: the next look will tell. An exit
        record beside a held lock counts if it is sealed; one that does not fit its token never does.
        """
        start = self.begun() if "start.json" in names else self.start
        if self.end is not None or ("exit.json" in names and start is not None and self._sealed(start)):
            return Phase.ENDED
        if locks.held(f"{self.directory}/lock"):
            return Phase.RUNNING
        if self.has_exit() and self._ended():
            return Phase.ENDED
        if start is None:
            return Phase.LOST if "exit.json" in names else Phase.ORDERED
        return Phase.FENCED if start.fenced else Phase.LOST

    def has_exit(self) -> bool:
        """Whether there is an exit record, be it forged."""
        return os.path.lexists(f"{self.directory}/exit.json")

    def launched(self, names: frozenset[str]) -> tuple[int, float | None]:
        """Count the launches, and tell when the last was; once a shim has begun no new one matters."""
        if "launches.jsonl" in names and not (self.launches and "start.json" in names):
            lines = read_lines(self.directory / "launches.jsonl")
            try:
                last = parse(lines[-1].encode()) if lines else None
            except ValueError:
                last = None
            at = last.get("at") if isinstance(last, dict) else None
            self.launches = len(lines)
            if isinstance(at, int | float) and 0 <= at < LATEST:
                self.launched_at = float(at)
        return self.launches, self.launched_at

    def _sealed(self, start: Start) -> bool:
        """Whether the shim itself says that it is at its end, be its lock still held."""
        try:
            end = read_exit(self.directory, self.fix)
        except EnvironmentProblem:  # it may be the work of a worker that goes on
            return False
        if start.proves(end):
            self._take(end)
        return self.end is not None

    def _ended(self) -> bool:
        """Whether the record that a free lock has left is that of the shim."""
        end = read_exit(self.directory, self.fix)
        start = self.begun()
        if start is not None and start.fits(end):
            self._take(end)
        return self.end is not None

    def _take(self, end: Exit) -> None:
        """Believe a record; what it was ordered to do must still be what is written."""
        if end.order and end.order != self.order().digest:
            raise EnvironmentProblem(
                f"{self.order().path} was changed after its worker had started", self.fix
            )
        self.end = end
