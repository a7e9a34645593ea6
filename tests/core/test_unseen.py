"""What nobody can see is found, named and made visible."""

from __future__ import annotations

import pytest

from specrun.core.unseen import HIDDEN, hidden_name, plain, quoted


@pytest.mark.parametrize(
    "mark", ["\0", "\x1b", "\x7f", "\x85", "\u200b", "\u202e", "\u2066", "\ufeff", "\U000e0041"]
)
def test_hidden_characters_are_found(mark: str) -> None:
    assert HIDDEN.search(f"a{mark}b")
    assert mark not in plain(f"a{mark}b")


def test_what_people_see_is_left_alone() -> None:
    text = "tab\tand line\nand é 한 設 🎯 \u00a0"
    assert not HIDDEN.search(text)
    assert plain(text) == text


def test_quotes_hold_one_line_of_80_characters() -> None:
    assert quoted("a\n\tb\u202e") == '"a\\n\\tb\\u202e"'
    assert quoted("x" * 81) == f'"{"x" * 80}…"'
    assert quoted(7) == '"7"'


def test_names_are_those_of_unicode_where_there_is_one() -> None:
    assert hidden_name("\u202e") == "U+202E (RIGHT-TO-LEFT OVERRIDE)"
    assert hidden_name("\x1b") == "U+001B"
