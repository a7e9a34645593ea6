"""What the record says of every kind of end."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from specrun.core.change import Collect
from specrun.core.plan import plan
from specrun.core.retry import ORPHANED, OUTDATED
from specrun.core.task import Retry, Strategy, TaskId, Workspace
from specrun.core.world import Phase, Status
from specrun.errors import ResultMissing
from specrun.ports import AttemptKey, Evidence, Metered, Outcome, Work
from specrun.reconcile.collect import OUTDATED_FENCE, collect, conversation, judge
from specrun.reconcile.observe import observe
from specrun.reconcile.tick import perform
from tests.core.make import desired, prints, run, task, tid
from tests.fakes import FakeAttempts, FakeExecutor, FakeWorkspaces, State, runtime

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
        (evidence("budget"), Status.FAILED, "budget"),
        (evidence("max_turns"), Status.FAILED, "max_turns"),
        (evidence("stopped", "orphaned"), Status.CANCELLED, "orphaned"),
        (evidence("stopped"), Status.CANCELLED, "stop_requested"),
        (evidence("lost"), Status.LOST, "the worker vanished without an exit record"),
        (evidence("launch_failed", "sh not found"), Status.ERRORED, "sh not found"),
        (evidence("fenced", "no shim claimed it"), Status.ERRORED, "no shim claimed it"),
        (evidence("fenced", "stop_requested"), Status.CANCELLED, "stop_requested"),
        (evidence(error="the shim got signal 15"), Status.FAILED, "the shim got signal 15"),
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


@pytest.mark.parametrize(
    ("told", "session"),
    [
        (None, "meant"),
        (Metered(), None),
        (Metered(error="it cannot start"), None),
        (Metered(turns=1), "meant"),
        (Metered(tokens={"input": 5}), "meant"),
        (Metered(result="done"), "meant"),
        (Metered(session_id="said"), "said"),
    ],
)
def test_a_conversation_that_never_began_is_not_on_record(told: Metered | None, session: str | None) -> None:
    state, key = started()
    intent = replace(runtime(desired(task("a")), state).attempts.intent(key), session_id="meant")
    assert conversation(told, intent, None) == session


def test_a_conversation_that_began_before_stays_on_record() -> None:
    state, key = started()
    one = task("a")
    intent = replace(runtime(desired(one), state).attempts.intent(key), session_id="meant")
    before = run(prints(desired(one))[one.id], "a", Status.FAILED, session_id="meant")
    assert conversation(Metered(), intent, before) == "meant"


class Gone(FakeWorkspaces):
    """Trees that somebody has removed."""

    def collect(self, key: AttemptKey, path: Path, base: str, when: float, message: str) -> Work:
        raise ResultMissing("the workspace is gone")


@pytest.mark.parametrize(("code", "reason"), [(0, "workspace_missing"), (3, "exit code 3")])
def test_a_success_without_its_tree_is_none(code: int, reason: str) -> None:
    state, key = started()
    state.end(key, code)
    made = replace(runtime(desired(task("a")), state), workspaces=Gone(state))
    collect(made, observe(made), Collect(key.task_id, 1))
    run = state.runs[key.task_id]
    assert (run.status, run.reason, run.commit, run.branch) == (Status.FAILED, reason, None, None)


@pytest.mark.parametrize("reason", [OUTDATED_FENCE, OUTDATED, ORPHANED])
def test_an_order_that_was_withdrawn_leaves_no_record(reason: str) -> None:
    state, key = started()
    made = runtime(desired(task("a")), state)
    made.attempts.fence(key, reason)
    assert collect(made, observe(made), Collect(key.task_id, 1)) is None
    assert state.runs == {}


class Unpublished(FakeWorkspaces):
    """Branches that must not move."""

    def publish(self, task_id: TaskId, commit: str) -> str:
        raise AssertionError(f"{task_id} moved to {commit}")


def test_an_end_that_was_recorded_before_a_later_one_changes_nothing() -> None:
    state, key = started()
    state.end(key)
    made = runtime(desired(task("a")), state)
    collect(made, observe(made), Collect(key.task_id, 1))
    (first,) = state.runs[key.task_id].attempts
    later = replace(first, number=2, status=Status.FAILED, ended_at=first.ended_at + 9)
    state.runs[key.task_id] = replace(state.runs[key.task_id], status=Status.FAILED, attempts=(first, later))
    state.end(key)
    before = dict(state.runs)
    made = replace(made, workspaces=Unpublished(state))
    assert collect(made, observe(made), Collect(key.task_id, 1)) is None
    assert (state.runs, state.attempts[key.task_id][0].phase) == (before, Phase.COLLECTED)


def test_only_what_may_be_gone_on_with_is_kept() -> None:
    for strategy, code, kept in (("resume", 1, True), ("resume", 0, False), ("fresh", 1, False)):
        state, key = started()
        state.end(key, code)
        made = runtime(desired(task("a", retry=Retry(strategy=Strategy(strategy)))), state)
        collect(made, observe(made), Collect(key.task_id, 1))
        assert isinstance(made.attempts, FakeAttempts)
        assert (made.attempts.kept_homes == [key]) is kept
