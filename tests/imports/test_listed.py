"""Numbers and bullets of many kinds begin items."""

from __future__ import annotations

import pytest

from specrun.imports import listed
from specrun.imports.entry import Listing
from specrun.imports.page import opened


def read(text: str) -> Listing:
    page = opened(text, "f")
    return listed.read(page, listed.form_of(page) or "")


def items(text: str) -> list[tuple[str, str, int, int]]:
    return [
        (entry.number, "\n".join(row.text for row in entry.rows), entry.place.line, entry.place.column)
        for entry in read(text).entries
    ]


@pytest.mark.parametrize(
    ("text", "number", "column"),
    [
        ("1. a", "1", 4),
        ("  12) a", "12", 7),
        ("１．a", "1", 3),
        ("３）a", "3", 3),
        ("2、a", "2", 3),
        ("(4) a", "4", 5),
        ("（5）a", "5", 4),
        ("⑳ a", "20", 3),
        ("③a", "3", 2),
        ("十、a", "10", 3),
        ("- a", "", 3),
        ("* a", "", 3),
        ("+ a", "", 3),
        ("• a", "", 3),
        ("・a", "", 2),
        ("– a", "", 3),
    ],
)
def test_marks(text: str, number: str, column: int) -> None:
    assert items(text) == [(number, "a", 1, column)]
    assert listed.form_of(opened(text, "f")) == ("numbered" if number else "bullets")


@pytest.mark.parametrize(
    "text", ["a", "1.5 is a number", "-a", "**bold**", "---", "1.", "```\n1. a\n```", "2024 a"]
)
def test_what_is_no_mark(text: str) -> None:
    assert listed.form_of(opened(text, "f")) is None


def test_a_whole_list_in_one_line() -> None:
    assert items("Do these: 1. a b 2. c, 3) d") == [("1", "a b", 1, 14), ("2", "c", 1, 21), ("3", "d", 1, 27)]
    assert read("Do these: 1. a 2. b").description == "Do these"
    assert items("다음：①가 ②나") == [("1", "가", 1, 5), ("2", "나", 1, 8)]
    assert items("1. a 2. b") == [("1", "a", 1, 4), ("2", "b", 1, 9)]


def test_numbers_inside_of_items_are_text() -> None:
    assert items("1. Join 1. and 2. of it\n2. b") == [("1", "Join 1. and 2. of it", 1, 4), ("2", "b", 2, 4)]
    assert listed.form_of(opened("Upgrade to 1. 5", "f")) is None


def test_bullets_below_numbers_are_text() -> None:
    assert [text for _, text, _, _ in items("1. a\n- b\n   1. c\n2. d\n")] == ["a\n- b\n   1. c", "d"]


def test_what_is_said_before_and_after() -> None:
    found = read("Please do\nall of this：\n\n- a\n\nBye!\nSee you.\n")
    assert found.description == "Please do all of this"
    assert found.notes == ('Line 6 belongs to no task: "Bye!".', 'Line 7 belongs to no task: "See you.".')


def test_only_the_first_lines_that_belong_to_nobody_are_told() -> None:
    found = read("- a\n\n" + "\n".join("bcdefgh"))
    assert found.notes[-2:] == ('Line 7 belongs to no task: "f".', "2 more lines belong to no task.")


def test_headings_are_sections() -> None:
    found = read("# All\n- a\n## Backend\n- b\n")
    assert (found.title, [entry.section for entry in found.entries]) == ("All", ["All", "Backend"])
