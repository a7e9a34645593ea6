"""Shows a page of the handbook on a terminal: its text, its entries in two columns, its examples."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from specrun.report.colour import PLAIN, Paint, Role
from specrun.report.text import pad, width

ROOM = 100
"""Columns that a page takes where there is no terminal, and at most."""
_COLUMN = 26
"""Columns of the longest term that has its text beside it."""
_LEAST = 20
_INDENT = "  "


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something more about an entry: its label, what it is in words, and what is to be shown as written."""

    label: str
    words: str = ""
    code: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing of a list: its name as it is written, and what it means."""

    term: str
    text: str
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A part of a page; `code` are lines that are shown as they are."""

    title: str
    text: str = ""
    entries: tuple[Entry, ...] = ()
    code: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the handbook says about one topic; backticks in its texts stand around what is written so."""

    title: str
    text: str
    chapters: tuple[Chapter, ...] = ()


def text(page: Page, *, room: int | None = None, paint: Paint = PLAIN) -> str:
    """Answer a page for a terminal of `room` columns."""
    wide = min(room or ROOM, ROOM)
    rows = [paint(page.title, Role.STRONG)]
    if page.text:
        rows += ["", *_paragraphs(page.text, wide)]
    for chapter in page.chapters:
        rows += ["", *_chapter(chapter, wide, paint)]
    return "\n".join(rows) + "\n"


def _paragraphs(told: str, room: int) -> Iterator[str]:
    for number, paragraph in enumerate(told.split("\n\n")):
        if number:
            yield ""
        yield from _broken(paragraph, room)


def _chapter(chapter: Chapter, room: int, paint: Paint) -> Iterator[str]:
    if chapter.title:
        yield paint(f"{chapter.title}:", Role.STRONG)
    for row in _paragraphs(chapter.text, room - len(_INDENT)) if chapter.text else ():
        yield f"{_INDENT}{row}".rstrip()
    column = _column([one.term for one in chapter.entries])
    for one in chapter.entries:
        yield from _entry(one, column, room, paint)
    for row in chapter.code:
        yield f"{_INDENT}{row}".rstrip()


def _column(terms: Sequence[str]) -> int:
    """Answer the width of the first column: that of the longest term which has its text beside it."""
    return max((size for one in terms if (size := width(one)) <= _COLUMN), default=_COLUMN)


def _entry(one: Entry, column: int, room: int, paint: Paint) -> Iterator[str]:
    margin = len(_INDENT) + column + 2
    rows = [
        row for told in (one.text, *map(_told, one.facts)) if told for row in _broken(told, room - margin)
    ]
    beside = width(one.term) <= column and rows
    if beside:
        yield f"{_INDENT}{paint(pad(one.term, column), Role.NEWS)}  {rows.pop(0)}"
    else:
        yield f"{_INDENT}{paint(one.term, Role.NEWS)}"
    yield from (" " * margin + row for row in rows)


def _broken(told: str, room: int) -> list[str]:
    """Break a text where it has blanks; unlike below a line of a diff, what hangs over is not indented."""
    return textwrap.wrap(told, max(room, _LEAST), break_long_words=False, break_on_hyphens=False)


def _told(fact: Fact) -> str:
    return f"{fact.label}: {', '.join(one for one in (fact.words, *fact.code) if one)}"
