"""Globs over paths: `*` stays inside a folder, `**` crosses folders, a folder covers all that is in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

ANY = "**"
NOT = "!"

_SET = r"\[[^\]]+\]"

Parts = tuple[str, ...]
_ANYWHERE = 3
"""Parts of `**/name`, the commonest glob: a name that fits is all that it asks for."""


def matches(globs: Sequence[str], path: str, *, case: bool = True) -> bool:
    """Whether a path is meant; of several globs that fit the last one decides, and `!` before it says no.

    Without `case`, capitals and small letters are the same, as some file systems have it.
    """
    names = tuple(path.split("/"))
    for glob in reversed(globs):
        if _fits(_parts(glob.removeprefix(NOT)), names, case=case):
            return not glob.startswith(NOT)
    return False


def overlapping(some: Iterable[str], others: Sequence[str]) -> tuple[str, str] | None:
    """Answer the first pair of globs that may fit the same path.

    A guess on the safe side where wildcards stand on both sides of a name.
    """
    return next(((one, other) for one in some for other in others if _meet(_parts(one), _parts(other))), None)


def literal(path: str) -> str:
    """Answer the glob that means just this path and what is below it, whatever characters it has."""
    return re.sub(r"[*?\[]|^!", r"[\g<0>]", path)


@lru_cache(maxsize=4096)
def _parts(glob: str) -> Parts:
    parts: list[str] = []
    for part in (*glob.split("/"), ANY):
        if part not in {"", "."} and not (part == ANY and parts[-1:] == [ANY]):
            parts.append(part)
    return tuple(parts)


def _fits(parts: Parts, names: Parts, *, case: bool) -> bool:
    """Walk through all names at once with every place in the glob that they may have reached."""
    if len(parts) == _ANYWHERE and parts[0] == parts[-1] == ANY:
        return any(_pattern(parts[1], case=case).fullmatch(name) for name in names)
    places = _reached({0}, parts)
    for name in names:
        if not places:
            return False  # most globs mean other folders, which the first name tells
        further = {place for place in places if place < len(parts) and parts[place] == ANY}
        further |= {
            place + 1
            for place in places - further
            if place < len(parts) and _pattern(parts[place], case=case).fullmatch(name)
        }
        places = _reached(further, parts)
    return len(parts) in places


def _reached(places: set[int], parts: Parts) -> set[int]:
    return places | {place + 1 for place in places if place < len(parts) and parts[place] == ANY}


@lru_cache(maxsize=65536)
def _meet(some: Parts, others: Parts) -> bool:
    """Walk through both at once, name by name of a path that may fit either.

    Each pair of places is visited once: trying every way in which two `**` can share a path takes for ever.
    """
    seen, todo = set[tuple[int, int]](), [(0, 0)]
    while todo:
        one, other = todo.pop()
        if (one, other) in seen:
            continue
        seen.add((one, other))
        here, there = some[one : one + 1], others[other : other + 1]
        if (ANY,) in {here, there}:
            # `**` may stand for nothing more on its side, or for one more name of the other.
            todo += [(one + 1, other)] if here else []
            todo += [(one, other + 1)] if there else []
        elif here and there and _may_equal(here[0], there[0]):
            todo.append((one + 1, other + 1))
    return (len(some), len(others)) in seen


def _may_equal(one: str, other: str) -> bool:
    """Whether one name may fit both: what stands before and behind all wildcards has to agree."""
    for glob, name in ((one, other), (other, one)):
        if not re.search(r"[*?\[]", name):
            return _pattern(glob, case=True).fullmatch(name) is not None
    heads = [re.split(r"[*?\[]", part, maxsplit=1)[0] for part in (one, other)]
    ends = [re.split(r"[*?\]]", part)[-1] for part in (one, other)]
    short, long = sorted(heads, key=len)
    end, more = sorted(ends, key=len)
    return long.startswith(short) and more.endswith(end)


@lru_cache(maxsize=4096)
def _pattern(part: str, *, case: bool) -> re.Pattern[str]:
    fixed = [""]
    for piece in re.split(rf"(\*+|\?|{_SET})", part):
        if piece.startswith("*"):
            fixed.append("")
        else:
            fixed[-1] += _mark(piece)
    first, *others = fixed
    # Between two stars the first fit is as good as any later one, and to try them all might take for ever.
    middle = [f"(?>.*?{marks})" for marks in others[:-1]]
    end = [f".*{marks}" for marks in others[-1:]]
    return re.compile("".join((first, *middle, *end)), re.DOTALL if case else re.DOTALL | re.IGNORECASE)


def _mark(piece: str) -> str:
    if piece == "?":
        return "."
    return _one_of(piece[1:-1]) if re.fullmatch(_SET, piece) else re.escape(piece)


def _one_of(inside: str) -> str:
    """Answer a set of characters in which only ! at the start and - between two of them mean something."""
    negated = inside.startswith("!") and len(inside) > 1
    spans = re.findall(r"(?s)(.)-(.)|(.)", inside[1:] if negated else inside)
    kept = "".join(
        # A range that runs backwards is none.
        f"{re.escape(low)}-{re.escape(high)}" if low and low <= high else re.escape(one or f"{low}-{high}")
        for low, high, one in spans
    )
    return f"[^{kept}]" if negated else f"[{kept}]"
