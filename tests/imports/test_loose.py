"""Texts without marks are lists of lines, or of parts between commas where these are tasks."""

from __future__ import annotations

import pytest

from specrun.imports import loose
from specrun.imports.page import opened


def items(text: str) -> list[str]:
    return ["\n".join(row.text for row in one.rows) for one in loose.read(opened(text, "f")).entries]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One\nTwo\n  more\n\nThree", ["One", "Two\nmore", "Three"]),
        ("Build UI, Create API", ["Build UI", "Create API"]),
        ("Build UI, Create API and Write tests", ["Build UI", "Create API", "Write tests"]),
        ("build a, fix b and test c", ["build a", "fix b", "test c"]),
        ("Build a, Create login and logout", ["Build a", "Create login and logout"]),
        ("Build a, fix b, and c", ["Build a", "fix b", "c"]),
        ("Do all: build a, fix b", ["build a", "fix b"]),
        ("다음을 처리：화면 구현，서버 구현", ["화면 구현", "서버 구현"]),
        ("画面を作る、APIを作る", ["画面を作る", "APIを作る"]),
        ("Build a page, which is blue, and red", ["Build a page, which is blue, and red"]),
        ('Build (a, b), fix `c, d`, say "e, f"', ["Build (a, b)", "fix `c, d`", 'say "e, f"']),
        ("Handle 1,000 rows", ["Handle 1,000 rows"]),
        ('Fix a ", b, c', ['Fix a "', "b", "c"]),
        ("Fix a) b, c", ["Fix a) b", "c"]),
        ("backend: build a, fix b", ["backend: build a", "fix b"]),
        ("Build it (id: x): now, then", ["Build it (id: x): now, then"]),
        ("Note this: one thing", ["Note this: one thing"]),
        ("One thing", ["One thing"]),
        ("A, , B,", ["A", "B"]),
        ("# Title", []),
        ("", []),
        ("One\n```\ncode, more\n```", ["One\n```\ncode, more\n```"]),
    ],
)
def test_lists(text: str, found: list[str]) -> None:
    assert items(text) == found


def test_places_and_what_is_said_before() -> None:
    found = loose.read(opened("/go Do all: build a, fix b", "f"))
    assert (found.form, found.description, len(found.notes)) == ("commas", "Do all", 1)
    assert [(one.place.line, one.place.column) for one in found.entries] == [(1, 13), (1, 22)]
    found = loose.read(opened("Do all：\n# T\nOne\n## Backend\n Two", "f"))
    assert (found.form, found.description, found.title) == ("lines", "Do all", "T")
    assert [one.section for one in found.entries] == ["T", "Backend"]
    assert [(one.place.line, one.place.column) for one in found.entries] == [(3, 1), (5, 2)]
