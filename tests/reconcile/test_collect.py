"""What the record says of every kind of end; see test_collect_checks for attempts that have checks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from specrun.core.change import Collect
from specrun.core.reasons import ORPHANED, OUTDATED
from specrun.core.task import Retry, Strategy, Task, TaskId, Workspace
from specrun.core.world import Phase, Run, Status
from specrun.errors import ResultMissing
from specrun.ports import AttemptKey, Metered, Work
from specrun.reconcile.collect import collect, conversation
from specrun.reconcile.examine import OUTDATED_FENCE
from specrun.reconcile.observe import observe
from specrun.reconcile.runtime import Runtime
from tests.core.make import desired, prints, run, task, tid
from tests.fakes import FakeAttempts, FakeExecutor, FakeWorkspaces, State, runtime
from tests.reconcile.drive import turn

KEY = AttemptKey(tid("a"), 1)
MADE = "1".rjust(40, "0")


def started(one: Task | None = None) -> State:
    """A world in which task a runs."""
    state = State()
    turn(runtime(desired(one or task("a")), state))
    return state


def collected(one: Task, state: State) -> tuple[Runtime, Run | None]:
    """Collect the first attempt of a task, once, and answer the record."""
    made = runtime(desired(one), state)
    collect(made, observe(made), Collect(one.id, 1))
    return made, state.runs.get(one.id)


def test_success_publishes_and_tidies_failure_keeps() -> None:
    for code, kept in ((0, False), (1, True)):
        state = started()
        state.end(KEY, code)
        made = runtime(desired(task("a")), state)
        assert isinstance(made.workspaces, FakeWorkspaces)
        executor = made.executors["fake"]
        assert isinstance(executor, FakeExecutor)
        event = collect(made, observe(made), Collect(KEY.task_id, 1))
        assert event is not None
        assert (made.workspaces.removed, made.workspaces.swept) == ([] if kept else [KEY], [])
        assert executor.released == {KEY: kept}
        run = state.runs[KEY.task_id]
        assert run.branch == (None if kept else "specrun/s/a")
        assert run.commit == MADE


def test_without_a_clone_there_is_no_commit() -> None:
    one = task("a", workspace=Workspace.NONE)
    state = started(one)
    state.end(KEY)
    _, run = collected(one, state)
    assert run is not None
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
    state = started()
    intent = replace(runtime(desired(task("a")), state).attempts.intent(KEY), session_id="meant")
    assert conversation(told, intent, None) == session


def test_a_conversation_that_began_before_stays_on_record() -> None:
    state = started()
    one = task("a")
    intent = replace(runtime(desired(one), state).attempts.intent(KEY), session_id="meant")
    before = run(prints(desired(one))[one.id], "a", Status.FAILED, session_id="meant")
    assert conversation(Metered(), intent, before) == "meant"


class Gone(FakeWorkspaces):
    """Trees that somebody has removed; what was collected before is still here."""

    def collect(self, key: AttemptKey, path: Path, base: str, when: float, message: str) -> Work:
        raise ResultMissing("the workspace is gone")


@pytest.mark.parametrize(("code", "reason"), [(0, "workspace_missing"), (3, "exit code 3")])
def test_a_success_without_its_tree_is_none(code: int, reason: str) -> None:
    state = started()
    state.end(KEY, code)
    made = replace(runtime(desired(task("a")), state), workspaces=Gone(state))
    collect(made, observe(made), Collect(KEY.task_id, 1))
    run = state.runs[KEY.task_id]
    assert (run.status, run.reason, run.commit, run.branch) == (Status.FAILED, reason, None, None)


@pytest.mark.parametrize("reason", [OUTDATED_FENCE, OUTDATED, ORPHANED])
def test_an_order_that_was_withdrawn_leaves_no_record(reason: str) -> None:
    state = started()
    made = runtime(desired(task("a")), state)
    made.attempts.fence(KEY, reason)
    assert collect(made, observe(made), Collect(KEY.task_id, 1)) is None
    assert state.runs == {}


class Unpublished(FakeWorkspaces):
    """Branches that must not move."""

    def publish(self, task_id: TaskId, commit: str) -> str:
        raise AssertionError(f"{task_id} moved to {commit}")


def test_an_end_that_was_recorded_before_a_later_one_changes_nothing() -> None:
    state = started()
    state.end(KEY)
    made, _ = collected(task("a"), state)
    (first,) = state.runs[KEY.task_id].attempts
    later = replace(first, number=2, status=Status.FAILED, ended_at=first.ended_at + 9)
    state.runs[KEY.task_id] = replace(state.runs[KEY.task_id], status=Status.FAILED, attempts=(first, later))
    state.end(KEY)
    before = dict(state.runs)
    made = replace(made, workspaces=Unpublished(state))
    assert collect(made, observe(made), Collect(KEY.task_id, 1)) is None
    assert (state.runs, state.attempts[KEY.task_id][0].phase) == (before, Phase.COLLECTED)


def test_only_what_may_be_gone_on_with_is_kept() -> None:
    for strategy, code, kept in (("resume", 1, True), ("resume", 0, False), ("fresh", 1, False)):
        state = started()
        state.end(KEY, code)
        made, _ = collected(task("a", retry=Retry(strategy=Strategy(strategy))), state)
        assert isinstance(made.attempts, FakeAttempts)
        assert (made.attempts.kept_homes == [KEY]) is kept
