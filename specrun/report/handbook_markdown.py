"""Shows a page of the handbook as Markdown, for a site."""

from __future__ import annotations

import re
from collections.abc import Iterator

from specrun.report.handbook import Chapter, Entry, Fact, Page

_SPAN = re.compile(r"(`[^`]*`)")
_ACTIVE = re.compile(r"([\\*_\[\]<>#|])")
_TICKS = re.compile(r"`+")


def markdown(page: Page) -> str:
    """Answer a page as Markdown that any renderer of CommonMark with tables understands."""
    rows = [f"# {inert(page.title)}"]
    if page.text:
        rows += ["", inert(page.text)]
    for chapter in page.chapters:
        rows += ["", *_chapter(chapter)]
    return "\n".join(rows).rstrip() + "\n"


def inert(text: str) -> str:
    """Answer a text of the handbook in which only backticks mean something."""
    parts = _SPAN.split(text)
    return "".join(one if place % 2 else _ACTIVE.sub(r"\\\1", one) for place, one in enumerate(parts))


def code(text: str) -> str:
    """Answer a code span of text that may hold backticks itself."""
    fence = "`" * (1 + max((len(run) for run in _TICKS.findall(text)), default=0))
    blank = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{blank}{text}{blank}{fence}"


def _chapter(chapter: Chapter) -> Iterator[str]:
    yield f"## {inert(chapter.title)}"
    if chapter.text:
        yield ""
        yield inert(chapter.text)
    if any(len(one.facts) > 1 for one in chapter.entries):
        for one in chapter.entries:
            yield ""
            yield from _section(one)
    elif chapter.entries:
        yield ""
        yield from _rows(chapter)
    if chapter.code:
        yield from ("", "```sh", *chapter.code, "```")


def _section(one: Entry) -> Iterator[str]:
    yield f"### {code(one.term)}"
    yield ""
    yield inert(one.text)
    yield ""
    yield from (f"- {inert(fact.label)}: {_told(fact)}" for fact in one.facts)


def _item(one: Entry) -> str:
    more = "".join(f" ({inert(fact.label)}: {_told(fact)})" for fact in one.facts)
    return f"- {code(one.term)}: {inert(one.text)}{more}"


def _told(fact: Fact) -> str:
    return ", ".join(one for one in (inert(fact.words), *map(code, fact.code)) if one)


def _rows(chapter: Chapter) -> Iterator[str]:
    """Answer a table, or a list where there is more to say, or what ends a cell even in a code span."""
    if any("|" in f"{one.term}{one.text}" or one.facts for one in chapter.entries):
        yield from map(_item, chapter.entries)
        return
    yield "| | |"
    yield "|:--|:--|"
    yield from (f"| {code(one.term)} | {inert(one.text)} |" for one in chapter.entries)
