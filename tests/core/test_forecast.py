"""Tests which tasks are said to get in each other's way."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.core import forecast
from specrun.core.change import Action, Decision, Plan
from specrun.core.contract import Contract, Judge
from specrun.core.forecast import WORKING, Conflict, clashes, conflicts
from specrun.core.glob import overlapping
from specrun.core.graph import dependency_order, downstream
from specrun.core.task import Desired, Task
from tests.core.make import desired, task, tid


def touching(name: str, *after: str, touches: tuple[str, ...] = ("src",), **fields: Any) -> Task:
    return task(name, *after, contract=Contract(touches=touches, **fields))


def planned(wanted: Desired, action: Action = Action.RUN, **others: Action) -> Plan:
    """A plan with this action for all tasks but some."""
    return Plan(
        decisions=tuple(
            Decision(
                task_id=name,
                action=others.get(name.partition("/")[2], action),
                reasons=(),
                generation=1,
                fingerprint=None,
            )
            for name in dependency_order(wanted.tasks)
        ),
        changes=(),
    )


def pairs(found: tuple[Conflict, ...]) -> list[tuple[str, ...]]:
    return [tuple(name.partition("/")[2] for name in one.tasks) for one in found]


def test_tasks_side_by_side_that_touch_the_same() -> None:
    wanted = desired(
        touching("b", touches=("docs", "src/*.py")),
        touching("a", touches=("src/api.py",)),
        touching("c", touches=("web",)),
        task("d"),
    )
    assert conflicts(wanted, planned(wanted)) == (
        Conflict(tasks=(tid("a"), tid("b")), globs=("src/api.py", "src/*.py")),
    )


def test_pairs_stand_in_the_order_of_the_plan() -> None:
    wanted = desired(touching("a", touches=("src/a",)), touching("b"), touching("c"), touching("d", "b"))
    assert pairs(conflicts(wanted, planned(wanted))) == [
        *(("a", "b"), ("a", "c"), ("a", "d")),
        *(("b", "c"), ("c", "d")),
    ]


def test_one_that_waits_for_the_other_however_far_sees_its_work() -> None:
    wanted = desired(touching("a"), task("b", "a"), touching("c", "b:finished:none"), touching("d"))
    assert pairs(conflicts(wanted, planned(wanted))) == [("a", "d"), ("c", "d")]


def test_only_tasks_whose_agents_would_start_count() -> None:
    wanted = desired(touching("a"), touching("b"))
    for action in Action:
        found = conflicts(wanted, planned(wanted, b=action))
        assert bool(found) is (action in WORKING)
    assert not WORKING & {Action.VERIFY, Action.HOLD, Action.REUSE, Action.ADOPT}


def test_what_a_judge_changes_is_nobodys() -> None:
    judge = Judge(passing=("yes",), failing=("no",))
    wanted = desired(touching("a"), touching("b", judge=judge))
    assert conflicts(wanted, planned(wanted)) == ()


def test_what_globs_take_out_is_no_place_to_meet() -> None:
    wanted = desired(touching("a", touches=("src", "!src/b")), touching("b", touches=("!src", "web")))
    assert conflicts(wanted, planned(wanted)) == ()


def test_a_task_that_is_gone_from_the_specs_is_passed_over() -> None:
    both = desired(touching("a"), touching("b"))
    assert conflicts(desired(touching("a")), planned(both)) == ()


def test_tasks_of_two_specs_never_wait_for_each_other() -> None:
    wanted = desired(touching("one/a"), touching("two/a"))
    assert [one.tasks for one in conflicts(wanted, planned(wanted))] == [("one/a", "two/a")]


def test_of_named_tasks_it_does_not_matter_what_becomes_of_them() -> None:
    wanted = desired(touching("a"), task("b", "a"), touching("c", "b"), touching("d"), touching("e"))
    names = [tid(name) for name in ("d", "a", "c", "gone")]
    assert pairs(clashes(wanted.tasks, names)) == [("d", "a"), ("d", "c")]
    assert clashes(wanted.tasks, [tid("d")]) == ()


@given(st.data())
def test_every_pair_is_found_and_no_other(data: st.DataObject) -> None:
    globs = st.sampled_from(["src", "./src/a*", "web/**", "*.py", "web//b.py", "**/a"])
    tasks: list[Task] = []
    for number in range(data.draw(st.integers(0, 7))):
        after = data.draw(st.sets(st.sampled_from([one.name for one in tasks]))) if tasks else set()
        touches = tuple(data.draw(st.lists(globs, max_size=2)))
        tasks.append(touching(f"t{number}", *sorted(after), touches=touches))
    wanted = desired(*tasks)
    expected = {
        frozenset((one.id, other.id))
        for one, other in combinations(tasks, 2)
        if overlapping(one.contract.touches, other.contract.touches)
        and other.id not in downstream(wanted.tasks, frozenset({one.id}))
    }
    found = conflicts(wanted, planned(wanted))
    assert {frozenset(one.tasks) for one in found} == expected
    assert len(found) == len(expected)
    for one in found:
        for name, glob in zip(one.tasks, one.globs, strict=True):
            assert glob in wanted.tasks[name].contract.touches


def test_a_thousand_tasks_with_files_of_their_own_are_hardly_compared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared = []

    def counted(some: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, str] | None:
        compared.append(some)
        return overlapping(some, others)

    monkeypatch.setattr(forecast, "overlapping", counted)
    names = [f"t{number:04}" for number in range(1000)]
    wanted = desired(*(touching(name, touches=(f"src/{name}/**", f"docs/{name}.md")) for name in names))
    assert conflicts(wanted, planned(wanted)) == ()
    assert len(compared) < 1000
