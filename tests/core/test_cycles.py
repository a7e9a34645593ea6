"""Cycles are found in graphs of any length."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from specrun.core.cycles import cycles


def test_a_cycle_is_told_as_a_path() -> None:
    assert cycles({"a": ["b"], "b": ["c"], "c": ["a"], "d": ["a"]}) == [("a", "b", "c", "a")]


def test_a_diamond_is_no_cycle() -> None:
    assert cycles({"a": [], "b": ["a"], "c": ["a"], "d": ["b", "c"]}) == []


def test_length_is_no_danger() -> None:
    chain = {str(number): [str(number + 1)] for number in range(20_000)} | {"20000": []}
    assert cycles(chain) == []
    assert len(cycles(chain | {"20000": ["0"]})[0]) == 20_002


@given(st.lists(st.lists(st.integers(0, 7), max_size=4), min_size=8, max_size=8))
def test_an_order_exists_exactly_when_no_cycle_is_found(edges: list[list[int]]) -> None:
    graph = {str(number): [str(other) for other in below] for number, below in enumerate(edges)}
    left = dict(graph)
    while free := [name for name, below in left.items() if not set(below) & left.keys()]:
        for name in free:
            del left[name]
    assert bool(cycles(graph)) == bool(left)
    for cycle in cycles(graph):
        assert cycle[0] == cycle[-1]
        assert all(after in graph[before] for before, after in itertools.pairwise(cycle))
