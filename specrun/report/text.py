"""Makes text from anywhere harmless on a terminal, and cuts it to a number of columns."""

from __future__ import annotations

import re
import unicodedata

_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor, screen
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\r\n]*(?:\x07|\x1b\\|\x9c)?"  # OSC, DCS, APC, ...
    r"|\x1b[ -/]*[0-~]"  # two-character sequences
)
_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Format characters reorder or hide text (bidi marks, zero width, tags); surrogates cannot even be written.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_WIDE = frozenset("WF")
_ZERO = frozenset({"Mn", "Me", "Cf"})


def clean(text: str) -> str:
    """Drop escape sequences and every character that a terminal would act on; tabs and line ends stay."""
    bare = _LINE_ENDS.sub("\n", _SEQUENCE.sub("", text))
    if bare.isascii() and bare.isprintable():
        return bare
    return "".join(mark for mark in bare if mark in "\n\t" or unicodedata.category(mark) not in _UNSEEN)


def shown(text: str) -> str:
    """Make unseen characters visible as escapes, for messages that quote what somebody wrote; one line."""
    return "".join(_visible(mark) for mark in text)


def _visible(mark: str) -> str:
    if mark == "\t":
        return " "
    if unicodedata.category(mark) not in _UNSEEN:
        return mark
    return mark.encode("unicode_escape").decode("ascii")


def line(text: str) -> str:
    """Make one harmless line: as `clean`, with every run of blanks and line ends a single space."""
    return " ".join(clean(text).split())


def width(text: str) -> int:
    """Count the columns that harmless text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(columns(mark) for mark in text)


def columns(mark: str) -> int:
    """Count the columns of one character: wide East Asian forms take two, combining marks none."""
    if unicodedata.category(mark) in _ZERO:
        return 0
    return 2 if unicodedata.east_asian_width(mark) in _WIDE else 1


def cut(text: str, limit: int, end: str = "...") -> str:
    """Shorten one line to at most `limit` columns, marking what is missing with `end` where that fits."""
    if width(text) <= limit:
        return text
    mark = end if limit > 2 * len(end) else ""
    room = limit - len(mark)
    taken = 0
    for place, character in enumerate(text):
        taken += columns(character)
        if taken > room:
            return text[:place] + mark
    return text


def pad(text: str, limit: int) -> str:
    """Fill up with blanks to `limit` columns."""
    return text + " " * (limit - width(text))


def tail(text: str, lines: int) -> tuple[str, ...]:
    """Answer the last lines of a log that say something, harmless."""
    found = [row.rstrip() for row in clean(text).split("\n") if row.strip()]
    return tuple(found[-lines:])
