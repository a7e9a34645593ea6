"""Marks begin groups, and what stands below them belongs to them or to nobody."""

from __future__ import annotations

from specrun.imports.grouping import Groups, Mark, grouped
from specrun.imports.page import Row, opened


def marked(row: Row) -> Mark | None:
    bare = row.text.lstrip()
    return Mark(start=len(row.text) - len(bare) + 2) if bare.startswith("- ") else None


def found(text: str) -> Groups:
    return grouped(opened(text, "f").rows, marked)


def texts(text: str) -> list[list[str]]:
    return [[row.text for row in group.rows] for group in found(text).groups]


def test_deeper_lines_and_those_that_follow_at_once_belong_to_the_item() -> None:
    assert texts("- a\n  b\nc\n\n    d\n\n- e\n") == [["a", "  b", "c", "", "    d"], ["e"]]


def test_common_indents_go() -> None:
    assert texts("- a\n  - b\n    c\n\n\td\n") == [["a", "- b", "  c", "", "  d"]]


def test_items_inside_of_items_are_text() -> None:
    assert texts("- a\n  - b\n - c\n") == [["a", "- b"], ["c"]]


def test_what_ends_an_item() -> None:
    for line in ("# h", "---", "* * *", "> note", "| t |", "**Goal**: x"):
        assert texts(f"- a\n{line}\n  - b\n") == [["a"], ["b"]], line


def test_fences_stay_inside_of_their_item() -> None:
    assert texts("- a\n  ```\n- x\n\n  ```\n- b\n```\n- y\n```\n") == [
        ["a", "  ```", "- x", "", "  ```"],
        ["b", "```", "- y", "```"],
    ]
    assert texts("```\n- y\n```\n- b\n") == [["b"]]


def test_what_belongs_to_nobody() -> None:
    groups = found("before\n- a\n\nafter\nmore\n- b\n")
    assert [row.text for row in groups.lead] == ["before"]
    assert [row.text for row in groups.left] == ["after", "more"]


def test_headings_are_a_path() -> None:
    groups = found("# Tasks: T\n- a\n## P ##\n### S\n- b\n## Q\n- c\n# R\n- d\n")
    assert groups.title == "T"
    assert [[(one.level, one.text, one.line) for one in group.path] for group in groups.groups] == [
        [(1, "Tasks: T", 1)],
        [(1, "Tasks: T", 1), (2, "P", 3), (3, "S", 4)],
        [(1, "Tasks: T", 1), (2, "Q", 6)],
        [(1, "R", 8)],
    ]


def test_a_title_keeps_its_colons() -> None:
    assert found("# Build tasks: now\n").title == "Build tasks: now"
    assert found("# Implementation plan: now\n").title == "now"


def test_metadata_is_no_list() -> None:
    assert texts("---\n- x\n---\n- a\n") == [["a"]]
    assert texts("---\n- a\n") == [["a"]]
    assert texts("") == []
