"""Knows the characters that people cannot see, and quotes what people wrote so that none of them hides."""

from __future__ import annotations

import re
import unicodedata

HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
"""Controls other than tab and line feed, bidi marks, zero-width marks, tags, half surrogates."""

SHOWN = 80


def plain(text: str) -> str:
    """Answer `text` with invisible characters written as escapes, so that no terminal obeys them."""
    return HIDDEN.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def quoted(value: object) -> str:
    """Answer a value of the user for a message: in quotes, escaped, at most 80 characters."""
    text = plain(str(value)).replace("\n", "\\n").replace("\t", "\\t")
    return f'"{text[:SHOWN]}…"' if len(text) > SHOWN else f'"{text}"'


def hidden_name(character: str) -> str:
    """Name an invisible character, e.g. `U+202E (RIGHT-TO-LEFT OVERRIDE)`."""
    name = unicodedata.name(character, "")
    return f"U+{ord(character):04X} ({name})" if name else f"U+{ord(character):04X}"
