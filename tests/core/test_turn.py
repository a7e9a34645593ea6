"""What is decided anew, and what stands: never another answer than deciding everything from the start."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from specrun.core.task import Desired, Retry
from specrun.core.turn import decide_all
from specrun.core.world import Phase, Run, Status, World
from tests.core.make import NOW, attempt, desired, prints, run, task, tid, world

WANTED = desired(task("a"), task("b", "a"), task("c", "b:finished"), task("d", "a:succeeded:output"))
NAMES = ("a", "b", "c", "d")


def afresh(wanted: Desired) -> Desired:
    return replace(wanted, memo={})


def record(name: str, status: Status) -> Run:
    return run(prints(WANTED)[tid(name)], name, status)


WORLDS = st.builds(
    lambda runs, live: world(
        [record(name, status) for name, status in runs.items()],
        [attempt(name, Phase.RUNNING, prints(WANTED)[tid(name)], number=7) for name in live],
    ),
    st.dictionaries(st.sampled_from(NAMES), st.sampled_from([Status.SUCCEEDED, Status.FAILED, Status.LOST])),
    st.sets(st.sampled_from(NAMES)),
)


@given(st.lists(WORLDS, min_size=2, max_size=5))
def test_turn_by_turn_decides_as_from_the_start(worlds: list[World]) -> None:
    wanted = afresh(WANTED)
    for one in worlds:
        assert decide_all(wanted, one) == decide_all(afresh(WANTED), one)


def test_what_nothing_touches_stands() -> None:
    wanted = afresh(WANTED)
    first = decide_all(wanted, world([record("a", Status.SUCCEEDED)]))
    same = world([record("a", Status.SUCCEEDED)])
    again = decide_all(wanted, same)
    assert all(again[name] is first[name] for name in first)
    moved = decide_all(wanted, replace(same, runs={**same.runs, tid("b"): record("b", Status.FAILED)}))
    assert moved[tid("d")] is first[tid("d")]
    assert moved[tid("b")] is not first[tid("b")]
    assert moved[tid("c")] is not first[tid("c")]


def test_one_that_waits_for_its_time_is_looked_at_again() -> None:
    wanted = desired(task("a", retry=Retry(limit=1, delay=60)))
    failed = world([run(prints(wanted)[tid("a")], "a", Status.FAILED)])
    failed = replace(failed, now=NOW - 80, since=NOW - 200)
    assert not decide_all(wanted, failed)[tid("a")].ready
    assert decide_all(wanted, replace(failed, now=NOW))[tid("a")].ready


def test_another_apply_and_other_missing_commits_are_another_matter() -> None:
    wanted = afresh(WANTED)
    lost = world([record("a", Status.SUCCEEDED)])
    assert decide_all(wanted, lost)[tid("b")].ready
    assert not decide_all(wanted, replace(lost, absent={"c" * 40: ""}))[tid("b")].ready
