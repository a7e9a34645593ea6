"""Order and path lengths of small graphs."""

from __future__ import annotations

import pytest

from specrun.core.graph import dependency_order, dependents_of, downstream, path_lengths
from tests.core.make import desired, task, tid

DIAMOND = desired(task("d", "b", "c"), task("c", "a"), task("b", "a"), task("a")).tasks


def test_upstreams_come_first_and_ties_go_by_id() -> None:
    assert dependency_order(DIAMOND) == tuple(map(tid, "abcd"))


def test_a_cycle_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="cycle"):
        dependency_order(desired(task("a", "b"), task("b", "a")).tasks)


def test_dependents_and_everything_below() -> None:
    assert dependents_of(DIAMOND)[tid("a")] == [tid("b"), tid("c")]
    assert downstream(DIAMOND, frozenset({tid("b")})) == {tid("b"), tid("d")}


def test_lengths_use_history_and_its_median_for_the_rest() -> None:
    order = dependency_order(DIAMOND)
    assert path_lengths(DIAMOND, order, {}) == {tid("a"): 3, tid("b"): 2, tid("c"): 2, tid("d"): 1}
    known = {tid("b"): 10.0, tid("c"): 2.0, tid("d"): 4.0}
    assert path_lengths(DIAMOND, order, known) == {tid("a"): 18, tid("b"): 14, tid("c"): 6, tid("d"): 4}
