"""Tags are taken out of the text wherever they stand, and what is wrong with them is located."""

from __future__ import annotations

import pytest

from specrun.errors import Problem
from specrun.imports.entry import Entry
from specrun.imports.page import Row, opened
from specrun.imports.tags import names, untagged


def read(text: str) -> tuple[Entry, list[Problem]]:
    page = opened(text, "f")
    return untagged(page, Entry(rows=page.rows))


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Create API (id: api) (depends_on: db)", "Create API"),
        ("(id: api) Create API", "Create API"),
        ("Create (id: api) API", "Create API"),
        ("Create API (id: api), then rest", "Create API, then rest"),
        ("Create API（id：api）", "Create API"),
        ("Create API [Skill: name]", "Create API"),
        ("Create API → /name", "Create API"),
        ("Create API -> /ns:name (id: api)", "Create API"),
        ("Create API => /name.", "Create API."),
        ("Create API (DEPENDS ON: db)", "Create API"),
        ("Create API (depends on T001, T002)", "Create API"),
        ("Create API (depends on T001-T003 and T007)", "Create API"),
        ("Create API (depends on 3 services)", "Create API (depends on 3 services)"),
        ("Create API (depends on the weather)", "Create API (depends on the weather)"),
        ("Create API (idea: good)", "Create API (idea: good)"),
        ("Copy a -> /etc/hosts", "Copy a -> /etc/hosts"),
        ("Create [Skills: a]", "Create [Skills: a]"),
        ("Create API (id: api", "Create API (id: api"),
    ],
)
def test_tags_leave_no_gap(text: str, rest: str) -> None:
    entry, problems = read(text)
    assert ([row.text for row in entry.rows], problems) == ([rest], [])


def test_everything_that_tags_say() -> None:
    entry, problems = read(
        "Do it (id: It) (domain: Web UI) (complexity: HIGH)\n"
        "(model: opus) [skill: /tidy]\n  (depends-on: a;b、#c)"
    )
    assert problems == []
    assert (entry.id, entry.domain, entry.complexity, entry.model, entry.skill) == (
        "It",
        "Web UI",
        "high",
        "opus",
        "tidy",
    )
    assert [(name.text, name.line, name.column) for name in entry.upstreams] == [
        ("a", 3, 16),
        ("b", 3, 18),
        ("c", 3, 20),
    ]
    assert [row.text for row in entry.rows] == ["Do it", "", ""]


def test_an_indent_stays_and_code_is_left_alone() -> None:
    entry, _ = read("a\n  b (id: x)\n```\nc (id: y)\n```")
    assert [row.text for row in entry.rows] == ["a", "  b", "```", "c (id: y)", "```"]
    assert entry.id == "x"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "a (complexity: hard)",
            'f:1:16: error[E207]: unknown complexity "hard"; fix: write one of: low, medium, high',
        ),
        ("a (id: )", "f:1:8: error[E202]: id says nothing; fix: write a value, or remove the tag"),
        ("a (id: x) (id: y)", 'f:1:16: error[E202]: id is said twice: "x" and "y"; fix: keep one of them'),
        (
            "a (model: -x)",
            'f:1:11: error[E202]: "-x" is no name of a model; fix: write a name such as sonnet',
        ),
        (
            "a [Skill: two words]",
            'f:1:11: error[E202]: "two words" is no name of a skill; fix: write its bare name',
        ),
    ],
)
def test_what_is_wrong_is_located(text: str, told: str) -> None:
    assert [str(one) for one in read(text)[1]] == [told]


def test_saying_the_same_twice_is_fine() -> None:
    assert read("a (id: x) (id: X) (depends_on: a) (depends_on: b)")[1] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("T003-T005", ["T003", "T004", "T005"]),
        ("T003–5", ["T003", "T004", "T005"]),
        ("9..11", ["9..11"]),
        ("01..03", ["01", "02", "03"]),
        ("T005-T003", ["T005-T003"]),
        ("T1-U3", ["T1-U3"]),
        ("T1-T9999", ["T1-T9999"]),
        ('"a", `b` & none', ["a", "b"]),
        ("db und ui", ["db", "ui"]),
    ],
)
def test_names_and_ranges(text: str, found: list[str]) -> None:
    assert [row.text for row in names(Row(line=1, text=text))] == found
