"""What is decided anew, and what stands: never another answer than deciding everything from the start."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from specrun.core.change import Action
from specrun.core.fingerprint import carried_digest, fingerprint, handed
from specrun.core.task import Desired, Retry
from specrun.core.turn import decide_all
from specrun.core.world import CarriedFile, Phase, Run, Status, World
from tests.core.judges import API, REVIEW, done, rejected, reworked
from tests.core.judges import WANTED as JUDGED
from tests.core.make import NOW, attempt, desired, judging, prints, run, task, tid, world

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


def test_work_is_looked_at_again_when_its_judge_has_judged_or_is_asked_to() -> None:
    wanted, target = afresh(JUDGED), done()
    judge = rejected(target, "rejected")
    assert decide_all(wanted, world([target]))[API.id].action is Action.REUSE
    seen = world([target, judge])
    assert decide_all(wanted, seen)[API.id].action is Action.RERUN
    assert decide_all(wanted, replace(seen, grants={REVIEW.id: "token"}))[API.id].action is Action.REUSE
    at_work = world([target, judge], [attempt("review", Phase.RUNNING, number=2)])
    assert decide_all(wanted, seen)[API.id].action is Action.RERUN
    assert decide_all(wanted, at_work)[API.id].action is Action.REUSE


def test_a_judge_is_looked_at_again_when_the_work_far_above_it_has_changed() -> None:
    far = desired(API, task("mid", "api"), task("review", "mid", contract=judging()))
    target = done(far)
    mid = run(prints(far, {API.id: target})[tid("mid")], "mid")
    judge = rejected(target, *["rejected"] * 3, wanted=far)
    seen = world([target, mid, judge])
    assert decide_all(far, seen)[REVIEW.id].action is Action.HOLD
    # Nothing of it shows in what lies between.
    late = reworked(target, 3, wanted=far, left={"carried": ()})
    moved = replace(seen, runs={**seen.runs, API.id: late})
    assert decide_all(far, moved) == decide_all(afresh(far), moved)
    assert decide_all(far, moved)[REVIEW.id].action is Action.CASCADE


def test_who_reads_is_looked_at_again_when_what_was_written_far_above_has_changed() -> None:
    up, mid, reader = task("up"), task("mid", "up"), task("a", "mid", reads=("f",))
    wanted = desired(up, mid, reader)
    known = prints(wanted)
    good = run(known[up.id], "up")
    other = prints(desired(task("up", prompt="echo else")))[up.id]
    left = {"carried": (CarriedFile("f", "100644", "1" * 40),)}
    failed = run(other, "up", Status.FAILED, before=good, left=left)
    above = {mid.id: handed(known[mid.id])}
    print_ = fingerprint(reader, reader.prompt, {mid.id: carried_digest(())}, {"f": "100644 0"}, above)
    rest = [run(known[mid.id], "mid"), run(print_, "a")]
    before = world([failed, *rest], reads={reader.id: {"f": f"100644 {'1' * 40}"}})
    after = replace(before, runs={**before.runs, up.id: good})
    assert decide_all(wanted, before)[reader.id].action is Action.REUSE
    assert decide_all(wanted, after) == decide_all(afresh(wanted), after)
    assert decide_all(wanted, after)[reader.id].action is Action.RERUN
