"""Ids are what specs accept, each only once, and as near to what people wrote as that allows."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.imports.entry import Entry
from specrun.imports.naming import named, own, slug
from specrun.imports.page import Row, opened


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("Create the API", "create-api"),
        ("laplace-web-v2 이슈 #300 구현", "laplace-web-v2-300"),
        ("PR #7042 코드 리뷰", "pr-7042"),
        ("상태 확인", ""),
        ("#300", "task-300"),
        ("Café über Straße", "cafe-uber-strasse"),
        ("The", "the"),
        ("ＡＰＩ", "api"),
        ("one two three four five six", "one-two-three-four-five"),
        ("a" * 70, "a" * 40),
        ("word " + "b" * 50, "word"),
        ("--- !", ""),
    ],
)
def test_slugs(title: str, found: str) -> None:
    assert slug(title) == found


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("T012", "t012"),
        ("My API", "my-api"),
        ("db_1", "db_1"),
        ("-x-", "x"),
        ("7", "task-7"),
        ("한글", ""),
        ("x" * 70, "x" * 63),
    ],
)
def test_ids_of_people(written: str, found: str) -> None:
    assert own(written) == found


def entries(*ids: str) -> list[Entry]:
    return [Entry(rows=(Row(line=line, text="a"),), id=name) for line, name in enumerate(ids, 1)]


def test_nobody_gets_the_id_of_another() -> None:
    ids, problems = named(
        opened("a\n" * 6, "f"),
        entries("", "api", "", "", "", ""),
        ["API", "x", "api", "설계", "설계", "Task 4"],
    )
    assert (ids, problems) == (["api-2", "api", "api-3", "task-4", "task-5", "task-4-2"], [])


def test_what_is_wrong_is_told() -> None:
    _, problems = named(opened("a\nb\nc", "f"), entries("API", "api", "설계"), ["", "", ""])
    assert [str(one) for one in problems] == [
        'f:2:1: error[E203]: id "api" repeats line 1; fix: rename one of them',
        'f:3:1: error[E204]: "설계" is no id; fix: use lower case letters, digits, - and _',
    ]


@given(st.lists(st.text(max_size=80), max_size=8))
def test_all_titles_get_ids_that_differ(titles: list[str]) -> None:
    ids, problems = named(opened("", "f"), entries(*[""] * len(titles)), titles)
    assert problems == []
    assert len(set(ids)) == len(titles)
    assert [
        name for name in ids if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,62}", name) or name.isdigit()
    ] == []


def test_long_ids_that_repeat_stay_within_bounds() -> None:
    ids, _ = named(opened("a\na", "f"), entries("x" * 63, ""), ["", "x" * 63])
    assert ids == ["x" * 63, "x" * 40]
    ids, _ = named(opened("a\na", "f"), entries("x" * 40, ""), ["", "x" * 40])
    assert ids == ["x" * 40, "x" * 40 + "-2"]
