"""Takes a YAML text apart into its events, and the comments and signs that no event tells of."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

PROPERTY = re.compile(r"[&*][A-Za-z0-9_-]+")
HEADER = re.compile(r"[|>][-+0-9]*")
BETWEEN = re.compile(r"(?:\s|#[^\n]*)*")
SIGN = re.compile(r"#[^\n]*|[&*][^\s,\[\]{}]+|---|\.\.\.|[-?:,\[\]{}]")
EMPTY_LINE = re.compile(r"\n[ \t]*\n")
COMMENT, DASH, SCALAR, BODY = "#", "-", "scalar", "body"
"""Kinds of tokens; all others are the signs themselves."""


class Token(NamedTuple):
    """One piece of the text between two places; `blank` says that an empty line stands before it."""

    kind: str
    start: int
    end: int
    blank: bool = False


class Source:
    """A text with its lines: lines and columns count from 0, places in the text too."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def place(self, mark: Any) -> int:  # noqa: ANN401 - the two parsers share shapes, not types
        """Answer the place that a parser's mark means."""
        return int(self._starts[mark.line] + mark.column) if mark.line < len(self._starts) else len(self.text)

    def line(self, place: int) -> int:
        """Answer the line of a place."""
        return bisect.bisect_right(self._starts, place) - 1

    def column(self, place: int) -> int:
        """Answer the column of a place."""
        return place - self._starts[self.line(place)]

    def indent(self, place: int) -> int:
        """Answer how many blanks the line of a place begins with."""
        start = self._starts[self.line(place)]
        return len(self.text[start:place]) - len(self.text[start:place].lstrip(" "))


def events(text: str) -> list[Any]:
    """Answer the events of a text that `specrun.spec.parse` has accepted, by whichever parser takes it."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        return list(_quick(text))
    except (ImportError, YAMLError):
        return list(YAML(typ="safe", pure=True).parse(text))


def _quick(text: str) -> Iterator[Any]:
    from ruamel.yaml import cyaml

    parser: Any = vars(cyaml)["CParser"](text)
    while type(event := parser.get_event()).__name__ != "StreamEndEvent":
        yield event
    yield event


def tokens(source: Source, found: Sequence[Any]) -> list[Token]:
    """Answer every comment, sign, name and scalar of a text in its order."""
    answer: list[Token] = []
    end = 0
    for event in found:
        if type(event).__name__ == "ScalarEvent":
            for kind, start, after in _scalar(source, event):
                _between(source.text, end, start, answer)
                _add(source.text, answer, kind, start, after)
                end = after
    _between(source.text, end, len(source.text), answer)
    return answer


def comments(text: str) -> list[str]:
    """Answer the text of every comment in the order of the file."""
    source = Source(text)
    return [text[one.start : one.end].rstrip() for one in tokens(source, events(text)) if one.kind == COMMENT]


def content(source: Source, event: Any) -> int:  # noqa: ANN401 - as above
    """Answer where a scalar itself begins, after its anchor."""
    start = source.place(event.start_mark)
    named = PROPERTY.match(source.text, start) if event.anchor else None
    after = BETWEEN.match(source.text, named.end()) if named else None
    return after.end() if after else start


def _scalar(source: Source, event: Any) -> Iterator[tuple[str, int, int]]:  # noqa: ANN401 - as above
    """Answer the parts of a scalar, in which nothing is a comment or a sign: not so a block's header line."""
    start, end = content(source, event), source.place(event.end_mark)
    if start >= end:
        return
    header = HEADER.match(source.text, start) if event.style in {"|", ">"} else None
    if header is None:
        yield SCALAR, start, end
        return
    yield SCALAR, start, header.end()
    body = source.text.find("\n", header.end(), end)
    if body < 0:
        return
    # Empty lines at the end are layout, unless they are kept as text; lines of blanks may be text, too.
    ends = "\n" if event.value.rstrip("\n")[-1:] in {" ", "\t"} else " \t\n"
    last = end if "+" in header.group() else body + len(source.text[body:end].rstrip(ends))
    yield BODY, min(body, last), last


def _between(text: str, start: int, end: int, answer: list[Token]) -> None:
    for found in SIGN.finditer(text, start, end):
        sign = found.group()
        _add(text, answer, sign[0] if sign[0] in "#&*" else sign, found.start(), found.end())


def _add(text: str, answer: list[Token], kind: str, start: int, end: int) -> None:
    before = answer[-1].end if answer else 0
    answer.append(Token(kind, start, end, EMPTY_LINE.search(text, before, start) is not None))
