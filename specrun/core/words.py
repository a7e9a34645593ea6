"""Finds words in texts of any language, whatever their case and whether or not blanks stand between them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

_UNSPACED = (
    ("\u1100", "\u11ff"),  # Hangul letters
    ("\u3005", "\u30ff"),  # signs, Hiragana, Katakana
    ("\u3130", "\u318f"),  # Hangul letters
    ("\u31f0", "\u31ff"),  # Katakana
    ("\u3400", "\u9fff"),  # Han
    ("\uac00", "\ud7a3"),  # Hangul
    ("\uf900", "\ufaff"),  # Han
    ("\U00020000", "\U0003ffff"),  # Han
)


def folded(text: str) -> str:
    """Answer a text without what makes equal words differ: case, ways to write an accent, line breaks."""
    once = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    return " ".join(once.split())


def joins(character: str) -> bool:
    """Whether a character goes on with the word beside it: a letter, a digit, _ or an accent."""
    return character.isalnum() or character == "_" or unicodedata.category(character or " ").startswith("M")


def stands(word: str, text: str) -> bool:
    """Whether a word is there, and not as a part of a longer one; both are folded."""
    return any(
        not (joins(text[start - 1 : start]) or joins(text[end : end + 1]))
        for start, end in _found(word, text)
    )


def unspaced(text: str) -> bool:
    """Whether a text has letters of Chinese, Japanese or Korean, where words are not told apart by blanks."""
    return any(first <= mark <= last for mark in text for first, last in _UNSPACED)


def places(word: str, text: str) -> Iterator[tuple[int, int]]:
    """Answer where a word stands, as (start, end); both are folded.

    Words of Chinese, Japanese and Korean count wherever they are. Others have to stand for themselves; what
    those three languages put beside them (`API를`) does not matter, nor does the `s` of a plural.
    """
    for start, end in _found(word, text):
        if unspaced(word):
            yield start, end
        elif not _glued(text[start - 1 : start]):
            last = end + (text[end : end + 1] == "s")
            if not _glued(text[last : last + 1]):
                yield start, last


def _glued(beside: str) -> bool:
    return joins(beside) and not unspaced(beside)


def _found(word: str, text: str) -> Iterator[tuple[int, int]]:
    start = text.find(word)
    while start >= 0:
        yield start, start + len(word)
        start = text.find(word, start + 1)
