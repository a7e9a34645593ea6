"""Fits tables of tasks into the columns of a terminal: what matters least goes first."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from specrun.report.diff import aligned
from specrun.report.text import cut, width

_LEAST_NOTE, _LEAST_NAME = 14, 4


def fitted(
    rows: Sequence[Sequence[str]], room: int | None, choices: Sequence[Sequence[int]], mute: Collection[int]
) -> list[str]:
    """Answer the lines of a table whose cells are address, state, others, and last a note, which may be cut.

    The first of `choices`, each the places of its columns, is taken that fits into `room` columns; where none
    does, address and state remain, and a long address is cut. Columns that are `mute` say nothing and are
    never there.
    """
    note = len(rows[0]) - 1
    for columns in choices:
        kept = [place for place in columns if place not in mute]
        part = [[row[place] for place in kept] for row in rows]
        if room is None:
            return aligned(part)
        firm = aligned([row[:-1] for row in part] if kept[-1] == note else part)
        if max(map(width, firm)) + _LEAST_NOTE * (kept[-1] == note) <= room:
            return [cut(one, room) for one in aligned(part)]
    states, space = max(width(row[1]) for row in rows), room or 0
    named = aligned([(cut(row[0], max(space - states - 2, _LEAST_NAME)), row[1]) for row in rows])
    return [cut(one, space) for one in named]
