"""Lists are refused when nobody could read them, and every row knows where it stands."""

from __future__ import annotations

import pytest

from specrun.errors import InvalidSpec
from specrun.imports.page import MAX_BYTES, MAX_PROBLEMS, Row, opened


def rows(text: str) -> list[tuple[int, str, bool]]:
    return [(row.line, row.text, row.fenced) for row in opened(text, "f").rows]


def test_marks_at_the_start_and_windows_line_ends_are_fine() -> None:
    assert opened("\ufeffa\r\nb\r\n", "f").lines == ("a", "b", "")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a\n b\x1b[2J", "f:2:3: error[E118]: invisible character U+001B; fix: remove it"),
        ("a\rb", "f:1:2: error[E118]: invisible character U+000D; fix: remove it"),
        (
            "\u202eabc",
            "f:1:1: error[E118]: invisible character U+202E (RIGHT-TO-LEFT OVERRIDE); fix: remove it",
        ),
        ("é" * (MAX_BYTES // 2) + "x", "f:1:1: error[E110]: the list is larger than 1,048,576 bytes"),
        ("\ud800", "f:1:1: error[E118]: invisible character U+D800; fix: remove it"),
    ],
)
def test_what_is_refused(text: str, told: str) -> None:
    with pytest.raises(InvalidSpec) as caught:
        opened(text, "f")
    assert str(caught.value).startswith(told)


def test_the_largest_list_is_read() -> None:
    assert len(opened("x" * MAX_BYTES, "f").text) == MAX_BYTES


def test_only_so_many_problems_are_told() -> None:
    with pytest.raises(InvalidSpec) as caught:
        opened("\0" * 100, "f")
    assert len(caught.value.problems) == MAX_PROBLEMS


def test_comments_become_blanks_wherever_they_end() -> None:
    assert rows("a <!-- b --> c\n<!-- d\ne\nf --> g <!-- h") == [
        (1, "a            c", False),
        (2, "      ", False),
        (3, " ", False),
        (4, "      g       ", False),
    ]


def test_fences_end_with_marks_of_their_own_kind() -> None:
    text = "a\n```sh\n<!-- kept\n~~~\n````\nb\n~~~\n```\n~~~~\n~~~\nc\n~~~~\n```x```\nd"
    assert [line for line, _, fenced in rows(text) if fenced] == [2, 3, 4, 5, 7, 8, 9, 10, 11, 12]
    assert (3, "<!-- kept", True) in rows(text)
    assert rows("```\n``` sh\na")[2] == (3, "a", True)


def test_a_part_of_a_row_knows_its_column() -> None:
    row = Row(line=3, column=5, text="ab  cd  ")
    assert row.part(2) == Row(line=3, column=9, text="cd")
    assert row.part(0, 3) == Row(line=3, column=5, text="ab")


@pytest.mark.parametrize(("text", "indent"), [("a", 0), ("  a", 2), ("\ta", 4), (" \t a", 6), ("", 0)])
def test_indents(text: str, indent: int) -> None:
    assert Row(line=1, text=text).indent == indent


def test_problems_show_the_line() -> None:
    page = opened("one\ntwo", "f")
    found = page.problem(Row(line=2, column=3, text=""), "E1", "what", "fix")
    assert (str(found), found.source) == ("f:2:3: error[E1]: what; fix: fix", "two")
    assert page.problem(Row(line=9, text=""), "E1", "what", "fix").source == ""
