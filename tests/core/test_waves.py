"""Tests which tasks may run side by side, and which chain takes longest."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from specrun.core.task import Task, TaskId
from specrun.core.waves import Chain, longest, waves
from tests.core.make import task, tid


def tasks(*found: Task) -> dict[TaskId, Task]:
    return {one.id: one for one in found}


DIAMOND = tasks(task("a"), task("b", "a"), task("c", "a"), task("d", "b", "c"), task("e"))


def test_a_wave_comes_after_all_that_its_tasks_wait_for() -> None:
    assert waves(DIAMOND) == {tid("a"): 1, tid("b"): 2, tid("c"): 2, tid("d"): 3, tid("e"): 1}


def test_the_farthest_upstream_counts() -> None:
    assert waves(tasks(task("a"), task("b", "a"), task("c", "a", "b")))[tid("c")] == 3


def test_what_is_left_out_is_not_waited_for() -> None:
    assert waves(tasks(task("b", "a"), task("c", "b"))) == {tid("b"): 1, tid("c"): 2}
    assert longest(tasks(task("b", "a"), task("c", "b")), {}).tasks == (tid("b"), tid("c"))


def test_without_times_the_chain_of_most_tasks_is_longest() -> None:
    assert longest(DIAMOND, {}) == Chain(tasks=(tid("a"), tid("b"), tid("d")), seconds=None)


def test_times_decide_where_they_are_known() -> None:
    times = {tid("a"): 10.0, tid("b"): 5.0, tid("c"): 6.0, tid("d"): 1.0, tid("e"): 3.0}
    assert longest(DIAMOND, times) == Chain(tasks=(tid("a"), tid("c"), tid("d")), seconds=17.0)
    assert longest(DIAMOND, {**times, tid("e"): 99.0}) == Chain(tasks=(tid("e"),), seconds=99.0)


def test_an_unknown_time_is_guessed_and_makes_the_sum_unknown() -> None:
    times = {tid("a"): 10.0, tid("b"): 5.0, tid("d"): 1.0, tid("e"): 3.0}
    # The median of what is known is 5: as long as b, and b comes first.
    assert longest(DIAMOND, times) == Chain(tasks=(tid("a"), tid("b"), tid("d")), seconds=16.0)
    assert longest(DIAMOND, {tid("a"): 10.0, tid("b"): 1.0}) == Chain(
        tasks=(tid("a"), tid("c"), tid("d")), seconds=None
    )


def test_nothing_has_no_chain() -> None:
    assert longest({}, {}) == Chain(tasks=(), seconds=0)
    assert waves({}) == {}


@given(
    st.lists(st.sets(st.integers(0, 9), max_size=3), max_size=10),
    st.lists(st.integers(1, 9), min_size=10, max_size=10),
)
def test_no_chain_is_longer(rows: list[set[int]], lengths: list[int]) -> None:
    found = tasks(*(task(f"t{n}", *(f"t{one}" for one in some if one < n)) for n, some in enumerate(rows)))
    times = {tid(f"t{number}"): float(length) for number, length in enumerate(lengths)}
    best: dict[TaskId, float] = {}
    for name, one in found.items():
        best[name] = times[name] + max((best[edge.upstream] for edge in one.edges), default=0.0)
    chain = longest(found, {name: times[name] for name in found})
    assert chain.seconds == max(best.values(), default=0)
    for before, after in zip(chain.tasks, chain.tasks[1:], strict=False):
        assert before in {edge.upstream for edge in found[after].edges}
    assert len(waves(found)) == len(found)
