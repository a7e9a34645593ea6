"""Bytes become text, or a located reason why not."""

from __future__ import annotations

import pytest

from specrun.spec.text import plain, quoted, read_text


@pytest.mark.parametrize(
    ("data", "place", "what"),
    [
        (b"a: \xff\n", "f:1:4", "file is not UTF-8 (byte 0xff at offset 3)"),
        (b"\xc3\xa9\nx \xe9", "f:2:3", "file is not UTF-8 (byte 0xe9 at offset 5)"),
        (b"\xff\xfea\x00", "f:1:1", "file is UTF-16, not UTF-8"),
        (b"x" * 101, "f:1:1", "file is larger than 100 bytes"),
    ],
)
def test_unreadable_bytes_are_located_and_nothing_is_kept(data: bytes, place: str, what: str) -> None:
    text, problems = read_text("f", data, 100)
    assert [(str(each.where), each.what) for each in problems] == [(place, what)]
    assert text.lines == ()


def test_hidden_characters_are_named_and_replaced() -> None:
    text, problems = read_text("f", "one\na\u202eb\x00\n".encode(), 100)
    assert [(each.where.line, each.where.column, each.what) for each in problems] == [
        (2, 2, "invisible character U+202E (RIGHT-TO-LEFT OVERRIDE)"),
        (2, 4, "invisible character U+0000"),
    ]
    assert text.text == "one\na\ufffdb\ufffd\n"


def test_a_mark_at_the_start_and_windows_line_ends_are_fine() -> None:
    text, problems = read_text("f", b"\xef\xbb\xbfa: 1\r\nb: 2\r\n", 100)
    assert problems == ()
    assert text.lines == ("a: 1", "b: 2", "")


def test_a_problem_carries_its_line_as_written() -> None:
    text, _ = read_text("f", b"one\ntwo\n", 100)
    assert text.problem(2, 1, "E000", "odd").source == "two"
    assert text.problem(9, 1, "E000", "odd").source == ""


def test_shown_values_are_cut_and_escaped() -> None:
    assert quoted("a\nb\x1b") == '"a\\nb\\u001b"'
    assert quoted("x" * 81) == '"' + "x" * 80 + '…"'
    assert plain("a\u200bb") == "a\\u200bb"
