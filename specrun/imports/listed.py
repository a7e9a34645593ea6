"""Reads lists whose items have numbers or bullets, in any language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from specrun.core.unseen import quoted
from specrun.imports.entry import Entry, Listing
from specrun.imports.grouping import Groups, Mark, grouped
from specrun.imports.page import Page, Row

NUMBERED, BULLETS = "numbered", "bullets"

_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_CHINESE = "一二三四五六七八九十"
_NUMBER = re.compile(
    rf"\s*(?:(?P<plain>\d{{1,4}})(?:[.)]\s+|[．）、]\s*)|[(（](?P<round>\d{{1,4}})[)）]\s*"
    rf"|(?P<circled>[{_CIRCLED}])\s*|(?P<chinese>[{_CHINESE}])、\s*)(?=\S)"
)
_BULLET = re.compile(r"\s*(?:[-*+–—]\s+|[•・‣▪◦]\s*)(?=\S)")
_WITHIN = re.compile(rf"(?:^|(?<=[\s:：.。]))(?:(\d{{1,3}})[.)]\s+|([{_CIRCLED}])\s*)(?=\S)")
_COLONS = ":： "
_SHOWN = 5


def form_of(page: Page) -> str | None:
    """Answer which of the two forms a list has, None where it has neither."""
    for row in _rows(page):
        for form, marked in ((NUMBERED, _numbered), (BULLETS, _bulleted)):
            if not row.fenced and marked(row):
                return form
    return None


def read(page: Page, form: str) -> Listing:
    """Answer the entries of a list."""
    found = grouped(_rows(page), _numbered if form == NUMBERED else _bulleted)
    entries = tuple(
        Entry(
            rows=group.rows,
            number=group.mark.number,
            section=group.path[-1].text if group.path else "",
        )
        for group in found.groups
    )
    return Listing(
        entries=entries,
        form=form,
        title=found.title,
        description=description(found.lead),
        notes=left_out(found),
    )


def description(rows: Sequence[Row]) -> str:
    """Answer what is said before the first item, as one line."""
    return " ".join(" ".join(row.text for row in rows).split()).rstrip(_COLONS)


def left_out(found: Groups) -> tuple[str, ...]:
    """Say which lines belong to no task."""
    told = [f"Line {row.line} belongs to no task: {quoted(row.text.strip())}." for row in found.left[:_SHOWN]]
    more = len(found.left) - _SHOWN
    return (*told, f"{more} more lines belong to no task.") if more > 0 else tuple(told)


def _numbered(row: Row) -> Mark | None:
    found = _NUMBER.match(row.text)
    return Mark(start=found.end(), number=_counted(found)) if found else None


def _counted(found: re.Match[str]) -> str:
    written = found.group("plain") or found.group("round")
    if written:
        return str(int(written))
    circled, chinese = found.group("circled"), found.group("chinese")
    return str((_CIRCLED.index(circled) if circled else _CHINESE.index(chinese)) + 1)


def _bulleted(row: Row) -> Mark | None:
    found = _BULLET.match(row.text)
    return Mark(start=found.end()) if found else None


def _rows(page: Page) -> tuple[Row, ...]:
    """Answer the lines; the only one with a number may hold a whole list."""
    rows = page.rows
    if sum(not row.fenced and bool(_NUMBER.match(row.text)) for row in rows) > 1:
        return rows
    return tuple(part for row in rows for part in ([row] if row.fenced else _parted(row)))


def _parted(row: Row) -> Iterator[Row]:
    """Break a line that holds a whole list: what stands before 1, and each item from 1 up."""
    starts: list[int] = []
    for found in _WITHIN.finditer(row.text):
        plain, circled = found.groups()
        number = int(plain) if plain else _CIRCLED.index(circled) + 1
        if number == len(starts) + 1:
            starts.append(found.start())
    if len(starts) < 2:  # noqa: PLR2004 - a single number begins no list inside of a line
        yield row
        return
    if row.text[: starts[0]].strip():
        yield replace(row, text=row.text[: starts[0]].rstrip())
    for start, end in zip(starts, [*starts[1:], len(row.text)], strict=True):
        yield replace(row, text=row.text[start:end].rstrip(" \t,;，；、"), column=row.column + start)
