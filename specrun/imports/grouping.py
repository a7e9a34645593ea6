"""Gathers the lines of a list into groups: a mark, what goes on below it, and the headings above."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from specrun.imports.page import Row

HEADING = re.compile(r"(#{1,6})[ \t]+(.*)")
_RULE = re.compile(r"(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|={3,}")
_APART = ("#", ">", "|", "**")
"""How lines begin that go on with nothing."""
_PREFIX = re.compile(r"(?:implementation |project )?(?:tasks?|plan|task list)\s*:\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What begins an entry: `start` is the offset of its text, `number` what it is counted as."""

    start: int
    number: str = ""
    done: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading of Markdown, 1 the highest level."""

    level: int
    text: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One entry: its mark, its lines (the first behind the mark), and the headings that it stands below."""

    mark: Mark
    rows: tuple[Row, ...]
    path: tuple[Heading, ...] = ()


@dataclass(slots=True)
class Groups:
    """The entries, the lines before the first, and those between or behind them that belong to none."""

    groups: list[Group] = field(default_factory=list)
    lead: list[Row] = field(default_factory=list)
    left: list[Row] = field(default_factory=list)
    title: str = ""


@dataclass(slots=True)
class _Gathering:
    marked: Callable[[Row], Mark | None]
    found: Groups = field(default_factory=Groups)
    path: list[Heading] = field(default_factory=list)
    mark: Mark | None = None
    indent: int = 0
    rows: list[Row] = field(default_factory=list)
    blank: bool = False

    def take(self, row: Row) -> None:
        heading = None if row.fenced else HEADING.match(row.text)
        if row.fenced:
            self._go_on(row)
        elif heading:
            self._head(row, len(heading.group(1)), heading.group(2).rstrip(" \t#").strip())
        elif not row.text.strip():
            self.blank = True
            self.rows += [row] if self.mark else []
        elif _RULE.fullmatch(row.text.strip()):
            self.close()
        else:
            self._line(row)
            self.blank = False

    def _line(self, row: Row) -> None:
        inside = self.mark is not None and row.indent > self.indent + 1
        mark = None if inside else self.marked(row)
        if mark:
            self.close()
            self.mark, self.indent, self.rows = mark, row.indent, [row.part(mark.start)]
        elif self.mark and (inside or not (self.blank or row.text.startswith(_APART))):
            self.rows.append(row)
        else:
            self.close()
            (self.found.left if self.found.groups else self.found.lead).append(row)

    def _go_on(self, row: Row) -> None:
        if self.mark:
            self.rows.append(row)

    def _head(self, row: Row, level: int, text: str) -> None:
        self.close()
        if level == 1 and not self.found.title:
            self.found.title = text[found.end() if (found := _PREFIX.match(text)) else 0 :]
        self.path = [above for above in self.path if above.level < level]
        self.path.append(Heading(level=level, text=text, line=row.line))

    def close(self) -> None:
        """End the entry that is open."""
        if self.mark:
            rows = self.rows
            while len(rows) > 1 and not rows[-1].text.strip():
                rows.pop()
            self.found.groups.append(Group(mark=self.mark, rows=_flush(rows), path=tuple(self.path)))
        self.mark = None
        self.blank = False


def grouped(rows: Sequence[Row], marked: Callable[[Row], Mark | None]) -> Groups:
    """Answer the entries; `marked` tells whether a line begins one."""
    gathering = _Gathering(marked)
    for row in _body(rows):
        gathering.take(row)
    gathering.close()
    return gathering.found


def _body(rows: Sequence[Row]) -> Sequence[Row]:
    """Leave out the block of metadata that Markdown files may begin with."""
    if not rows or rows[0].text.rstrip() != "---":
        return rows
    ends = (place for place, row in enumerate(rows[1:], 2) if row.text.rstrip() == "---")
    return rows[next(ends, 0) :]


def _flush(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Take the indent that the lines below the first have in common from them."""
    below = [row for row in rows[1:] if row.text.strip()]
    expanded = [row.text.expandtabs(4) for row in below]
    common = min((len(text) - len(text.lstrip(" ")) for text in expanded), default=0)
    flushed = [
        replace(row, text=row.text.expandtabs(4)[common:].rstrip(), column=row.column + common)
        for row in rows[1:]
    ]
    return (rows[0], *flushed)
