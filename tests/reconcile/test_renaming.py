"""What renaming and removing do to records and branches, and what is told of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from specrun.core.event import EventKind
from specrun.core.task import Desired
from specrun.core.world import Run
from specrun.reconcile.loop import Control, converge
from tests.core.make import desired, prints, run, task, tid
from tests.fakes import Clock, Crash, FakeWorkspaces, State, runtime
from tests.reconcile.drive import Ends

OLD, NEW = tid("old"), tid("new")
BEFORE = desired(task("old", prompt="echo work"))
AFTER = desired(task("new", prompt="echo work"))
GONE = desired(task("a"), spec={"removed": ("old",)})


def record() -> Run:
    return replace(run(prints(BEFORE)[OLD], "old"), branch="specrun/s/old")


def applied(wanted: Desired, state: State) -> list[str]:
    clock = Clock()
    made = runtime(wanted, state, clock)
    return [one.kind for turn in converge(made, Ends(state, clock, {}), Control()) for one in turn.events]


def test_a_renamed_task_gets_record_and_branch_and_nothing_runs() -> None:
    state = State(runs={OLD: record()})
    assert applied(AFTER, state) == [EventKind.RENAMED]
    assert state.started == []
    assert list(state.runs) == [NEW]
    assert (state.runs[NEW].moved_from, state.runs[NEW].branch) == (("old",), "specrun/s/new")
    assert applied(AFTER, state) == []


@pytest.mark.parametrize("step", range(4))
def test_a_crash_in_between_is_made_good(step: int) -> None:
    state = State(runs={OLD: record()})
    state.crash_in = step
    try:
        applied(AFTER, state)
    except Crash:
        applied(AFTER, state)
    assert list(state.runs) == [NEW]
    assert state.started == []


def test_what_is_declared_to_be_removed_loses_its_record() -> None:
    state = State(runs={OLD: record()})
    state.runs[tid("a")] = run(prints(GONE)[tid("a")], "a")
    assert applied(GONE, state) == [EventKind.FORGOTTEN]
    assert list(state.runs) == [tid("a")]
    assert applied(GONE, state) == []


def test_a_branch_that_stays_is_told() -> None:
    state = State(runs={OLD: record(), tid("a"): run(prints(GONE)[tid("a")], "a")})
    made = runtime(GONE, state)
    assert isinstance(made.workspaces, FakeWorkspaces)
    made.workspaces.unmerged = "it is not merged"
    events = [one for turn in converge(made, Ends(state, Clock(), {}), Control()) for one in turn.events]
    assert events[0].message.endswith("its record is taken away; its branch stays: it is not merged")
