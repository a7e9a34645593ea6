"""Plans that go too far."""

from __future__ import annotations

from dataclasses import replace

import pytest

from specrun.core.plan import plan
from specrun.core.safety import Thresholds
from specrun.core.task import Desired, Task
from specrun.core.world import Phase, Run, Status, World
from tests.core.make import attempt, desired, prints, run, task, tid, world

NAMES = ("a", "b", "c", "d", "e", "f")
TASKS = tuple(task(name) for name in NAMES)


def records(*names: str, status: Status = Status.SUCCEEDED) -> list[Run]:
    known = prints(desired(*TASKS))
    return [run(known[tid(name)], name, status) for name in names]


def edited(*names: str) -> tuple[Task, ...]:
    return tuple(replace(one, prompt="echo else") if one.name in names else one for one in TASKS)


def codes(wanted: Desired, seen: World) -> list[str]:
    return [one.code for one in plan(wanted, seen).unsafe]


@pytest.mark.parametrize(
    ("again", "unsafe"), [((), []), (("a", "b"), []), (("a", "b", "c"), ["reruns"]), (NAMES, ["reruns"])]
)
def test_more_than_a_third_of_the_successes_at_once(again: tuple[str, ...], unsafe: list[str]) -> None:
    assert codes(desired(*edited(*again)), world(records(*NAMES))) == unsafe


def test_it_says_how_many_and_which() -> None:
    found = plan(desired(*edited("a", "b", "c")), world(records(*NAMES))).unsafe[0]
    assert found.told.startswith("3 of 6 succeeded tasks would run again at once (at most 33% may")
    assert found.tasks == (tid("a"), tid("b"), tid("c"))


def test_few_successes_are_no_share_of_anything() -> None:
    assert codes(desired(*edited("a", "b", "c")), world(records("a", "b", "c", "d"))) == []


def test_failures_run_again_without_a_limit() -> None:
    assert codes(desired(*edited(*NAMES)), world(records(*NAMES, status=Status.FAILED))) == []


def test_what_a_person_asked_for_is_no_surprise() -> None:
    wanted = desired(*TASKS, replace=frozenset(tid(name) for name in NAMES))
    assert [one.action for one in plan(wanted, world(records(*NAMES))).decisions] == ["rerun"] * 6
    assert codes(wanted, world(records(*NAMES))) == []


def test_the_limits_can_be_set() -> None:
    seen = world(records(*NAMES))
    loose = replace(desired(*edited(*NAMES)), thresholds=Thresholds(reruns=1.0))
    strict = replace(desired(*edited("a")), thresholds=Thresholds(reruns=0.0, reruns_from=1))
    assert codes(loose, seen) == []
    assert codes(strict, seen) == ["reruns"]


def test_a_spec_that_lost_all_its_tasks_is_told_by_its_records() -> None:
    emptied = desired()
    assert codes(emptied, world(records("a"))) == ["emptied"]
    assert codes(emptied, world()) == []
    assert codes(desired(task("b")), world(records("a"))) == []


def test_many_workers_are_not_stopped_at_once() -> None:
    known = prints(desired(*TASKS))
    busy = [attempt(name, Phase.RUNNING, known[tid(name)]) for name in NAMES]
    assert codes(desired(*edited("a", "b", "c")), world(attempts=busy)) == []
    assert codes(desired(*edited("a", "b", "c", "d")), world(attempts=busy)) == ["stops"]
    asked = [replace(one, stopping=True) for one in busy]
    assert codes(desired(*TASKS), world(attempts=asked)) == []


def test_a_spec_that_lost_its_tasks_before_any_has_a_record_is_told_by_its_workers() -> None:
    busy, over = attempt("a", Phase.RUNNING), attempt("a", Phase.COLLECTED)
    (found,) = plan(desired(), world(attempts=[busy])).unsafe
    assert (found.code, found.tasks) == ("emptied", (tid("a"),))
    assert found.told == "spec s has no tasks any more, but 1 of them have records or are at work"
    assert codes(desired(), world(attempts=[over])) == []
    assert codes(desired(task("t/a")), world(attempts=[attempt("t/b", Phase.RUNNING)])) == []


def test_a_task_at_work_is_not_stopped_for_being_renamed() -> None:
    before, after = task("old", prompt="echo work"), task("new", prompt="echo work")
    busy = attempt("old", Phase.RUNNING, prints(desired(before))[before.id])
    found = plan(desired(after), world(attempts=[busy])).unsafe
    assert [(one.code, one.tasks) for one in found] == [("renamed", (tid("old"),))]
    assert codes(desired(task("new", prompt="echo else")), world(attempts=[busy])) == []
    declared = desired(task("new", prompt="echo else"), spec={"moved": (("old", "new"),)})
    assert codes(declared, world(attempts=[busy])) == ["renamed"]


def test_many_new_tasks_in_place_of_many_that_are_gone_look_like_a_rename() -> None:
    others = [task(f"{name}2", prompt=f"echo {name}2") for name in NAMES]
    seen = world(records(*NAMES))
    found = plan(desired(*others), seen).unsafe
    assert [one.code for one in found] == ["renamed"]
    assert "6 succeeded tasks are gone from the spec, and 6 new ones would run" in found[0].told
    assert codes(desired(*TASKS[2:], *others[:2]), seen) == []
    assert codes(desired(*others, spec={"removed": NAMES}), seen) == []
    assert codes(desired(*others[:1], *TASKS[:2]), seen) == []
