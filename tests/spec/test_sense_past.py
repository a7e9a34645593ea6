"""Moves begin at former ids and lead to tasks; what is removed is neither."""

from __future__ import annotations

import pytest

from specrun.spec.parse import parse
from specrun.spec.sense_past import check_past, final
from specrun.spec.text import read_text


def said(source: str, *tasks: str) -> list[str]:
    text, _ = read_text("s", source.encode(), 10_000)
    root, _ = parse(text)
    assert root is not None
    return [f"{found.where.column} {found.what}" for found in check_past(text, root, tasks)]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("moved: [{from: old, to: a}]", []),
        ("moved: [{from: older, to: old}, {from: old, to: a}]", []),
        ("moved: [{from: b, to: a}]", ['16 moved begins at "b", which is still a task']),
        ("moved: [{from: old, to: x}]", ['25 moved leads to unknown task "x"']),
        ("moved: [{from: older, to: old}, {from: old, to: x}]", ['49 moved leads to unknown task "x"']),
        ("moved: [{from: x, to: y}, {from: y, to: x}]", 2 * ["moves lead in a circle"]),
        ("moved: [{from: x, to: x}]", ['23 moves lead in a circle: "x"']),
        ("moved: [{from: x, to: a}, {from: x, to: b}]", ['34 two moves begin at "x" (line 1)']),
        ("moved: [{from: x, to: a}, {from: y, to: a}]", ['41 two moves lead to "a" (line 1)']),
        ("removed: [x, y]", []),
        ("removed: [a]", ['11 removed names "a", which is still a task']),
        ("removed: [x, x]", ['14 removed names "x" twice (line 1)']),
        ("moved: [{from: x, to: a}]\nremoved: [x]", ['11 "x" is both moved and removed']),
        ("moved: [{from: x}, {to: 3}, y]\nremoved: {x: y}", []),
        ("moved: x\nremoved: [3, {a: b}]", []),
        ("{}", []),
    ],
)
def test_what_is_said_of_former_tasks(source: str, found: list[str]) -> None:
    told = said(source, "a", "b")
    assert len(told) == len(found)
    assert all(part in line for part, line in zip(found, told, strict=True))


def test_moves_are_followed_to_their_end() -> None:
    nexts = {"a": "b", "b": "c", "x": "y", "y": "x"}
    assert final("a", nexts) == ("c", 2)
    assert final("c", nexts) == ("c", 0)
    assert final("x", nexts)[0] in nexts
