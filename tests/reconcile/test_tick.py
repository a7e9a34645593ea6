"""Single changes, as they are done and remembered."""

from __future__ import annotations

import pytest

from specrun.core.change import Check as RunCheck
from specrun.core.change import Collect, Conclude, Fence, ReasonCode, Relaunch, Restore, Stop
from specrun.core.contract import Check, Contract
from specrun.core.event import EventKind
from specrun.core.world import Phase, Status
from specrun.errors import Stale
from specrun.ports import AttemptKey
from specrun.reconcile.observe import observe
from specrun.reconcile.tick import decide, perform
from tests.core.make import desired, prints, run, task, tid
from tests.fakes import State, runtime
from tests.reconcile.drive import turn


def test_deciding_does_nothing() -> None:
    state = State()
    made = runtime(desired(task("a")), state)
    _, plan = decide(made)
    assert plan.changes
    assert (state.attempts, state.events) == ({}, [])


def test_stop_and_fence_name_their_reasons() -> None:
    state = State()
    made = runtime(desired(task("a"), task("b")), state)
    world, plan = decide(made)
    for change in plan.changes:
        perform(made, world, change)
    event = perform(made, observe(made), Stop(tid("a"), 1, ReasonCode.ORPHANED))
    assert event is not None
    assert (event.kind, state.evidence[AttemptKey(tid("a"), 1)].error) == (EventKind.STOPPING, "orphaned")
    assert perform(made, observe(made), Fence(tid("b"), 1, failed=True)) is None
    told = state.evidence[AttemptKey(tid("b"), 1)].error
    assert told == "no shim claimed it: it said nothing"
    assert state.attempts[tid("b")][0].phase is Phase.FENCED
    perform(made, observe(made), Fence(tid("b"), 1, failed=False, asked=True))
    assert state.evidence[AttemptKey(tid("b"), 1)].error == "stop_requested"


def test_nothing_is_done_on_another_branch() -> None:
    state = State()
    made = runtime(desired(task("a")), state)
    world, plan = decide(made)
    state.branch = "other"
    with pytest.raises(Stale):
        perform(made, world, plan.changes[0])
    assert state.attempts == {}


def test_checks_are_stopped_fenced_and_launched_again_by_themselves() -> None:
    one = task(
        "a", contract=Contract(checks=(Check(name="test", run="true"), Check(name="lint", run="true")))
    )
    state = State()
    made = runtime(desired(one), state)
    key = AttemptKey(one.id, 1)
    turn(made)
    state.end(key)
    turn(made)
    perform(made, observe(made), RunCheck(one.id, 1, 1, 0))
    event = perform(made, observe(made), Stop(one.id, 1, ReasonCode.STOP_REQUESTED, 1))
    assert event is not None
    assert state.evidence[AttemptKey(one.id, 1, 1)].error == "stop_requested"
    assert state.evidence[key].cause == "exited"
    perform(made, observe(made), RunCheck(one.id, 1, 2, 1))
    perform(made, observe(made), Fence(one.id, 1, failed=True, check=2))
    assert state.evidence[AttemptKey(one.id, 1, 2)].error == "no shim claimed it: it said nothing"
    perform(made, observe(made), Fence(one.id, 1, failed=False, check=2))
    assert state.evidence[AttemptKey(one.id, 1, 2)].error == "outdated"
    perform(made, observe(made), RunCheck(one.id, 1, 3, 1))
    perform(made, observe(made), Relaunch(one.id, 1, 3))
    assert state.seen(AttemptKey(one.id, 1, 3)).launches == 2
    assert state.seen(key).phase is Phase.PROVING


def test_records_are_amended_as_decided() -> None:
    one = task("a")
    good = run(prints(desired(one))[one.id], "a")
    bad = run(prints(desired(one))[one.id], "a", Status.FAILED, good, reason="verdict: no")
    state = State(runs={one.id: bad})
    made = runtime(desired(one), state)
    assert perform(made, observe(made), Conclude(one.id, "round 1 changed nothing")) is None
    assert state.runs[one.id].reason == "round 1 changed nothing"
    assert state.runs[one.id].attempts == bad.attempts
    assert perform(made, observe(made), Restore(one.id)) is None
    assert (state.runs[one.id].status, state.runs[one.id].reason) == (Status.SUCCEEDED, "")
    state.runs[one.id] = never = run(prints(desired(one))[one.id], "a", Status.FAILED)
    perform(made, observe(made), Restore(one.id))
    assert state.runs[one.id] == never


def test_an_attempt_that_has_ended_is_collected() -> None:
    one = task("a")
    state = State()
    made = runtime(desired(one), state)
    turn(made)
    state.end(AttemptKey(one.id, 1))
    event = perform(made, observe(made), Collect(one.id, 1))
    assert event is not None
    assert (event.kind, state.runs[one.id].status) == (EventKind.ENDED, Status.SUCCEEDED)
