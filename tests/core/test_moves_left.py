"""Records that look as if a move was broken off, and are or are not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from specrun.core.moves import moves
from specrun.core.task import TaskId
from specrun.core.world import Mark, Run
from tests.core.make import desired, prints, run, task, tid

OLD, NEW = tid("old"), tid("new")
WANTED = desired(task("new"))


def record(name: str, *former: str, **fields: Any) -> Run:
    made = run(prints(WANTED)[NEW], name, **fields)
    return replace(made, task_id=tid(name), moved_from=former)


def test_the_same_attempts_under_a_later_id_are_the_same_record() -> None:
    assert moves(WANTED, {OLD: record("old"), NEW: record("new", "older", "old")}, {}) == {NEW: OLD}


def test_what_was_noted_in_it_since_makes_it_no_other_one() -> None:
    noted = replace(record("new", "old"), accepted=Mark(reason="fine", by="", at=1.0), summary="fine")
    assert moves(WANTED, {OLD: record("old"), NEW: noted}, {}) == {NEW: OLD}


def test_whoever_has_run_since_is_another_one() -> None:
    before = record("old")
    assert moves(WANTED, {OLD: before, NEW: record("new", "old", before=before)}, {}) == {}
    assert moves(WANTED, {OLD: before, NEW: record("new", "older")}, {}) == {}


def test_a_former_id_in_another_spec_is_another_one() -> None:
    there = TaskId("t/new")
    both = desired(task("new"), replace(task("new"), id=there))
    assert moves(both, {OLD: record("old"), NEW: record("new"), there: record("t/new", "old")}, {}) == {}


def test_nothing_is_moved_to_a_task_that_is_not_there() -> None:
    wanted = desired(task("other", prompt="echo else"), spec={"moved": (("old", "new"),)})
    assert moves(wanted, {OLD: record("old")}, {}) == {}
