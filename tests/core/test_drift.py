"""What was changed behind specrun's back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from specrun.core.drift import drift
from specrun.core.task import TaskId
from specrun.core.world import Attempt, Phase, Run, World
from tests.core.make import attempt, desired, prints, run, task, tid, world

A = tid("a")
WANTED = desired(task("a"))
COMMIT, OTHER = "c" * 40, "d" * 40


def good(**fields: Any) -> Run:
    return replace(run(prints(WANTED)[A], "a", left={"branch": "specrun/s/a"}), **fields)


def codes(seen: World, branches: dict[TaskId, str] | None = None) -> list[str]:
    return [one.code for one in drift(WANTED, seen, {A: COMMIT} if branches is None else branches, ())]


def collected() -> Attempt:
    return attempt("a", Phase.COLLECTED)


def test_nothing_drifts_by_itself() -> None:
    assert codes(world([good()], [collected()])) == []


def test_a_worker_that_was_killed() -> None:
    assert codes(world([], [attempt("a", Phase.LOST)])) == ["worker_lost"]


def test_a_branch_that_was_deleted_where_it_was_made_and_not_elsewhere() -> None:
    assert codes(world([good()], [collected()]), {}) == ["branch_missing"]
    assert codes(world([good()]), {}) == []
    assert codes(world([good()], [replace(collected(), number=7)]), {}) == []


def test_a_branch_that_was_moved() -> None:
    found = drift(WANTED, world([good()]), {A: OTHER}, ())
    assert [one.code for one in found] == ["branch_moved"]
    assert found[0].told == "branch specrun/s/a was moved to dddddddddddd; commit cccccccccccc still counts"


def test_a_record_that_was_edited() -> None:
    found = drift(WANTED, world([good(edited=True)]), {A: COMMIT}, ())
    assert [one.code for one in found] == ["result_edited"]
    assert found[0].fix.startswith(
        "git checkout -- results/s/a.json (if it was committed), or specrun accept s/a"
    )


def test_a_record_that_was_removed() -> None:
    assert codes(world([], [collected()])) == ["result_missing"]
    assert codes(world([], [replace(collected(), started_at=None)])) == []


def test_a_former_id_that_another_task_has_got_since_tells_of_no_record() -> None:
    moved = replace(good(), task_id=tid("b"), moved_from=("a",), branch=None)
    assert codes(world([moved], [collected()])) == []
    assert codes(world([replace(moved, task_id=tid("t/b"))], [collected()])) == ["result_missing"]


def test_a_spec_that_is_gone() -> None:
    found = drift(WANTED, world(), {}, ["former"])
    assert [(one.code, one.task_id) for one in found] == [("spec_gone", "former")]
