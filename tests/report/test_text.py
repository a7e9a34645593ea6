"""Tests that no text can act on a terminal."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.report.text import clean, cut, line, pad, shown, tail, width

ANYTHING = st.text(st.characters(codec=None)) | st.text(
    "\x1b\x9b\x07\x9c[]()PX^_;?0123456789mHJKlh\\\r\n\t ab"
)


@given(ANYTHING)
def test_clean_text_holds_nothing_that_a_terminal_acts_on(text: str) -> None:
    for mark in clean(text):
        assert mark in "\n\t" or unicodedata.category(mark) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


@given(ANYTHING)
def test_shown_text_is_one_harmless_line(text: str) -> None:
    told = shown(text)
    assert "\n" not in told
    assert clean(told) == told


@given(ANYTHING)
def test_a_line_is_one_line(text: str) -> None:
    assert len(line(text).split("\n")) == 1


@pytest.mark.parametrize(
    ("raw", "harmless"),
    [
        pytest.param("\x1b[31mred\x1b[0m", "red", id="colours go"),
        pytest.param("a\x1b]52;c;aGk=\x07b", "ab", id="the clipboard is not written"),
        pytest.param("a\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\b", "alinkb", id="hidden links go"),
        pytest.param("a\x9b2Jb", "ab", id="one-character CSI goes"),
        pytest.param("a\x1bcb", "ab", id="a reset goes"),
        pytest.param("a\x1b]0;title\nb", "a\nb", id="an open sequence swallows its own line only"),
        pytest.param("10%\r20%\r\ndone", "10%\n20%\ndone", id="carriage returns end lines"),
        pytest.param("a\u202eb\u200bc\U000e0041d", "abcd", id="bidi, zero width and tag characters go"),
        pytest.param("\ud800x", "x", id="lone surrogates go"),
        pytest.param("日本 é\t🎉", "日本 é\t🎉", id="languages stay"),
    ],
)
def test_clean(raw: str, harmless: str) -> None:
    assert clean(raw) == harmless


def test_shown_makes_hidden_characters_visible() -> None:
    assert shown("a\x1b\u202e\n\tb") == "a\\x1b\\u202e\\n b"


@given(st.text(), st.integers(0, 40))
def test_cut_fits(text: str, limit: int) -> None:
    assert width(cut(line(text), limit)) <= limit


def test_cut_says_that_something_is_missing() -> None:
    assert cut("0123456789", 8) == "01234..."
    assert cut("0123456789", 10) == "0123456789"
    assert cut("日本語日本語", 9) == "日本語..."


def test_width_counts_columns() -> None:
    assert [width(one) for one in ("abc", "日本", "e\u0301")] == [3, 4, 1]
    assert pad("日", 4) == "日  "


def test_tail_keeps_the_last_lines_that_say_something() -> None:
    assert tail("one\n\n\x1b[1mtwo\x1b[0m  \nthree\n\n", 2) == ("two", "three")
