"""Draws which task waits for which as lines of text, one row for each task.

A line leaves a task downward and reaches those that wait for it from the left: `+` is where it goes on, `'`
is where it ends, and `|` inside of a level line is another one that passes behind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

MARK = "o"

Waits = Mapping[str, Sequence[str]]
"""Names in the order in which they are written, each with the names that it waits for."""


class Style(IntEnum):
    """How much height is given for how little width."""

    TREE = 0
    """Every task has a line of its own, and stands to the right of all that it waits for."""
    JOINED = 1
    """Lines that lead to the same tasks become one, in a row of their own."""
    STRAIGHT = 2
    """Joined; and who comes last stands below what it waits for."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One row: the drawing, and the name whose mark is at the column `mark`, counted from 0.

    The name is "" where lines only join. `after` are the names that it waits for, where no line says so.
    """

    art: str
    name: str = ""
    mark: int = -1
    after: tuple[str, ...] = ()


def parts(waits: Waits) -> tuple[dict[str, Sequence[str]], ...]:
    """Answer the graph in pieces that no line connects, each where its first name is written."""
    first: dict[str, str] = {}

    def found(name: str) -> str:
        while first.setdefault(name, name) != name:
            first[name] = name = first[first[name]]
        return name

    place = {name: number for number, name in enumerate(waits)}
    for name, upstreams in waits.items():
        for upstream in upstreams:
            one, other = sorted((found(name), found(upstream)), key=place.__getitem__)
            first[other] = one
    pieces: dict[str, dict[str, Sequence[str]]] = {}
    for name in waits:
        pieces.setdefault(found(name), {})[name] = waits[name]
    return tuple(pieces.values())


def ordered(waits: Waits) -> tuple[str, ...]:
    """Answer the names so that what somebody waits for comes before, and a branch is followed to its end."""
    missing = {name: len(upstreams) for name, upstreams in waits.items()}
    dependents = _dependents(waits)
    ready = [name for name in reversed([*waits]) if not missing[name]]
    found = []
    while ready:
        name = ready.pop()
        found.append(name)
        for dependent in reversed(dependents[name]):
            missing[dependent] -= 1
            if not missing[dependent]:
                ready.append(dependent)
    return tuple(found)


def _dependents(waits: Waits) -> dict[str, list[str]]:
    dependents: dict[str, list[str]] = {name: [] for name in waits}
    for name, upstreams in waits.items():
        for upstream in upstreams:
            dependents[upstream].append(name)
    return dependents


def draw(waits: Waits, style: Style = Style.TREE) -> tuple[Drawn, ...]:
    """Answer the rows of a graph without cycles; every name that is waited for is one of its own."""
    loom = _Loom(waits, style)
    order = ordered(waits)
    for name, following in zip(order, (*order[1:], ""), strict=True):
        loom.add(name, following)
    return tuple(loom.rows)


class _Loom:
    """The lanes from left to right: for whom the line in each still goes on, None where there is none."""

    def __init__(self, waits: Waits, style: Style) -> None:
        self.style = style
        self.open = {name: frozenset(dependents) for name, dependents in _dependents(waits).items()}
        self.lanes: list[frozenset[str] | None] = []
        self.rows: list[Drawn] = []

    def add(self, name: str, following: str) -> None:
        """Draw one task, of which all that it waits for is drawn; `following` is the next one."""
        reached = [place for place, lane in enumerate(self.lanes) if lane and name in lane]
        ending = [place for place in reached if self.lanes[place] == frozenset({name})]
        if reached and reached == ending and self.style is Style.STRAIGHT:
            self._join(ending)
            column, reached, ending = ending[0], [], []
        else:
            column = self._free(reached[-1] + 1 if reached else 0)
        self.lanes += [None] * (column + 1 - len(self.lanes))
        marks = {place: "'" if place in ending else "+" for place in reached}
        self.rows.append(Drawn(self._art({**marks, column: MARK}), name, 2 * column))
        for place in reached:
            self.lanes[place] = (self.lanes[place] or frozenset()) - {name} or None
        self.lanes[column] = self.open[name] or None
        if self.style is not Style.TREE:
            self._gather(following)
        while self.lanes and self.lanes[-1] is None:
            self.lanes.pop()

    def _free(self, least: int) -> int:
        places = (place for place in range(least, len(self.lanes)) if self.lanes[place] is None)
        return next(places, max(least, len(self.lanes)))

    def _gather(self, following: str) -> None:
        """Join lines that lead to the same tasks; where the next task is all of them, it does so itself."""
        alike: dict[frozenset[str], list[int]] = {}
        for place, lane in enumerate(self.lanes):
            if lane:
                alike.setdefault(lane, []).append(place)
        for lane, places in alike.items():
            if len(places) > 1 and lane != {following}:
                self._join(places)

    def _join(self, places: Sequence[int]) -> None:
        first, *others = places
        self.rows.append(Drawn(self._art({first: "+" if others else "|", **dict.fromkeys(others, "'")})))
        for place in others:
            self.lanes[place] = None

    def _art(self, marks: Mapping[int, str]) -> str:
        """Answer a row with these marks and a level line through all of them."""
        left, right = min(marks), max(marks)
        cells = []
        for place, lane in enumerate(self.lanes):
            level = left < place < right
            cells.append(marks.get(place) or ("|" if lane else "-" if level else " "))
            cells.append("-" if left <= place < right else " ")
        return "".join(cells).rstrip()
