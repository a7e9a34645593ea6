"""Gives each entry an id that specs accept: its own, or a short one made of its title."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from specrun.core.unseen import quoted
from specrun.errors import Problem
from specrun.imports.entry import Entry
from specrun.imports.page import Page

LONGEST = 63
SHORT = 40
"""Characters of an id that is made of a title; words are not broken unless a single one is longer."""

_WORD = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_OWN = re.compile(r"[^a-z0-9_-]+")
_FILLERS = frozenset({"a", "an", "the", "and", "or", "of", "for", "to", "in", "on", "with", "by", "from"})
_WORDS = 5


def slug(title: str) -> str:
    """Answer the first telling ASCII words of a title, joined by dashes; "" where it has none."""
    found = _WORD.findall(_ascii(title))
    words = [word for word in found if word not in _FILLERS] or found
    text = ""
    for word in words[:_WORDS]:
        longer = f"{text}-{word}" if text else word[:SHORT]
        if len(longer) > SHORT:
            break
        text = longer
    return _lettered(text)


def own(written: str) -> str:
    """Answer an id that people wrote, in the letters that specs accept; "" where nothing is left of it."""
    return _lettered(_OWN.sub("-", _ascii(written)).strip("-_")[:LONGEST])


def named(page: Page, entries: Sequence[Entry], titles: Sequence[str]) -> tuple[list[str], list[Problem]]:
    """Answer the ids of all entries; the problems are about ids that people wrote."""
    problems: list[Problem] = []
    ids = [own(entry.id) for entry in entries]
    first: dict[str, Entry] = {}
    for entry, name in zip(entries, ids, strict=True):
        if not entry.id:
            continue
        if not name:
            what = f"{quoted(entry.id)} is no id"
            problems.append(
                page.problem(entry.place, "E204", what, "use lower case letters, digits, - and _")
            )
        elif name in first:
            what = f"id {quoted(entry.id)} repeats line {first[name].place.line}"
            problems.append(page.problem(entry.place, "E203", what, "rename one of them"))
        first.setdefault(name, entry)
    taken = set(ids)
    for place, title in enumerate(titles):
        if not ids[place]:
            ids[place] = _free(slug(title) or f"task-{place + 1}", taken)
            taken.add(ids[place])
    return ids, problems


def _ascii(text: str) -> str:
    """Fold case, width and accents."""
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(mark for mark in parts if not unicodedata.combining(mark))


def _lettered(text: str) -> str:
    """Keep ids of digits alone from being taken for numbers."""
    return f"task-{text}"[:LONGEST] if text.isdigit() else text


def _free(name: str, taken: set[str]) -> str:
    number = 2
    found = name
    while found in taken:
        end = f"-{number}"
        found = name[: LONGEST - len(end)] + end
        number += 1
    return found
