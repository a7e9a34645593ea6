"""Shows what is wrong in specs: one line each, with source and caret on a terminal, or as JSON."""

from __future__ import annotations

from collections.abc import Sequence

from specrun import __version__
from specrun.core.task import Json
from specrun.errors import Problem
from specrun.report.colour import PLAIN, Paint, Role
from specrun.report.text import shown, width
from specrun.report.words import count

FORMAT = 1
_ROOM = 100
_TAB = 4
_INDENT = "  "
_CUT = "..."


def lines(
    problems: Sequence[Problem], *, source: bool = False, room: int = _ROOM, paint: Paint = PLAIN
) -> str:
    """Answer all problems, one paragraph each, and how many there are.

    `source` adds the offending line with a caret, cut to `room` columns around the caret.
    """
    told: list[str] = []
    for problem in problems:
        told.append(_tinted(problem, paint))
        if source and problem.source:
            row, caret = excerpt(problem.source, problem.where.column, room)
            told += [row, caret.replace("^", paint("^", Role.BAD))]
    files = len({problem.where.file for problem in problems})
    told.append(f"{count(len(problems), 'error')} in {count(files, 'file')}")
    return "\n".join(told) + "\n"


def _tinted(problem: Problem, paint: Paint) -> str:
    """Answer a problem in one line, with its place and the word that says that it is an error in colour."""
    whole, place, word = shown(str(problem)), shown(f"{problem.where}:"), f"error[{problem.code}]:"
    rest = whole.removeprefix(f"{place} {word}")
    return whole if rest == whole else f"{paint(place, Role.STRONG)} {paint(word, Role.BAD)}{rest}"


def excerpt(source: str, column: int, room: int = _ROOM) -> tuple[str, str]:
    """Answer a source line of about `room` columns and a caret under `column` (characters, from 1)."""
    marks = [" " * _TAB if mark == "\t" else shown(mark) for mark in source.rstrip("\r\n")]
    place = min(max(column - 1, 0), len(marks))
    space = max(room - len(_INDENT) - 2 * len(_CUT), 8)
    right = min(space // 2, max(width("".join(marks[place:])), 1))
    first = place - _fitting(marks[:place][::-1], space - right)
    before = "".join(marks[first:place])
    last = place + _fitting(marks[place:], space - width(before))
    before = _INDENT + (_CUT if first else "") + before
    after = "".join(marks[place:last]) + (_CUT if last < len(marks) else "")
    return f"{before}{after}".rstrip(), " " * width(before) + "^"


def _fitting(marks: Sequence[str], space: int) -> int:
    """Count how many leading marks fit into `space` columns."""
    for number, mark in enumerate(marks):
        space -= width(mark)
        if space < 0:
            return number
    return len(marks)


def document(problems: Sequence[Problem]) -> dict[str, Json]:
    """Answer what `validate --format json` prints."""
    return {
        "format_version": FORMAT,
        "tool_version": __version__,
        "valid": not problems,
        "problems": [_entry(problem) for problem in problems],
    }


def _entry(problem: Problem) -> dict[str, Json]:
    return {
        "severity": "error",
        "code": problem.code,
        "file": problem.where.file,
        "line": problem.where.line,
        "column": problem.where.column,
        "what": problem.what,
        "expected": problem.expected,
        "fix": problem.fix,
        "source": problem.source,
    }
