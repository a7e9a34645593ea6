"""The lines of a task list, checked to be readable, with code fences and comments told apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from specrun.core.unseen import HIDDEN, hidden_name, plain
from specrun.errors import InvalidSpec, Problem, Where

MAX_BYTES = 1 << 20
"""Size of the largest list, as UTF-8."""
MAX_TASKS = 500
MAX_PROBLEMS = 20
SOURCE = 2000
"""Characters of a line that problems show."""

_FENCE = re.compile(r" {0,12}(`{3,}|~{3,})(.*)")
_OPEN, _CLOSE = "<!--", "-->"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line, or a part of one: `line` and `column` of its first character count from 1."""

    line: int
    column: int = 1
    text: str
    fenced: bool = False

    def part(self, start: int, end: int | None = None) -> Row:
        """Answer what stands between two offsets, without blanks at either end."""
        text = self.text[start:end]
        bare = text.lstrip()
        column = self.column + start + len(text) - len(bare)
        return Row(line=self.line, column=column, text=bare.rstrip(), fenced=self.fenced)

    @property
    def indent(self) -> int:
        """Columns before the first character that is no blank; a tab counts for four."""
        bare = self.text.lstrip(" \t")
        return len(self.text[: len(self.text) - len(bare)].replace("\t", "    "))


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One list: `file` is what messages call it, `lines` are as they were written, without their ends.

    `rows` are the lines without HTML comments, those inside of code fences marked.
    """

    file: str
    lines: tuple[str, ...]
    rows: tuple[Row, ...]

    def problem(self, row: Row, code: str, what: str, fix: str) -> Problem:
        """Locate a problem."""
        source = plain(self.lines[row.line - 1][:SOURCE]) if 0 < row.line <= len(self.lines) else ""
        where = Where(self.file, row.line, row.column)
        return Problem(where=where, code=code, what=what, fix=fix, source=source)

    @property
    def text(self) -> str:
        """The whole list."""
        return "\n".join(self.lines)


def opened(text: str, file: str) -> Page:
    """Answer the lines of a list. Raises InvalidSpec where it is too large or holds what nobody can see."""
    if len(text.encode(errors="surrogatepass")) > MAX_BYTES:
        what = f"the list is larger than {MAX_BYTES:,} bytes"
        problem = Problem(where=Where(file), code="E110", what=what, fix="split it into several files")
        raise InvalidSpec((problem,))
    bare = text.removeprefix("\ufeff").replace("\r\n", "\n")
    lines = tuple(bare.split("\n"))
    page = Page(file=file, lines=lines, rows=tuple(_rows(lines)))
    problems = [
        page.problem(
            Row(line=number, column=found.start() + 1, text=""),
            "E118",
            f"invisible character {hidden_name(found.group())}",
            "remove it",
        )
        for number, line in enumerate(page.lines, 1)
        for found in HIDDEN.finditer(line)
    ]
    if problems:
        raise InvalidSpec(tuple(problems[:MAX_PROBLEMS]))
    return page


def _rows(lines: Sequence[str]) -> Iterator[Row]:
    fence, hidden = "", False
    for number, line in enumerate(lines, 1):
        inside = bool(fence)
        text = line
        if not inside:
            text, hidden = _bared(line, hidden=hidden)
        fence = _fenced(text, fence)
        yield Row(line=number, text=text, fenced=inside or bool(fence))


def _fenced(text: str, fence: str) -> str:
    """Answer the fence that is open behind a line, "" for none."""
    found = _FENCE.fullmatch(text)
    if not found:
        return fence
    marks, rest = found.group(1), found.group(2)
    if not fence:
        return "" if marks[0] == "`" and "`" in rest else marks
    closes = marks[0] == fence[0] and len(marks) >= len(fence) and not rest.strip()
    return "" if closes else fence


def _bared(line: str, *, hidden: bool) -> tuple[str, bool]:
    """Put blanks in the place of comments; answer too whether one goes on in the next line."""
    parts = []
    place = 0
    while place < len(line):
        mark = _CLOSE if hidden else _OPEN
        found = line.find(mark, place)
        end = len(line) if found < 0 else found + (len(mark) if hidden else 0)
        parts.append(" " * (end - place) if hidden else line[place:end])
        place, hidden = end, hidden != (found >= 0)
    return "".join(parts), hidden
