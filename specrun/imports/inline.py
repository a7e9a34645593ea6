"""Reads the grammar of one line: `frontend:Build login | backend:Create API`, or tasks in quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from specrun.core.unseen import quoted
from specrun.imports.entry import Entry, Listing
from specrun.imports.page import Page, Row

FORM = "inline"
_COMMAND = re.compile(r"\s*(/[a-z][a-z0-9_-]*)(?=\s)")
_DOMAIN = re.compile(r"([^\W\d_][\w-]{0,62})\s?[:：](?![:/\\])\s*(?=\S)")
_QUOTED = re.compile(r"\"([^\"]*)\"|“([^”]*)”|„([^“”]*)[“”]|「([^」]*)」")
_BETWEEN = re.compile(r"[\s,，、\\]*")


def bare(page: Page) -> tuple[Sequence[Row], tuple[str, ...]]:
    """Answer the lines that say something, without the command before them; and a note about that."""
    rows = [row for row in page.rows if row.text.strip().strip("\\")]
    found = _COMMAND.match(rows[0].text) if rows and not rows[0].fenced else None
    if not found:
        return rows, ()
    first = rows[0].part(found.end())
    kept = [first, *rows[1:]] if first.text.strip("\\ ") else rows[1:]
    return kept, (f"The command {quoted(found.group(1))} was left out.",)


def read(page: Page) -> Listing | None:
    """Answer the entries of a list in this form, None where it has another one."""
    rows, notes = bare(page)
    if any(row.fenced for row in rows):
        return None
    parts = _strings(rows) or _segments(rows)
    if not parts:
        return None
    return Listing(entries=tuple(_entry(part) for part in parts), form=FORM, notes=notes)


def domain_of(row: Row) -> tuple[str, Row] | None:
    """Answer the word before a colon at the beginning, and what stands behind it."""
    found = _DOMAIN.match(row.text)
    return (found.group(1), row.part(found.end())) if found else None


def _entry(row: Row) -> Entry:
    found = domain_of(row)
    return Entry(rows=(found[1],), domain=found[0]) if found else Entry(rows=(row,))


def _strings(rows: Sequence[Row]) -> list[Row]:
    """Answer the texts in quotes, nothing where anything else stands beside them."""
    parts: list[Row] = []
    for row in rows:
        place = _past(row.text, 0)
        while place < len(row.text):
            found = _QUOTED.match(row.text, place)
            if not found:
                return []
            place = _past(row.text, found.end())
            part = row.part(*found.span(found.lastindex or 1))
            parts += [part] if part.text else []
    return parts


def _past(text: str, place: int) -> int:
    found = _BETWEEN.match(text, place)
    return found.end() if found else place


def _segments(rows: Sequence[Row]) -> list[Row]:
    """Answer what stands between bars, nothing where no line begins with a domain and has a bar."""
    parts = [list(_barred(row)) for row in rows]
    if not any(len(found) > 1 and domain_of(found[0]) for found in parts):
        return []
    return [part for found in parts for part in found if part.text]


def _barred(row: Row) -> Iterator[Row]:
    """Split a line at bars, those in quotes and code left out."""
    start, quote = 0, ""
    for place, mark in enumerate(row.text):
        if quote:
            quote = "" if mark == quote else quote
        elif mark in '`"' and row.text.find(mark, place + 1) >= 0:
            quote = mark
        elif mark in "|｜":
            yield row.part(start, place)
            start = place + 1
    yield row.part(start)
