"""Renamed tasks: recognised, declared, unfinished, ambiguous, and those that depend on them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from specrun.core import fingerprint as prints_
from specrun.core.change import Forget, Move
from specrun.core.fingerprint import carried_digest, fingerprint, handed
from specrun.core.former import as_now
from specrun.core.moves import moved, moves
from specrun.core.plan import plan
from specrun.core.task import Desired, Edge, TaskId
from specrun.core.world import Mark, Phase, Run, Status, World
from tests.core.make import attempt, desired, prints, run, task, tid, told, world

OLD, NEW = tid("old"), tid("new")
WORK = {"prompt": "echo work"}


def record(name: str, *after: str, below: Run | None = None, **fields: Any) -> Run:
    """A record as it is beside those of its upstreams; `below` is that of one which has upstreams itself."""
    one = task(name, *after, **{**WORK, **fields})
    above: Mapping[TaskId, str | None] = {edge.upstream: carried_digest(()) for edge in one.edges}
    inherited = {below.task_id: handed(below.fingerprint)} if below else {}
    print_ = fingerprint(one, one.prompt, above, inherited=inherited)
    return replace(run(print_, name), branch=f"specrun/s/{name}")


def seen(wanted: Desired, runs: list[Run], **fields: Any) -> World:
    """The world as observing makes it."""
    known = {one.task_id: one for one in runs}
    names = moves(wanted, known, {})
    present = as_now(wanted, moved(wanted, known, names), {})
    return world(list(present.values()), moved=names, **fields)


def test_the_same_work_under_another_id_is_a_move() -> None:
    wanted = desired(task("new", **WORK))
    found = seen(wanted, [record("old")])
    assert told(wanted, found) == {"new": ("move", "renamed")}
    made = plan(wanted, found)
    assert made.changes == (Move(OLD, NEW),)
    assert (made.decisions[0].moved_from, made.decisions[0].reasons[0].detail) == (OLD, OLD)
    kept = found.runs[NEW]
    assert (kept.task_id, kept.moved_from, kept.branch) == (NEW, ("old",), "specrun/s/new")


def test_another_work_is_another_task() -> None:
    wanted = desired(task("new", prompt="echo else"))
    assert told(wanted, seen(wanted, [record("old")])) == {
        "new": ("run", "new"),
        "old": ("prune", "orphaned"),
    }


def test_nobody_guesses_between_two() -> None:
    wanted = desired(task("new", **WORK))
    assert told(wanted, seen(wanted, [record("old"), record("older")]))["new"] == ("run", "new")
    twins = desired(task("new", **WORK), task("newer", **WORK))
    assert told(twins, seen(twins, [record("old")]))["new"] == ("run", "new")


def test_a_prompt_that_upstreams_complete_is_not_compared() -> None:
    wanted = desired(task("new", prompt=None))
    assert moves(wanted, {OLD: record("old")}, {}) == {}


def test_what_the_spec_declares_is_moved_with_whatever_edit() -> None:
    wanted = desired(task("new", prompt="echo else"), spec={"moved": (("old", "new"),)})
    found = seen(wanted, [record("old"), record("older")])
    assert told(wanted, found)["new"] == ("rerun", "prompt_changed")
    made = plan(wanted, found)
    assert made.changes == (Move(OLD, NEW),)
    assert made.decisions[0].moved_from == OLD


def test_a_declaration_that_was_carried_out_may_stay() -> None:
    wanted = desired(task("new", **WORK), spec={"moved": (("old", "new"),)})
    assert told(wanted, seen(wanted, [record("new")])) == {"new": ("reuse", "")}


def test_one_at_work_under_its_former_id_is_not_moved() -> None:
    wanted = desired(task("new", **WORK))
    busy = {OLD: (attempt("old", Phase.RUNNING),)}
    assert moves(wanted, {OLD: record("old")}, busy) == {}
    started = {NEW: (attempt("new", Phase.RUNNING),)}
    assert moves(wanted, {OLD: record("old")}, started) == {}


def test_what_a_crash_left_behind_is_finished() -> None:
    wanted = desired(task("new", **WORK))
    old = record("old")
    done = replace(old, task_id=NEW, moved_from=("old",))
    found = seen(wanted, [old, done])
    assert found.runs == {NEW: done}
    assert plan(wanted, found).changes == (Move(OLD, NEW),)
    assert plan(wanted, seen(wanted, [done])).changes == ()


def test_dependents_of_a_renamed_task_do_not_run() -> None:
    between = record("b", "old", prompt="echo b")
    before = [record("old"), between, record("c", "b", prompt="echo c", below=between)]
    after = desired(task("new", **WORK), task("b", "new"), task("c", "b"))
    found = seen(after, before)
    assert told(after, found) == {"new": ("move", "renamed"), "b": ("reuse", ""), "c": ("reuse", "")}
    settled = seen(after, [found.runs[NEW], *before[1:]])
    assert {action for action, _ in told(after, settled).values()} == {"reuse"}


def test_a_chain_may_be_renamed_as_a_whole() -> None:
    before = [record("old"), record("b", "old", prompt="echo b")]
    after = desired(task("new", **WORK), task("c", "new", prompt="echo b"))
    assert told(after, seen(after, before)) == {"new": ("move", "renamed"), "c": ("move", "renamed")}


def test_a_gone_task_is_listed_and_left_alone() -> None:
    wanted = desired(task("a"))
    found = seen(wanted, [record("old"), run(prints(wanted)[tid("a")], "a")])
    made = plan(wanted, found)
    assert made.changes == ()
    assert [(one.action, one.idle) for one in made.decisions] == [("reuse", True), ("prune", True)]


def test_what_is_declared_to_be_removed_is_forgotten() -> None:
    wanted = desired(task("a"), spec={"removed": ("old",)})
    good = run(prints(wanted)[tid("a")], "a")
    made = plan(wanted, seen(wanted, [record("old"), good]))
    assert made.changes == (Forget(OLD),)
    assert not made.decisions[1].idle
    chosen = replace(wanted, only=frozenset({tid("a")}))
    assert plan(chosen, seen(wanted, [record("old"), good])).changes == ()


def test_what_is_frozen_is_not_removed_by_deleting_it() -> None:
    wanted = desired(task("a"), spec={"removed": ("old",)})
    frozen = replace(record("old"), frozen=Mark(reason="shipped", by="", at=1.0))
    made = plan(wanted, seen(wanted, [frozen]))
    assert [(one.action, one.reasons[0].code) for one in made.decisions[1:]] == [("hold", "frozen")]
    assert Forget(OLD) not in made.changes


@pytest.mark.parametrize("status", [Status.FAILED, Status.CANCELLED])
def test_a_failure_moves_along_and_stays_held(status: Status) -> None:
    wanted = desired(task("new", **WORK))
    bad = replace(record("old"), status=status)
    found = seen(wanted, [bad])
    assert told(wanted, found)["new"][0] == "hold"
    assert plan(wanted, found).changes == (Move(OLD, NEW),)


def test_only_what_is_selected_is_moved() -> None:
    wanted = desired(task("new", **WORK), task("a"), only=frozenset({tid("a")}))
    assert Move(OLD, NEW) not in plan(wanted, seen(wanted, [record("old")])).changes


def test_a_record_of_a_version_that_wrote_otherwise_can_only_be_declared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    older = record("old")
    assert moves(desired(task("new", **WORK)), {OLD: older}, {}) == {NEW: OLD}
    monkeypatch.setattr(prints_, "RECODED", {1: frozenset({"prompt"})})
    older = replace(older, fingerprint=replace(older.fingerprint, version=0))
    assert moves(desired(task("new", **WORK)), {OLD: older}, {}) == {}
    declared = desired(task("new", **WORK), spec={"moved": (("old", "new"),)})
    assert moves(declared, {OLD: older}, {}) == {NEW: OLD}


def test_nothing_is_made_anew_for_the_same_records() -> None:
    wanted = desired(task("new", **WORK))
    known = {OLD: record("old")}
    first, second = (moved(wanted, known, moves(wanted, known, {})) for _ in range(2))
    assert first[NEW] is second[NEW]


def test_renames_in_one_spec_say_nothing_of_another() -> None:
    one, other = TaskId("t/b"), TaskId("t/c")
    above = task("t/a", **WORK)
    former = replace(task("b"), id=one, edges=(Edge(upstream=above.id),))
    wanted = desired(task("x", prompt="echo x"), above, replace(former, id=other))
    known = prints(desired(above, former))
    records = [record("a", prompt="echo x"), run(known[above.id], "t/a"), run(known[one], "t/b")]
    assert seen(wanted, records).moved == {tid("x"): tid("a"), other: one}


def test_a_task_is_recognised_by_upstreams_that_were_renamed_long_ago() -> None:
    before = [replace(record("x"), moved_from=("a",)), record("b", "a", prompt="echo b")]
    wanted = desired(task("x", **WORK), task("y", "x", prompt="echo b"))
    assert told(wanted, seen(wanted, before)) == {"x": ("reuse", ""), "y": ("move", "renamed")}


def test_a_declared_move_does_not_meet_somebody_at_work() -> None:
    wanted = desired(task("new", prompt="echo else"), spec={"moved": (("old", "new"),)})
    for phase, expected in ((Phase.RUNNING, {}), (Phase.COLLECTED, {NEW: OLD})):
        assert moves(wanted, {OLD: record("old")}, {NEW: (attempt("new", phase),)}) == expected


def test_a_task_that_got_its_first_id_back_can_be_renamed_and_removed_again() -> None:
    there = desired(task("new", **WORK))
    back = desired(task("old", **WORK))
    away = seen(there, [record("old")]).runs[NEW]
    again = seen(back, [away]).runs[OLD]
    assert (away.moved_from, again.moved_from, again.branch) == (("old",), ("new",), "specrun/s/old")
    assert moves(desired(), {OLD: again}, {}) == {}
    assert seen(there, [again]).runs[NEW] == away
    # A record that an earlier specrun has moved may name itself.
    assert moves(desired(), {OLD: replace(again, moved_from=("old", "new"))}, {}) == {}


def test_two_that_were_taken_as_done_without_an_attempt_are_not_one() -> None:
    wanted = desired(task("new", **WORK))
    mark = Mark(reason="done by hand", by="", at=1.0)
    one = replace(record("new"), moved_from=("old",), attempts=(), accepted=mark)
    assert moves(wanted, {NEW: one, OLD: replace(one, task_id=OLD, summary="else")}, {}) == {}
    assert moves(wanted, {NEW: one, OLD: replace(one, task_id=OLD)}, {}) == {NEW: OLD}


def test_what_somebody_edited_is_not_vouched_for_by_moving_it() -> None:
    wanted = desired(task("new", **WORK))
    found = seen(wanted, [replace(record("old"), edited=True)])
    made = plan(wanted, found)
    assert (made.changes, made.decisions[0].moved_from) == ((), None)
    assert told(wanted, found) == {"new": ("hold", "result_edited")}
    frozen = desired(task("new", freeze=True, **WORK))
    assert plan(frozen, seen(frozen, [replace(record("old"), edited=True)])).changes == ()
    # Who asks for another attempt does not build on it.
    asked = plan(wanted, replace(found, grants={NEW: "x"}))
    assert (asked.changes, asked.decisions[0].moved_from) == ((Move(OLD, NEW),), OLD)


def test_many_renames_take_no_longer_than_few() -> None:
    wanted = desired(*(task(f"new{number}", prompt=f"echo {number}") for number in range(2000)))
    known = [record(f"old{number}", prompt=f"echo {number}") for number in range(2000)]
    begun = time.process_time()
    assert len(seen(wanted, known).moved) == 2000
    assert time.process_time() - begun < 5


def test_a_rename_that_is_taken_back_finds_its_record_again() -> None:
    there = moved(desired(), {OLD: record("old")}, {NEW: OLD})[NEW]
    back = desired(task("old", **WORK))
    before = {OLD: (attempt("old", Phase.COLLECTED),)}
    assert moves(back, {NEW: there}, before) == {OLD: NEW}
    returned = moved(back, {NEW: there}, {OLD: NEW})[OLD]
    assert (returned.moved_from, returned.branch) == (("new",), "specrun/s/old")
    stranger = record("new")
    assert moves(back, {NEW: stranger}, before) == {}
    assert moves(back, {NEW: there}, {OLD: (attempt("old", Phase.RUNNING),)}) == {}


def test_what_is_declared_goes_before_what_looks_the_same() -> None:
    declared = {"moved": (("old", "new"),)}
    wanted = desired(task("new", **WORK), spec=declared)
    known = {OLD: record("old", prompt="echo else"), tid("older"): record("older")}
    assert moves(wanted, known, {}) == {NEW: OLD}
    both = desired(task("new", prompt="echo else"), task("newer", **WORK), spec=declared)
    assert moves(both, {OLD: record("old")}, {}) == {NEW: OLD}


def test_a_declaration_takes_nobodys_record_away() -> None:
    wanted = desired(task("new", **WORK), spec={"moved": (("old", "new"),)})
    other = replace(record("new"), attempts=(replace(record("new").attempts[0], number=7),))
    assert moves(wanted, {OLD: record("old"), NEW: other}, {}) == {}


def test_the_branch_of_the_last_success_follows() -> None:
    wanted = desired(task("new", **WORK))
    good = record("old")
    assert good.last_success is not None
    good = replace(good, last_success=replace(good.last_success, branch="specrun/s/old"))
    kept = seen(wanted, [good]).runs[NEW].last_success
    assert kept is not None
    assert kept.branch == "specrun/s/new"
    elsewhere = replace(good, branch="mine")
    assert seen(wanted, [elsewhere]).runs[NEW].branch == "mine"
