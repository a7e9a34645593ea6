"""Checks one after the other, each until it has given its answer, and what stopping makes of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.core.change import Action, Change, Check, Collect, Fence, ReasonCode, Relaunch, Stop
from specrun.core.launching import LAUNCH_LIMIT, LAUNCH_WAIT
from specrun.core.plan import plan
from specrun.core.proving import TRIES, answers, complete, current, upcoming
from specrun.core.task import Desired, OnChange
from specrun.core.world import Attempt, CheckRun, Phase, Proof, Status
from tests.core.make import NOW, attempt, checked, desired, prints, proof, task, tid, world

A = task("a", contract=checked("check0", "check1", "check2"))
PRINT = prints(desired(A))[A.id]
ENDED, LOST, FENCED, ORDERED, RUNNING = Phase.ENDED, Phase.LOST, Phase.FENCED, Phase.ORDERED, Phase.RUNNING


def proving(
    count: int, *runs: tuple[int, Phase], last: dict[str, Any] | None = None, **fields: Any
) -> Attempt:
    """An attempt of `a` whose checks decide; `last` has fields of the last run."""
    shown = proof(count, *runs, **(last or {}))
    return attempt("a", Phase.PROVING, PRINT, **{"number": 4, "proof": shown, **fields})


def changes(one: Attempt, wanted: Desired | None = None) -> tuple[Change, ...]:
    return plan(wanted or desired(A), world(attempts=[one])).changes


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        ((), Check(A.id, 4, 1, 0)),
        (((0, RUNNING),), None),
        (((0, ENDED),), Check(A.id, 4, 2, 1)),
        (((0, FENCED),), Check(A.id, 4, 2, 1)),
        (((0, LOST),), Check(A.id, 4, 2, 0)),
        (((0, LOST), (0, LOST)), Check(A.id, 4, 3, 0)),
        (((0, LOST), (0, LOST), (0, LOST)), Check(A.id, 4, 4, 1)),
        (((0, LOST), (0, ENDED), (1, LOST)), Check(A.id, 4, 4, 1)),
        (((0, ENDED), (1, ENDED), (2, ENDED)), Collect(A.id, 4)),
        (((0, ENDED), (1, LOST), (1, FENCED), (2, ENDED)), Collect(A.id, 4)),
        (((0, ENDED), (1, ENDED), (2, LOST), (2, RUNNING)), None),
    ],
)
def test_one_check_after_the_other(runs: tuple[tuple[int, Phase], ...], expected: Change | None) -> None:
    one = proving(3, *runs)
    made = plan(desired(A), world(attempts=[one]))
    assert made.changes == (() if expected is None else (expected,))
    # Somebody is at work only while a check is; in between there is something to do.
    assert made.live == ((A.id,) if expected is None else ())
    assert not made.converged
    assert (made.decisions[0].action, made.decisions[0].reasons[0].code) == (
        Action.ADOPT,
        ReasonCode.PROVING,
    )


def test_an_attempt_without_checks_is_collected() -> None:
    assert changes(proving(0)) == (Collect(A.id, 4),)
    assert changes(attempt("a", Phase.PROVING, PRINT)) == (Collect(A.id, 1),)


@given(st.lists(st.sampled_from([ENDED, LOST, FENCED]), min_size=0, max_size=20), st.integers(0, 4))
def test_every_check_gives_one_answer_in_its_order(ends: list[Phase], count: int) -> None:
    shown, asked = proof(count), list[int]()
    for phase in ends:
        index = upcoming(shown)
        if index is None:
            break
        asked.append(index)
        run = CheckRun(number=len(asked), index=index, phase=phase)
        shown = replace(shown, runs=(*shown.runs, run))
    assert asked == sorted(asked)
    assert all(asked.count(index) <= TRIES for index in asked)
    assert complete(shown) == (upcoming(shown) is None)
    told = answers(shown)
    assert len(told) == count
    assert all(one is None or one.index == index for index, one in enumerate(told))
    assert not complete(shown) or None not in told


def test_the_last_run_is_the_answer() -> None:
    shown = proof(2, (0, LOST), (0, ENDED))
    assert [one and one.number for one in answers(shown)] == [2, None]
    assert current(shown) is None
    assert not complete(shown)
    assert not complete(proof(1, (0, RUNNING)))
    assert complete(Proof(checks=()))


@pytest.mark.parametrize(
    ("at", "count", "expected"),
    [
        (NOW - 1, 1, None),
        (None, 0, Relaunch(A.id, 4, check=1)),
        (NOW - 60, 1, Relaunch(A.id, 4, check=1)),
        (NOW - LAUNCH_WAIT, LAUNCH_LIMIT, Fence(A.id, 4, failed=True, check=1)),
    ],
)
def test_a_check_that_no_shim_claims_is_launched_again_and_in_the_end_fenced(
    at: float | None, count: int, expected: Change | None
) -> None:
    one = proving(1, (0, ORDERED), last={"launched_at": at, "launches": count})
    made = plan(desired(A), world(attempts=[one]))
    assert made.changes == (() if expected is None else (expected,))
    assert made.wake_at == (None if at is None else at + LAUNCH_WAIT)
    assert made.live == (A.id,)


def test_nothing_wakes_for_a_check_at_work() -> None:
    one = proving(1, (0, RUNNING), last={"launched_at": NOW - 1})
    assert plan(desired(A), world(attempts=[one])).wake_at is None


EDITED = desired(task("a", prompt="other", contract=A.contract))
STOPS = [
    pytest.param((), {}, Collect(A.id, 4), id="before the first check"),
    pytest.param(((0, ENDED),), {}, Collect(A.id, 4), id="between two checks"),
    pytest.param(((0, LOST),), {}, Collect(A.id, 4), id="before a check is repeated"),
    pytest.param(((0, RUNNING),), {}, Stop, id="at a check"),
    pytest.param(((0, RUNNING),), {"stopping": True}, None, id="at a check that is being stopped"),
    pytest.param(((0, ORDERED),), {}, Fence, id="before a check has started"),
]


@pytest.mark.parametrize(("runs", "last", "expected"), STOPS)
@pytest.mark.parametrize("asked", [True, False], ids=["by a person", "by an edit"])
def test_stopping_ends_the_check_at_work_and_collects(
    runs: tuple[tuple[int, Phase], ...], last: dict[str, Any], expected: Any, *, asked: bool
) -> None:
    code = ReasonCode.STOP_REQUESTED if asked else ReasonCode.OUTDATED_WHILE_RUNNING
    if expected is Stop:
        expected = Stop(A.id, 4, code, check=1)
    elif expected is Fence:
        expected = Fence(A.id, 4, failed=False, asked=asked, check=1)
    one = proving(3, *runs, last=last, stopping=asked)
    wanted = desired(A) if asked else EDITED
    assert changes(one, wanted) == (() if expected is None else (expected,))


def test_the_checks_of_a_task_that_is_gone_are_stopped() -> None:
    others = desired(task("b"), only=frozenset())
    assert changes(proving(1, (0, RUNNING)), others) == ()
    other = desired(task("b"), only=frozenset({A.id}))
    assert changes(proving(1, (0, RUNNING)), other) == (Stop(A.id, 4, ReasonCode.ORPHANED, check=1),)
    assert changes(proving(1, (0, ENDED)), other) == (Collect(A.id, 4),)
    assert changes(proving(1), other) == (Collect(A.id, 4),)


def test_work_that_is_edited_may_go_on_to_its_end() -> None:
    patient = desired(EDITED.tasks[A.id], spec={"on_change_while_running": OnChange.FINISH})
    assert changes(proving(1), patient) == (Check(A.id, 4, 1, 0),)


def test_checks_that_are_edited_do_not_disturb_those_at_work() -> None:
    edited = desired(replace(A, contract=checked("other")))
    assert changes(proving(3, (0, RUNNING)), edited) == ()
    assert changes(proving(3, (0, ENDED)), edited) == (Check(A.id, 4, 2, 1),)


@pytest.mark.parametrize("verifying", [True, False])
def test_a_branch_in_use_holds_what_has_shown_all_it_has_to_show(*, verifying: bool) -> None:
    wanted = desired(A, task("b"), spec={"max_workers": 1})
    for runs, held in ((((0, ENDED),), True), (((0, RUNNING),), False), ((), False)):
        one = proving(1, *runs, verifying=verifying)
        made = plan(wanted, world(attempts=[one], occupied={A.id: "checked out there"}))
        assert (made.decisions[0].action is Action.HOLD) == held
        assert (made.decisions[0].reasons[0].code is ReasonCode.BRANCH_IN_USE) == held
        # It waits for a person, and others do not wait for it.
        assert any(change for change in made.changes if change.__class__.__name__ == "Start") == held
        assert made.decisions[0].verifying == verifying


def test_dependents_are_not_unsettled_by_a_verification_that_is_held() -> None:
    from tests.core.make import run

    wanted = desired(A, task("b", "a"))
    good = run(PRINT, "a")
    done = run(prints(wanted, {good.task_id: good})[tid("b")], "b")
    broken = replace(proving(1, (0, ENDED), verifying=True), phase=Phase.UNREADABLE, error="no JSON")
    held = world([good, done], [broken])
    made = plan(wanted, held)
    assert [one.action for one in made.decisions] == [Action.HOLD, Action.REUSE]


def test_a_success_that_is_checked_again_needs_no_branch_to_be_free() -> None:
    from tests.core.make import run

    good = run(PRINT, "a")
    over = world([good], [proving(1, (0, ENDED), verifying=True)], occupied={A.id: "there"})
    assert plan(desired(A), over).changes == (Collect(A.id, 4),)
    failed = world([run(PRINT, "a", Status.FAILED)], over.attempts[A.id], occupied={A.id: "there"})
    assert plan(desired(A), failed).changes == ()
