"""Attempts whose checks decide: when they are heard, what the record says, and how they end early."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from specrun.core.change import Collect
from specrun.core.contract import Check, Contract
from specrun.core.event import EventKind
from specrun.core.task import Retry, Task, TaskId, Workspace
from specrun.core.world import CarriedFile, Phase, Status
from specrun.errors import ResultMissing
from specrun.ports import AttemptKey, Work
from specrun.reconcile.collect import collect
from specrun.reconcile.observe import observe
from tests.core.make import desired, prints, task, tid
from tests.fakes import Clock, FakeAttempts, FakeExecutor, FakeWorkspaces, State, runtime
from tests.reconcile.drive import Ends, rest, run_to_rest, turn

KEY = AttemptKey(tid("a"), 1)
MADE = "1".rjust(40, "0")
CHECKS = (Check(name="test", run="true"), Check(name="lint", run="true"))
PROVEN = task("a", contract=Contract(checks=CHECKS))


def started(one: Task) -> State:
    """A world in which task a runs."""
    state = State()
    turn(runtime(desired(one), state))
    return state


class Unpublished(FakeWorkspaces):
    """Branches that must not move."""

    def publish(self, task_id: TaskId, commit: str) -> str:
        raise AssertionError(f"{task_id} moved to {commit}")


class Gone(FakeWorkspaces):
    """Trees that somebody has removed; what was collected before is still here."""

    def collect(self, key: AttemptKey, path: Path, base: str, when: float, message: str) -> Work:
        raise ResultMissing("the workspace is gone")


def test_work_is_recorded_and_published_only_once_its_checks_have_passed() -> None:
    state = started(PROVEN)
    state.end(KEY)
    made = replace(runtime(desired(PROVEN), state), workspaces=Unpublished(state))
    assert isinstance(made.workspaces, FakeWorkspaces)
    assert collect(made, observe(made), Collect(KEY.task_id, 1)) is None
    assert (state.runs, state.attempts[KEY.task_id][0].phase) == ({}, Phase.PROVING)
    assert (made.workspaces.removed, made.workspaces.swept) == ([], [])
    for number in (1, 2):
        turn(made)
        state.end(AttemptKey(KEY.task_id, 1, number), tail=f"run {number}")
    made = runtime(desired(PROVEN), state)
    assert isinstance(made.workspaces, FakeWorkspaces)
    executor = made.executors["fake"]
    assert isinstance(executor, FakeExecutor)
    turn(made)
    record = state.runs[KEY.task_id]
    assert (record.status, record.commit, record.branch) == (Status.SUCCEEDED, MADE, "specrun/s/a")
    assert [(one.name, one.tail, one.commit) for one in record.checks] == [
        ("test", "run 1", MADE),
        ("lint", "run 2", MADE),
    ]
    assert (made.workspaces.swept, made.workspaces.removed) == ([KEY], [KEY])
    assert executor.released == {AttemptKey(KEY.task_id, 1, 2): False, KEY: False}


@pytest.mark.parametrize(
    ("codes", "reason"),
    [
        ({"a:test": [1]}, "check_failed: test"),
        ({"a:lint": [2]}, "check_failed: lint"),
        ({"a:test": [1], "a:lint": [2]}, "check_failed: test, lint"),
    ],
)
def test_all_checks_run_and_those_that_failed_are_named(codes: dict[str, list[int]], reason: str) -> None:
    state = State()
    made, _ = run_to_rest(desired(PROVEN), state, codes)
    record = state.runs[KEY.task_id]
    assert (record.status, record.reason, record.commit, record.branch) == (Status.FAILED, reason, MADE, None)
    assert (record.attempts[-1].reason, record.attempts[-1].exit_code) == (reason, 0)
    assert [check.name for check in record.checks] == ["test", "lint"]
    assert state.started == [KEY, AttemptKey(KEY.task_id, 1, 1), AttemptKey(KEY.task_id, 1, 2)]
    assert isinstance(made.workspaces, FakeWorkspaces)
    assert (made.workspaces.swept, made.workspaces.removed) == ([KEY], [])


def test_a_lost_check_is_run_again_and_only_that() -> None:
    state = State()
    lost: dict[str, Any] = {"cause": "lost", "exit_code": None}
    made = runtime(desired(PROVEN), state)
    turn(made)
    state.end(KEY)
    turn(made)
    for end in (lost, {}, {}):
        turn(made)
        state.end(state.started[-1], **end)
    assert isinstance(made.attempts, FakeAttempts)
    assert made.attempts.looked_at == [KEY, AttemptKey(KEY.task_id, 1, 1)], "its strays were not ended"
    turn(made)
    assert [state.checks[key].name for key in state.started[1:]] == ["test", "test", "lint"]
    assert state.runs[KEY.task_id].status is Status.SUCCEEDED


def test_what_the_agent_failed_at_is_not_checked() -> None:
    state = State()
    run_to_rest(desired(PROVEN), state, {"a": [3]})
    record = state.runs[KEY.task_id]
    assert (record.status, record.reason, record.checks) == (Status.FAILED, "exit code 3", ())
    assert state.started == [KEY]


def test_what_its_contract_refuses_is_not_checked() -> None:
    state = State()
    one = replace(PROVEN, contract=replace(PROVEN.contract, touches=("docs",)))
    run_to_rest(desired(one), state)
    assert state.runs[one.id].reason == "nothing_changed"
    assert state.started == [KEY]


def test_a_program_that_is_found_elsewhere_than_before_is_not_trusted(tmp_path: Path) -> None:
    one = task("a", contract=Contract(checks=(Check(name="test", run="sh test.sh"),)))
    state = started(one)
    assert set(state.orders[KEY].tools) == {"sh"}
    planted = tmp_path / "sh"
    planted.symlink_to("/bin/sh")
    state.end(KEY)
    made = replace(runtime(desired(one), state), environ={"PATH": f"{tmp_path}:/bin"})
    turn(made)
    record = state.runs[one.id]
    assert record.status is Status.FAILED
    assert record.reason == "tool_moved: sh is not found where it was before the attempt"
    assert (record.commit, record.branch, record.checks) == (MADE, None, ())
    assert state.checks == {}


def test_only_programs_of_checks_that_count_can_have_moved(tmp_path: Path) -> None:
    one = task("a", contract=Contract(checks=(Check(name="test", run="sh test.sh"),)))
    state = started(one)
    (tmp_path / "sh").symlink_to("/bin/sh")
    state.end(KEY)
    turn(replace(runtime(desired(PROVEN), state), environ={"PATH": f"{tmp_path}:/bin"}))
    assert state.attempts[KEY.task_id][0].phase is Phase.PROVING


def test_checks_that_are_new_since_the_start_are_those_that_count() -> None:
    state = started(task("a"))
    state.end(KEY)
    run_to_rest(desired(PROVEN), state, {"a:lint": [1]})
    record = state.runs[KEY.task_id]
    assert record.reason == "check_failed: lint"
    assert record.fingerprint == prints(desired(PROVEN))[KEY.task_id]
    assert [one.number for one in record.attempts] == [1]


def test_checks_that_are_gone_since_the_start_are_not_run() -> None:
    state = started(PROVEN)
    state.end(KEY)
    turn(runtime(desired(task("a")), state))
    record = state.runs[KEY.task_id]
    assert (record.status, record.checks) == (Status.SUCCEEDED, ())
    assert record.fingerprint == prints(desired(task("a")))[KEY.task_id]


def test_what_changed_in_the_repo_itself_is_named_once_the_checks_passed() -> None:
    one = replace(PROVEN, workspace=Workspace.NONE)
    state = State()
    clock = Clock()
    made = runtime(desired(one), state, clock)
    assert isinstance(made.workspaces, FakeWorkspaces)
    turn(made)
    made.workspaces.files["Makefile"] = "1"
    rest(made, Ends(state, clock))
    record = state.runs[KEY.task_id]
    assert (record.status, record.commit, record.branch) == (Status.SUCCEEDED, None, None)
    assert record.protected_changed == ("Makefile",)
    assert [check.commit for check in record.checks] == [None, None]
    assert made.workspaces.swept == []


def test_what_happens_to_the_tree_while_checks_run_is_nobodys_work() -> None:
    edit = CarriedFile("f", "100644", "1" * 40)
    state = State(work={KEY: Work(commit=MADE, carried=(edit,))})
    wanted = desired(PROVEN)
    made = runtime(wanted, state)
    turn(made)
    state.end(KEY)
    turn(made)
    clock = Clock()
    later = replace(runtime(wanted, state, clock), workspaces=Gone(state))
    rest(later, Ends(state, clock))
    record = state.runs[KEY.task_id]
    assert (record.status, record.commit, record.carried) == (Status.SUCCEEDED, MADE, (edit,))


def test_the_end_is_told_once_and_checks_as_they_start() -> None:
    state = State()
    run_to_rest(desired(PROVEN), state, {"a:test": [1]})
    kinds = [one.kind for one in state.events]
    assert kinds == [EventKind.STARTED, EventKind.CHECKING, EventKind.CHECKING, EventKind.ENDED]
    told: dict[str, Any] = dict(state.events[-1].data)
    assert (told["status"], told["reason"], told["seconds"]) == ("failed", "check_failed: test", 1)
    assert state.events[-1].message == "s/a failed in 1.00s: check_failed: test"


def test_a_check_that_fails_is_answered_by_a_retry_that_allows_for_it() -> None:
    state = State()
    again = replace(PROVEN, retry=Retry(limit=1))
    run_to_rest(desired(again), state, {"a:test": [1, 0]})
    record = state.runs[KEY.task_id]
    assert [one.reason for one in record.attempts] == ["check_failed: test", ""]
    assert [check.commit for check in record.checks] == ["2".rjust(40, "0")] * 2
