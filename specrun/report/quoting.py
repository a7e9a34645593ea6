"""Says values of specs in a few words, and two of them so that one sees where they differ."""

from __future__ import annotations

import json
from itertools import takewhile

from specrun.core.task import Json
from specrun.report.text import cut, shown, width

_SECONDS = frozenset({"timeout", "idle_timeout", "retry.delay", "retry.max_delay"})
_UNITS = (("d", 86400), ("h", 3600), ("m", 60))
_SIZES = (("GiB", 1024**3), ("MiB", 1024**2), ("KiB", 1024), ("GB", 1000**3), ("MB", 1000**2), ("KB", 1000))
_KEPT = 8
_LEAST = 12


def value(path: str, told: Json) -> str:
    """Say the value of a key as a spec would have it, in one harmless line."""
    if told is None:
        return "none"
    if isinstance(told, int | float) and told is not True and told is not False:
        return _number(path, told)
    if path == "budget":
        return f"{told} USD"
    return shown(json.dumps(told, ensure_ascii=False))


def _number(path: str, told: float) -> str:
    if path in _SECONDS:
        return _duration(told)
    if path == "log_limit":
        return next((f"{told // size:g}{unit}" for unit, size in _SIZES if told % size == 0), f"{told}B")
    return json.dumps(told)


def _duration(seconds: float) -> str:
    """Say `90s` as `1m30s`."""
    parts, rest = [], seconds
    for unit, size in _UNITS:
        if rest >= size:
            parts.append(f"{int(rest // size)}{unit}")
            rest %= size
    return "".join([*parts, *([f"{rest:g}s"] if rest or not parts else [])])


def pair(before: str, after: str, room: int) -> tuple[str, str]:
    """Shorten two lines to `room` columns in all, keeping the place where they begin to differ."""
    if width(before) + width(after) <= room:
        return before, after
    alike = takewhile(lambda marks: marks[0] == marks[1], zip(before, after, strict=False))
    skipped = max(len([*alike]) - _KEPT, 0)
    if skipped > _KEPT:
        before, after = f"...{before[skipped:]}", f"...{after[skipped:]}"
    half = max(room // 2, _LEAST)
    # What one of them does not need is for the other.
    rest = max(half, room - min(width(before), half))
    return cut(before, max(half, room - min(width(after), half))), cut(after, rest)
