"""What the record says of every kind of end."""

from __future__ import annotations

from decimal import Decimal

import pytest

from specrun.core.change import Collect
from specrun.core.plan import plan
from specrun.core.task import Workspace
from specrun.core.world import Status
from specrun.ports import AttemptKey, Evidence, Outcome
from specrun.reconcile.collect import OUTDATED_FENCE, collect, judge
from specrun.reconcile.observe import observe
from specrun.reconcile.tick import perform
from tests.core.make import desired, task, tid
from tests.fakes import FakeExecutor, FakeWorkspaces, State, runtime

GOOD = Outcome(status=Status.SUCCEEDED, reason="", summary="ok", cost_usd=Decimal("0.5"))


def evidence(cause: str = "exited", error: str = "", output_error: str = "") -> Evidence:
    return Evidence(
        cause=cause, exit_code=0, error=error, started_at=1, ended_at=2, tail="", output_error=output_error
    )


@pytest.mark.parametrize(
    ("told", "status", "reason"),
    [
        (evidence(), Status.SUCCEEDED, ""),
        (evidence("timeout"), Status.FAILED, "timeout"),
        (evidence("idle_timeout"), Status.FAILED, "idle_timeout"),
        (evidence("log_limit"), Status.FAILED, "log_limit"),
        (evidence("stopped", "orphaned"), Status.CANCELLED, "orphaned"),
        (evidence("stopped"), Status.CANCELLED, "stop_requested"),
        (evidence("lost"), Status.LOST, "the worker vanished without an exit record"),
        (evidence("launch_failed", "sh not found"), Status.ERRORED, "sh not found"),
        (evidence("fenced", "no shim claimed it"), Status.ERRORED, "no shim claimed it"),
        (evidence(output_error="not JSON"), Status.FAILED, "not JSON"),
    ],
)
def test_the_shim_overrules_the_agent(told: Evidence, status: Status, reason: str) -> None:
    outcome = judge(GOOD, told)
    assert (outcome.status, outcome.reason) == (status, reason)
    assert (outcome.summary, outcome.cost_usd) == ("ok", Decimal("0.5"))


def started(workspace: Workspace = Workspace.CLONE) -> tuple[State, AttemptKey]:
    """A world in which task a runs."""
    state = State()
    made = runtime(desired(task("a", workspace=workspace)), state)
    world = observe(made)
    for change in plan(made.desired, world).changes:
        perform(made, world, change)
    return state, AttemptKey(tid("a"), 1)


def test_success_publishes_and_tidies_failure_keeps() -> None:
    for code, kept in ((0, False), (1, True)):
        state, key = started()
        state.end(key, code)
        made = runtime(desired(task("a")), state)
        assert isinstance(made.workspaces, FakeWorkspaces)
        executor = made.executors["fake"]
        assert isinstance(executor, FakeExecutor)
        event = collect(made, observe(made), Collect(key.task_id, 1))
        assert event is not None
        assert made.workspaces.removed == ([] if kept else [key])
        assert executor.released == {key: kept}
        run = state.runs[key.task_id]
        assert run.branch == (None if kept else "specrun/s/a")
        assert run.commit == "1".rjust(40, "0")


def test_without_a_clone_there_is_no_commit() -> None:
    state, key = started(Workspace.NONE)
    state.end(key)
    made = runtime(desired(task("a", workspace=Workspace.NONE)), state)
    collect(made, observe(made), Collect(key.task_id, 1))
    run = state.runs[key.task_id]
    assert (run.commit, run.branch, run.base, run.carried) == (None, None, None, None)


def test_an_order_that_was_withdrawn_leaves_no_record() -> None:
    state, key = started()
    made = runtime(desired(task("a")), state)
    made.attempts.fence(key, OUTDATED_FENCE)
    assert collect(made, observe(made), Collect(key.task_id, 1)) is None
    assert state.runs == {}
