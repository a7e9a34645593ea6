"""Placeholders go along with everything and tell nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from specrun.spec.render.later import Later, Named, Watched, named


def test_it_says_what_it_stands_for() -> None:
    asked: set[str] = set()
    later = Later("tasks.a.output", asked)
    assert str(later) == "«tasks.a.output: known later»"
    assert [str(each) for each in later] == ["«tasks.a.output[…]: known later»"]
    assert str(later() + 1) == "«tasks.a.output() …: known later»"
    assert str(later[-500:]) == "«tasks.a.output[…]: known later»"
    assert len(later) == 1
    assert asked == set()


def test_a_condition_is_noted_and_answered_as_told() -> None:
    for truth in (True, False):
        asked: set[str] = set()
        later = Later("x", asked, truth=truth)
        assert bool(later) is truth
        assert (later == 3) is truth
        assert (later != 3) is truth
        assert (later < 3) is truth
        assert (3 in later) is truth
        assert asked == {"x"}
        assert len({later}) == 1


def test_mappings_know_their_names() -> None:
    value = named("vars", {"a": [{"b": 1}]})
    assert isinstance(value, Named)
    assert value["a"][0].path == "vars.a[0]"


@pytest.mark.parametrize(
    "look",
    [
        lambda watched: watched["a"],
        lambda watched: watched.get("a"),
        lambda watched: watched.get("nope"),
        lambda watched: list(watched.items()),
        lambda watched: list(watched.values()),
        list,
        dict,
    ],
)
def test_a_watched_mapping_notes_whoever_looks(look: Callable[[Any], object]) -> None:
    asked: set[str] = set()
    watched = Watched("tasks", {"a": 1}, asked)
    assert "a" in watched
    assert len(watched) == 1
    assert asked == set()
    look(watched)
    assert asked != set()
