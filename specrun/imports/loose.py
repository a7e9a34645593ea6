"""Reads lists without any marks: a task on each line, or several in one line with commas between them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from specrun.core.complexity import is_verb
from specrun.imports.entry import Entry, Listing
from specrun.imports.grouping import HEADING, Mark, grouped
from specrun.imports.inline import bare, domain_of
from specrun.imports.listed import description, left_out
from specrun.imports.page import Page, Row

LINES, COMMAS = "lines", "commas"
_AND = re.compile(r"(?<=\s)(?:and|und|y|et)(?=\s)", re.IGNORECASE)
_NEXT = re.compile(r"\s*(\S{1,40})")
_LAST = re.compile(r"(?:and|und|y|et|그리고|および|以及|和)\s+", re.IGNORECASE)
_CLAUSE = re.compile(
    r"(?:which|that|who|so|but|then|when|where|if|because|since|including|e\.g\.|such)\b", re.IGNORECASE
)
_OPEN, _CLOSE = "([{（「“", ")]}）」”"
_COMMAS = frozenset(",，、")


def read(page: Page) -> Listing:
    """Answer the entries of any text: each line that is not indented is one."""
    rows, notes = bare(page)
    if len(rows) == 1 and not (rows[0].fenced or HEADING.match(rows[0].text)):
        lead, row = _led(rows[0])
        parts = _listed(row)
        entries = tuple(Entry(rows=(part,)) for part in parts)
        form = COMMAS if len(parts) > 1 else LINES
        return Listing(entries=entries, form=form, description=description(lead), notes=notes)
    lead = [row for row in rows[:1] if row.text.rstrip().endswith((":", "："))]
    rest = rows[len(lead) :]
    found = grouped(rest, _line)
    entries = tuple(
        Entry(rows=group.rows, section=group.path[-1].text if group.path else "") for group in found.groups
    )
    said = description(lead)
    notes = (*notes, *left_out(found))
    return Listing(entries=entries, form=LINES, title=found.title, description=said, notes=notes)


def _line(row: Row) -> Mark:
    return Mark(start=len(row.text) - len(row.text.lstrip()))


def _led(row: Row) -> tuple[Sequence[Row], Row]:
    """Tell a sentence before a colon from the list behind it: `Do all of these: a, b, c`."""
    found = re.search(r"[:：]\s+(?=\S)|：", row.text)
    if not found or domain_of(row) or len(_listed(row.part(found.end()))) == 1:
        return (), row.part(0)
    if "(" in row.text[: found.start()]:
        return (), row.part(0)
    return (row.part(0, found.start()),), row.part(found.end())


def _listed(row: Row) -> list[Row]:
    """Split a line at its commas, unless what stands behind one only goes on with a sentence."""
    parts = [part for part in _parts(row) if part.text]
    if len(parts) <= 1 or any(_CLAUSE.match(part.text) for part in parts):
        return [row.part(0)]
    last = parts[-1]
    binder = _LAST.match(last.text)
    if binder:
        return [*parts[:-1], last.part(binder.end())]
    return [*parts[:-1], *_bound(last)]


def _bound(row: Row) -> list[Row]:
    """Split the last part at its "and" where an order of its own follows."""
    for found in _AND.finditer(row.text):
        word = _NEXT.match(row.text, found.end())
        if word and (word.group(1)[0].isupper() or is_verb(word.group(1))):
            return [row.part(0, found.start()), row.part(found.end())]
    return [row]


def _parts(row: Row) -> Iterator[Row]:
    depth, start, quote = 0, 0, ""
    for place, mark in enumerate(row.text):
        if quote:
            quote = "" if mark == quote else quote
        elif mark in '`"':
            quote = mark if row.text.find(mark, place + 1) >= 0 else ""
        elif mark in _OPEN or mark in _CLOSE:
            depth = max(0, depth + (1 if mark in _OPEN else -1))
        elif depth == 0 and _parts_at(row.text, place):
            yield row.part(start, place)
            start = place + 1
    yield row.part(start)


def _parts_at(text: str, place: int) -> bool:
    """Whether a comma stands between words, not inside of a number."""
    return text[place] in _COMMAS and not (text[place] == "," and text[place + 1 : place + 2].isdigit())
