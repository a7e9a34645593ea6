"""Reads Markdown checklists: every box that is not inside of another item is a task."""

from __future__ import annotations

import re

from specrun.imports.entry import Entry, Listing
from specrun.imports.grouping import Group, Mark, grouped
from specrun.imports.page import Page, Row

FORM = "checklist"
_BOX = re.compile(r"\s*(?:[-*+]|(\d{1,4})[.)])\s+\[([ xX])\]\s+(?=\S)")


def has_boxes(page: Page) -> bool:
    """Whether a list has a box at all."""
    return any(not row.fenced and _boxed(row) for row in page.rows)


def boxes(page: Page) -> tuple[tuple[Group, ...], str]:
    """Answer the items with their headings, and the title of the file."""
    found = grouped(page.rows, _boxed)
    return tuple(found.groups), found.title


def entry(page: Page, group: Group) -> Entry:
    """Answer the entry of an item."""
    first = group.rows[0]
    return Entry(
        rows=group.rows,
        number=group.mark.number,
        done=group.mark.done,
        box=page.lines[first.line - 1][first.column - 1 :].rstrip(),
        section=group.path[-1].text if group.path else "",
    )


def read(page: Page) -> Listing:
    """Answer the entries of a checklist whose items have no ids of their own."""
    groups, title = boxes(page)
    return Listing(entries=tuple(entry(page, group) for group in groups), form=FORM, title=title)


def _boxed(row: Row) -> Mark | None:
    found = _BOX.match(row.text)
    return Mark(start=found.end(), number=found.group(1) or "", done=found.group(2) != " ") if found else None
