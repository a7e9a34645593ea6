"""Makes text that others wrote safe to show and to keep."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

_SEQUENCES = re.compile(
    r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?"  # window titles and links
    r"|\x1b[PX^_][^\x1b]*(?:\x1b\\)?"  # device and application strings
    r"|\x1b\[[0-?]*[ -/]*[@-~]?"  # colours and cursor movements
    r"|\x1b[ -/]*[0-~]?"
)
_DROPPED = {"Cc", "Cf", "Cs", "Co"}


def printable(text: str) -> str:
    """Answer `text` without terminal sequences, control and invisible characters; only tab and newline stay.

    A carriage return becomes a newline, since progress bars overwrite themselves with it.
    """
    text = _SEQUENCES.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return text
    return "".join(mark for mark in text if mark in "\n\t" or unicodedata.category(mark) not in _DROPPED)


def one_line(text: str, width: int = 300) -> str:
    """Answer the first line of `text` that says something, cut at `width` characters."""
    lines = (line.strip().replace("\t", " ") for line in printable(text).splitlines())
    line = next((line for line in lines if line), "")
    return line if len(line) <= width else line[: width - 1] + "…"


def tail(path: Path, limit: int = 4096) -> str:
    """Answer the end of a log, at most `limit` bytes of it; "" when there is none."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - limit))
            raw = file.read(limit)
    except OSError:
        return ""
    if size > limit:
        # The cut may fall inside a character: at most three bytes of it can be left at the front.
        raw = raw.lstrip(bytes(range(0x80, 0xC0)))
    return printable(raw.decode("utf-8", "replace"))
