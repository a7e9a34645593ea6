"""Compares texts line by line: in a few words, and as lines that are gone and that have come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, unified_diff

from specrun.report.quoting import pair
from specrun.report.text import cut, shown
from specrun.report.words import count

_MOST = 6
"""Lines of a difference that are shown in place of their number."""


@dataclass(frozen=True, slots=True)
class Hunk:
    """Neighbouring lines of a text that others have taken the place of."""

    gone: tuple[str, ...]
    come: tuple[str, ...]


def hunks(before: str, after: str) -> tuple[Hunk, ...]:
    """Answer what differs between two texts."""
    old, new = before.split("\n"), after.split("\n")
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return tuple(
        Hunk(tuple(old[begin:end]), tuple(new[start:stop]))
        for tag, begin, end, start, stop in matcher.get_opcodes()
        if tag != "equal"
    )


def counted(found: Sequence[Hunk]) -> str:
    """Say how much differs: `3 lines removed, 5 added`."""
    gone, come = sum(len(one.gone) for one in found), sum(len(one.come) for one in found)
    if not gone:
        return f"{count(come, 'line')} added"
    return f"{count(gone, 'line')} removed" + (f", {come} added" if come else "")


def short(found: Sequence[Hunk]) -> bool:
    """Whether there is so little that it can be shown as it is."""
    return sum(len(one.gone) + len(one.come) for one in found) <= _MOST


def rows(found: Sequence[Hunk], room: int) -> list[str]:
    """Answer the lines that are gone and have come, in `room` columns, unseen characters made visible."""
    told: list[str] = []
    for one in found:
        gone, come = [*map(shown, one.gone)], [*map(shown, one.come)]
        if len(gone) == len(come):
            pairs = [pair(old, new, 2 * (room - 2)) for old, new in zip(gone, come, strict=True)]
            gone, come = [old for old, _ in pairs], [new for _, new in pairs]
        told += [cut(f"- {row}", room) for row in gone] + [cut(f"+ {row}", room) for row in come]
    return told


def unified(before: str, after: str) -> list[str]:
    """Answer the difference as patches have it, with what stands around it."""
    found = unified_diff(before.split("\n"), after.split("\n"), "recorded", "now", lineterm="")
    return [shown(row) for row in found]
