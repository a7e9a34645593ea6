"""Tests that drawings of graphs say exactly which task waits for which."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.report.lanes import MARK, Drawn, Style, draw, ordered, parts

GRAPHS = st.lists(st.sets(st.integers(0, 11), max_size=4), min_size=1, max_size=12).map(
    lambda rows: {
        f"t{number}": sorted(f"t{one}" for one in found if one < number) for number, found in enumerate(rows)
    }
)
"""Names in written order, each with some of those before it."""
DIAMOND: dict[str, list[str]] = {"schema": [], "api": ["schema"], "web": ["schema"], "deploy": ["api", "web"]}
FAN: dict[str, list[str]] = {
    "split": [],
    **{name: ["split"] for name in "abcd"},
    "merge": [*"abcd"],
    "end": ["merge"],
}
CHAIN: dict[str, list[str]] = {"a": [], "b": ["a"], "c": ["b"]}


def lines(rows: Sequence[Drawn]) -> list[str]:
    return [f"{row.art} {row.name}".rstrip() for row in rows]


def read(rows: Sequence[Drawn]) -> dict[str, set[str]]:
    """Follow the lines knowing nothing but the characters, and answer who waits for whom."""
    flow: dict[int, set[str]] = {}
    over, found = "", dict[str, set[str]]()
    for row in rows:
        marks = {column: sign for column, sign in enumerate(row.art) if sign not in " -"}
        assert {*marks.values()} <= {*"|+'", MARK}
        assert all(column in flow for column, sign in marks.items() if sign != MARK), row
        reached = [column for column, sign in marks.items() if sign in "+'"]
        joined = set[str]().union(*(flow[column] for column in reached))
        level = {*range(min(reached, default=row.mark), max([*reached, row.mark]) + 1)}
        assert {column for column, sign in enumerate(row.art) if sign == "-"} <= level
        assert all(row.art[column] != " " for column in level), row
        below = {column: flow[column] for column, sign in marks.items() if sign in "|+"}
        if row.name:
            assert row.art[row.mark] == MARK
            straight = over[row.mark : row.mark + 1] in {"|", "+"}
            found[row.name] = joined | (flow[row.mark] if straight else set())
            below[row.mark] = {row.name}
        elif reached:
            assert row.art[reached[0]] == "+"
            assert all(row.art[column] == "'" for column in reached[1:])
            below[reached[0]] = joined
        flow, over = below, row.art
    return found


def test_a_diamond() -> None:
    assert lines(draw(DIAMOND)) == [
        "o schema",
        "+-o api",
        "'-|-o web",
        "  '-'-o deploy",
    ]


def test_lines_to_the_same_tasks_become_one() -> None:
    assert lines(draw(FAN, Style.JOINED)) == [
        "o split",
        "+-o a",
        "+-|-o b",
        "| +-'",
        "+-|-o c",
        "| +-'",
        "'-|-o d",
        "  '-'-o merge",
        "      '-o end",
    ]


def test_a_chain_goes_down_to_the_right_or_straight() -> None:
    assert lines(draw(CHAIN)) == ["o a", "'-o b", "  '-o c"]
    assert lines(draw(CHAIN, Style.STRAIGHT)) == ["o a", "|", "o b", "|", "o c"]


def test_several_beginnings() -> None:
    graph = {"a": [], "b": [], "c": ["a", "b"], "d": ["a"], "e": ["c", "d", "b"]}
    assert lines(draw(graph)) == ["o a", "+-o d", "| | o b", "'-|-+-o c", "  '-'-'-o e"]


def test_pieces_that_no_line_connects() -> None:
    graph = {"a": [], "b": [], "c": ["a"], "d": [], "e": ["b", "d"]}
    assert parts(graph) == ({"a": [], "c": ["a"]}, {"b": [], "d": [], "e": ["b", "d"]})


def test_a_branch_is_followed_to_its_end() -> None:
    graph = {"a": [], "b": ["a"], "c": ["a"], "d": ["b"], "e": ["c"]}
    assert ordered(graph) == ("a", "b", "d", "c", "e")


@pytest.mark.parametrize("style", Style)
@given(graph=GRAPHS)
def test_the_characters_alone_tell_every_edge_and_no_other(style: Style, graph: dict[str, list[str]]) -> None:
    for piece in parts(graph):
        assert read(draw(piece, style)) == {name: {*upstreams} for name, upstreams in piece.items()}


@given(graph=GRAPHS)
def test_pieces_are_whole_and_apart(graph: dict[str, list[str]]) -> None:
    pieces = parts(graph)
    assert sorted(name for piece in pieces for name in piece) == sorted(graph)
    assert all(upstream in piece for piece in pieces for found in piece.values() for upstream in found)
    # Each is one piece by itself.
    assert [len(parts(piece)) for piece in pieces] == [1] * len(pieces)


@given(graph=GRAPHS)
def test_what_is_waited_for_stands_above(graph: dict[str, list[str]]) -> None:
    place = {name: number for number, name in enumerate(ordered(graph))}
    assert sorted(place) == sorted(graph)
    assert all(place[upstream] < place[name] for name, found in graph.items() for upstream in found)


def test_hundreds_of_tasks_between_two_need_three_lanes() -> None:
    middle = [f"t{number}" for number in range(400)]
    graph = {"first": [], **{name: ["first"] for name in middle}, "last": middle}
    rows = draw(graph, Style.STRAIGHT)
    assert max(len(row.art) for row in rows) == 5
    assert read(rows)["last"] == {*middle}
