"""Shows what a clean-up takes away and what it leaves, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from specrun import __version__
from specrun.core.task import Json, TaskId
from specrun.report.diff import aligned
from specrun.report.text import line
from specrun.report.words import count

FORMAT = 1
COMMITTED = "committed"
CHANGED = "changed since it was committed"
UNCOMMITTED = "not committed"
"""How git knows a record: only what is committed as it is can be brought back."""

_KINDS = ("record", "branch", "attempt", "workspace", "checkout", "reference", "link", "grant")
_PLURALS = {"branch": "branches"}
_UNITS = ("kB", "MB", "GB", "TB")
_THOUSAND = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that goes; `size` in bytes, `git` says of a record how git knows it."""

    task_id: TaskId
    kind: str
    name: str
    size: int = 0
    commit: str = ""
    git: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """One thing that stays, why, and what to do where it is to go all the same."""

    task_id: TaskId
    name: str
    why: str
    fix: str = ""


def listing(items: Sequence[Item], stays: Sequence[Stay]) -> str:
    """Answer a line per task of which something goes, and one for everything that stays."""
    rows = [(line(name), of(name, items)) for name in dict.fromkeys(one.task_id for one in items)]
    told = aligned(rows)
    if any(one.git not in {"", COMMITTED} for one in items):
        told.append("What is not committed git cannot bring back.")
    return "".join(f"{row}\n" for row in (*told, *kept(stays)))


def kept(stays: Sequence[Stay]) -> list[str]:
    """Answer the lines of what stays."""
    rows = [
        f"  {line(one.name)}: {line(one.why)}" + (f"; fix: {line(one.fix)}" if one.fix else "")
        for one in stays
    ]
    return ["Kept:", *rows] if rows else []


def total(items: Sequence[Item]) -> str:
    """Say how much it is: `1 record, 2 branches and 3 attempts, 1.2 MB`."""
    parts = _counted(items)
    told = " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]])) or "nothing"
    room = sum(one.size for one in items)
    return told + (f", {size(room)}" if room else "")


def of(name: TaskId, items: Iterable[Item]) -> str:
    """Say what goes of one task."""
    mine = [one for one in items if one.task_id == name]
    records = [f"record ({one.git})" for one in mine if one.kind == "record"]
    branches = [f"branch {line(one.name)}" for one in mine if one.kind == "branch"]
    rest = [one for one in mine if one.kind not in {"record", "branch"}]
    room = sum(one.size for one in mine)
    return ", ".join([*records, *branches, *_counted(rest), *([size(room)] if room else [])])


def _counted(items: Iterable[Item]) -> list[str]:
    kinds = Counter(one.kind for one in items)
    return [_count(kinds[kind], kind) for kind in sorted(kinds, key=_place)]


def _place(kind: str) -> tuple[int, str]:
    return (_KINDS.index(kind) if kind in _KINDS else len(_KINDS), kind)


def _count(amount: int, kind: str) -> str:
    return f"{amount} {_PLURALS[kind]}" if amount != 1 and kind in _PLURALS else count(amount, kind)


def size(amount: int) -> str:
    """Say a number of bytes with two or three digits: `12 B`, `1.2 MB`."""
    if amount < _THOUSAND:
        return f"{amount} B"
    value = float(amount)
    for unit in _UNITS:
        value /= _THOUSAND
        if value < _THOUSAND - 0.5 or unit == _UNITS[-1]:
            break
    return f"{value:.1f} {unit}" if value < 10 - 0.05 else f"{value:.0f} {unit}"


def document(items: Sequence[Item], stays: Sequence[Stay], *, removed: bool) -> dict[str, Json]:
    """Answer all of it for scripts; `removed` tells whether it is gone by now."""
    return {
        "format_version": FORMAT,
        "tool_version": __version__,
        "removed": removed,
        "bytes": sum(one.size for one in items),
        "summary": dict(Counter(one.kind for one in items)),
        "items": [_entry(one) for one in items],
        "kept": [{"address": one.task_id, "name": one.name, "why": one.why, "fix": one.fix} for one in stays],
    }


def _entry(one: Item) -> dict[str, Json]:
    return {
        "address": one.task_id,
        "kind": one.kind,
        "name": one.name,
        "bytes": one.size,
        "commit": one.commit or None,
        "git": one.git or None,
    }
