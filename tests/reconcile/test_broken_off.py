"""Attempts whose checks are broken off: by a person, by an edit, or since their task is gone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from specrun.core.change import Collect
from specrun.core.contract import Check, Contract
from specrun.core.reasons import ORPHANED, OUTDATED
from specrun.core.task import Desired, Task
from specrun.core.world import Phase, Status
from specrun.ports import AttemptKey
from specrun.reconcile.observe import observe
from specrun.reconcile.runtime import Runtime
from specrun.reconcile.tick import perform
from tests.core.make import desired, task, tid
from tests.fakes import Clock, State, runtime
from tests.reconcile.drive import Ends, rest, run_to_rest, turn

KEY = AttemptKey(tid("a"), 1)
CHECKS = (Check(name="test", run="true"), Check(name="lint", run="true"))
PROVEN = task("a", contract=Contract(checks=CHECKS))


def started(one: Task) -> State:
    """A world in which task a runs."""
    state = State()
    turn(runtime(desired(one), state))
    return state


def checking(one: Task = PROVEN) -> tuple[Runtime, State]:
    """A world in which the first of two checks of task a runs."""
    state = started(one)
    state.end(KEY)
    made = runtime(desired(one), state)
    turn(made)
    turn(made)
    assert state.started[-1] == AttemptKey(KEY.task_id, 1, 1)
    return made, state


@pytest.mark.parametrize(
    ("now", "reason"),
    [(desired(replace(PROVEN, prompt="edited")), OUTDATED), (desired(), ORPHANED)],
    ids=["edited", "gone"],
)
@pytest.mark.parametrize("phase", [Phase.RUNNING, Phase.ORDERED])
@pytest.mark.parametrize("contract", [PROVEN.contract, Contract(checks=CHECKS[:1])], ids=["two", "one"])
def test_checks_of_what_nobody_wants_any_more_are_broken_off(
    now: Desired, reason: str, phase: Phase, contract: Contract
) -> None:
    _, state = checking(replace(PROVEN, contract=contract))
    state.amend(state.started[-1], phase=phase)
    made = runtime(now, state)
    turn(made)
    turn(made)
    record = state.runs[KEY.task_id]
    assert (record.status, record.reason, record.branch) == (Status.CANCELLED, reason, None)
    assert [check.reason.partition(":")[0] for check in record.checks] == ["stopped"] * len(contract.checks)
    assert state.attempts[KEY.task_id][0].phase is Phase.COLLECTED


def test_a_lost_check_of_what_nobody_wants_any_more_has_not_failed() -> None:
    made, state = checking()
    state.end(state.started[-1])
    turn(made)
    state.end(state.started[-1], None, "lost")
    turn(runtime(desired(replace(PROVEN, prompt="edited")), state))
    record = state.runs[KEY.task_id]
    assert (record.status, record.reason) == (Status.CANCELLED, OUTDATED)
    assert [check.reason for check in record.checks] == ["", "unanswered: lost"]


def test_what_was_edited_while_its_checks_ran_begins_anew() -> None:
    _, state = checking()
    run_to_rest(desired(replace(PROVEN, prompt="edited")), state)
    record = state.runs[KEY.task_id]
    assert [one.status for one in record.attempts] == [Status.CANCELLED, Status.SUCCEEDED]


@pytest.mark.parametrize("ended", [False, True], ids=["at work", "between two"])
def test_a_person_stops_an_attempt_with_its_checks(ended: bool) -> None:  # noqa: FBT001 - a case
    made, state = checking()
    if ended:
        state.end(state.started[-1])
    made.attempts.stop(KEY, "stop_requested")
    turn(made)
    turn(made)
    record = state.runs[KEY.task_id]
    assert (record.status, record.reason) == (Status.CANCELLED, "stop_requested")
    assert record.checks[0].passed is ended
    assert record.checks[1].reason == "stopped"
    last = rest(made, Ends(state, Clock()))[-1].plan
    assert [one.reasons[0].code for one in last.holds] == ["cancelled"]


def test_a_task_that_is_gone_before_its_checks_began_is_not_proven() -> None:
    state = started(PROVEN)
    state.end(KEY)
    run_to_rest(desired(), state)
    record = state.runs[KEY.task_id]
    assert (record.status, record.reason, record.checks) == (Status.CANCELLED, ORPHANED, ())
    assert state.checks == {}
    plain = started(task("a"))
    plain.end(KEY)
    run_to_rest(desired(), plain)
    assert plain.runs[KEY.task_id].status is Status.SUCCEEDED


def test_recording_twice_gives_the_same_record() -> None:
    made, state = checking()
    state.end(state.started[-1])
    world = observe(made)
    perform(made, world, Collect(KEY.task_id, 1))
    first = state.runs[KEY.task_id]
    state.amend(KEY, phase=Phase.PROVING, proof=world.attempts[KEY.task_id][0].proof)
    perform(made, observe(made), Collect(KEY.task_id, 1))
    assert state.runs[KEY.task_id] == first
