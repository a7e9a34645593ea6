"""Turns the bytes of one file into text that is safe to read, or says which byte or character is not."""

from __future__ import annotations

from dataclasses import dataclass

from specrun.core.unseen import HIDDEN, SHOWN, hidden_name, plain, quoted
from specrun.errors import Problem, Where

__all__ = [
    "HIDDEN",
    "MAX_BYTES",
    "SHOWN",
    "Text",
    "hidden_name",
    "hidden_problem",
    "plain",
    "quoted",
    "read_text",
]

MAX_BYTES = 8 * 1024 * 1024
"""Size of the largest spec file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One readable file: `file` is its path relative to the repo root, `lines` its text without line ends."""

    file: str
    text: str
    lines: tuple[str, ...]

    def problem(
        self, line: int, column: int, code: str, what: str, *, expected: str = "", fix: str = ""
    ) -> Problem:
        """Locate a problem in this file (line and column from 1), with the line as written."""
        source = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        where = Where(self.file, line, column)
        return Problem(where=where, code=code, what=what, expected=expected, fix=fix, source=plain(source))


def read_text(file: str, data: bytes, limit: int) -> tuple[Text, tuple[Problem, ...]]:
    """Decode `data`; the problems are about the encoding, the size in bytes (`limit`) or hidden characters.

    With an encoding or size problem the text is empty: nothing in the file can be trusted to be read right.
    Hidden characters are replaced by U+FFFD, so that the rest of the file can be checked.
    """
    broken = _size_problem(file, data, limit) or _encoding_problem(file, data)
    if broken:
        return Text(file=file, text="", lines=()), (broken,)
    body = data.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
    problems = _hidden_problems(Text(file=file, text=body, lines=tuple(body.split("\n"))))
    if problems:
        body = HIDDEN.sub("\ufffd", body)
    return Text(file=file, text=body, lines=tuple(body.split("\n"))), tuple(problems)


def _size_problem(file: str, data: bytes, limit: int) -> Problem | None:
    if len(data) <= limit:
        return None
    what = f"file is larger than {limit:,} bytes"
    return Problem(where=Where(file), code="E110", what=what, fix="split it into several files")


def _encoding_problem(file: str, data: bytes) -> Problem | None:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        what = "file is UTF-16, not UTF-8"
        return Problem(where=Where(file), code="E117", what=what, fix="save it as UTF-8")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line, start = before.count(b"\n") + 1, before.rfind(b"\n") + 1
        column = len(before[start:].decode("utf-8", "replace")) + 1
        what = f"file is not UTF-8 (byte 0x{data[error.start]:02x} at offset {error.start})"
        return Problem(where=Where(file, line, column), code="E117", what=what, fix="save it as UTF-8")
    return None


def _hidden_problems(text: Text) -> list[Problem]:
    if not HIDDEN.search(text.text):
        return []
    return [
        hidden_problem(text, number, found.start() + 1, found.group())
        for number, line in enumerate(text.lines, 1)
        for found in HIDDEN.finditer(line)
    ]


def hidden_problem(text: Text, line: int, column: int, character: str) -> Problem:
    """Say which invisible character stands at a place."""
    return text.problem(
        line, column, "E118", f"invisible character {hidden_name(character)}", fix="remove it"
    )
