"""Says in plain words what a YAML parser means."""

from __future__ import annotations

import re
from collections.abc import Callable

from specrun.errors import Problem
from specrun.spec.text import Text, hidden_problem

Place = tuple[int, int]
"""Line and column, counted from 0 as parsers do."""

TAB = re.compile(r" *\t")
ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))")
UNCLOSED = {
    "flow sequence": ("list opened here is never closed", "add the missing ] (or a comma between its items)"),
    "flow mapping": (
        "mapping opened here is never closed",
        "add the missing } (or a comma between its items)",
    ),
    "quoted scalar": ("text opened by this quote is never closed", "add the closing quote"),
}
INDENT = "indent it like its neighbours, or put the whole value in quotes"
ESCAPED = "write two backslashes, or use single quotes"
SAID = (
    ("mapping values are not allowed", "a `key: value` cannot stand here", INDENT),
    ("sequence entries are not allowed", "a list item cannot stand here", "begin the list on the next line"),
    (
        "could not find expected ':'",
        "this line is neither `key: value` nor a list item",
        "write `key: value`, or indent text under its key",
    ),
    (
        "expected '-' indicator",
        "this line is not an item of the list above it",
        "begin it with `- `, or indent it differently",
    ),
    ("hexdecimal number", "unfinished escape after a backslash in double quotes", ESCAPED),
    ("chr() arg", "escape of a character that does not exist", "remove it"),
    (
        "node content",
        "a value is missing here, or a bracket is too many",
        "write the value, or remove the bracket",
    ),
    ("tag", "tags are not allowed", "remove the word that begins with !"),
    ("document separator", "text opened by a quote reaches a document line", "close the quote"),
    ("document indicator", "text opened by a quote reaches a document line", "close the quote"),
)


def reworded(text: Text, context: str, said: str, opened: Place | None, at: Place | None) -> Problem:
    """Answer our own message for a parser's complaint `said`, made at `at` about what was `opened`."""
    line, column = at or opened or (0, 0)
    for answer in (_tab, _escape, _second_document, _unclosed, _unfinished, _list_end):
        problem = answer(text, context, said, opened or (line, column), (line, column))
        if problem:
            return problem
    if "directive" in said or "incompatible YAML" in said or "version minor part" in said:
        line = next((number for number, written in enumerate(text.lines) if written.startswith("%")), line)
        return text.problem(
            line + 1, 1, "E119", "directives are not allowed", fix="remove the line that begins with %"
        )
    for part, what, fix in SAID:
        if part in said or (part == "tag" and " tag" in context):
            code = "E111" if part == "tag" else "E119"
            return text.problem(line + 1, column + 1, code, what, fix=fix)
    return _odd_character(text, context, line, column)


def _tab(text: Text, _context: str, _said: str, _opened: Place, at: Place) -> Problem | None:
    for line in (at[0], at[0] - 1):
        found = TAB.match(text.lines[line]) if 0 <= line < len(text.lines) else None
        if found:
            return text.problem(line + 1, found.end(), "E103", "tab used for indentation", fix="use spaces")
    return None


def _escape(text: Text, _context: str, said: str, opened: Place, at: Place) -> Problem | None:
    """Escapes: one that makes half a character is refused by the C parser and answered by the other one."""
    if "escape" in said and "invalid Unicode" not in said:
        what, fix = (
            "unknown escape after a backslash in double quotes",
            "write two backslashes, or use single quotes",
        )
        return text.problem(opened[0] + 1, opened[1] + 1, "E119", what, fix=fix)
    found = ESCAPE.search(text.lines[at[0]], max(at[1] - 2, 0)) if "invalid Unicode" in said else None
    if found is None:
        return None
    number = int(found[1] or found[2], 16)
    if number in range(0xD800, 0xE000):
        return hidden_problem(text, opened[0] + 1, opened[1] + 1, chr(number))
    what = "escape of a character that does not exist"
    return text.problem(opened[0] + 1, opened[1] + 1, "E119", what, fix="remove it")


def _second_document(text: Text, _context: str, said: str, _opened: Place, at: Place) -> Problem | None:
    if "<document start>" not in said:
        return None
    return second_document(text, *at)


def second_document(text: Text, line: int, column: int) -> Problem:
    """Say that the one document of a file ended before this place (from 0)."""
    if text.lines[line][column : column + 1] in {"}", "]"}:
        return text.problem(line + 1, column + 1, "E119", "a closing bracket too many", fix="remove it")
    what = "a second document starts here"
    return text.problem(line + 1, column + 1, "E102", what, expected="one document per file")


def _unclosed(text: Text, context: str, said: str, opened: Place, _at: Place) -> Problem | None:
    for thing, (what, fix) in UNCLOSED.items():
        quote = thing == "quoted scalar"
        if thing in context and (not quote or "end of stream" in said):
            return text.problem(opened[0] + 1, opened[1] + 1, "E104", what, fix=fix)
    return None


def _unfinished(text: Text, _context: str, said: str, _opened: Place, at: Place) -> Problem | None:
    """A file that ends right behind an opening bracket or a comma: parsers complain of its end alone."""
    if "node content" not in said or any(written.strip() for written in text.lines[at[0] :]):
        return None
    closing = 0
    for number, written in reversed([*enumerate(text.lines)]):
        for column in reversed(range(len(written))):
            if written[column] in "]}":
                closing += 1
            elif written[column] in "[{" and closing:
                closing -= 1
            elif written[column] in "[{":
                thing = "flow sequence" if written[column] == "[" else "flow mapping"
                what, fix = UNCLOSED[thing]
                return text.problem(number + 1, column + 1, "E104", what, fix=fix)
    return None


def _list_end(text: Text, context: str, said: str, _opened: Place, at: Place) -> Problem | None:
    known: tuple[tuple[str, Callable[[], bool]], ...] = (
        ("block mapping", lambda: "did not find expected key" in said or "<block end>" in said),
        ("block collection", lambda: "<block end>" in said),
    )
    for thing, applies in known:
        if thing in context and applies():
            what, fix = (
                "this does not fit the lines above it",
                "indent it like its neighbours, or put the whole value in quotes",
            )
            if thing == "block collection":
                what, fix = SAID[3][1:]
            return text.problem(at[0] + 1, at[1] + 1, "E119", what, fix=fix)
    return None


def _odd_character(text: Text, context: str, line: int, column: int) -> Problem:
    if "block scalar" in context:
        what, fix = "text after | or > must begin on the next line", "break the line after | or >"
        return text.problem(line + 1, column + 1, "E119", what, fix=fix)
    sign = text.lines[line][column : column + 1] if line < len(text.lines) else ""
    what = f"a value cannot begin with {sign}" if sign else "this is not YAML"
    return text.problem(line + 1, column + 1, "E119", what, fix="put the value in quotes")
