"""Single changes, as they are done and remembered."""

from __future__ import annotations

import pytest

from specrun.core.change import Fence, ReasonCode, Stop
from specrun.core.event import EventKind
from specrun.core.world import Phase
from specrun.errors import Stale
from specrun.ports import AttemptKey
from specrun.reconcile.observe import observe
from specrun.reconcile.tick import decide, perform
from tests.core.make import desired, task, tid
from tests.fakes import State, runtime


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
