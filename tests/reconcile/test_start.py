"""What an order contains."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from specrun.core.change import Relaunch
from specrun.core.contract import Check, Contract
from specrun.core.task import Retry, TaskId, Workspace
from specrun.core.world import Phase
from specrun.errors import EnvironmentProblem
from specrun.ports import AttemptKey, Prepared
from specrun.reconcile.loop import Control, converge
from specrun.reconcile.start import relaunch
from tests.core.make import attempt, desired, task, tid
from tests.fakes import Clock, FakeAttempts, FakePrompts, FakeWorkspaces, State, runtime
from tests.reconcile.drive import Ends, run_to_rest


def test_the_order_names_base_branch_environment_and_fingerprint() -> None:
    state = State()
    run_to_rest(desired(task("a", env={"X": "1"}, secrets=("SECRET",))), state)
    order = state.orders[AttemptKey(tid("a"), 1)]
    assert (order.branch, order.base, order.prompt) == ("main", "b" * 40, "echo a")
    assert order.env == {
        "PATH": "/bin",
        "X": "1",
        "SPECRUN_SPEC": "s",
        "SPECRUN_TASK": "a",
        "SPECRUN_ATTEMPT": "1",
        "SPECRUN_DEPTH": "1",
        "SPECRUN_BASE": "b" * 40,
    }
    assert order.secrets == ("SECRET",)
    assert state.secrets == {AttemptKey(tid("a"), 1): {"SECRET": "s3cret"}}
    assert order.fingerprint.work


def test_a_secret_that_is_not_set_launches_nothing() -> None:
    state = State()
    with pytest.raises(EnvironmentProblem, match="MISSING"):
        run_to_rest(desired(task("a", secrets=("MISSING",))), state)
    assert state.orders == {}


def test_attempts_count_within_their_generation_and_see_the_last_failure() -> None:
    state = State()
    clock = Clock()
    one = task("a", retry=Retry(limit=1))
    made = replace(runtime(desired(one), state, clock), prompts=FakePrompts(frozenset({one.id})))
    list(converge(made, Ends(state, clock, {"a": [1, 0]}), Control()))
    first, second = (state.orders[AttemptKey(one.id, number)] for number in (1, 2))
    assert (first.env["SPECRUN_ATTEMPT"], second.env["SPECRUN_ATTEMPT"]) == ("1", "2")
    assert (first.prompt, second.prompt) == ("echo a", "a::failed")


def test_only_carrying_upstreams_are_merged() -> None:
    state = State()
    made, _ = run_to_rest(
        desired(task("a"), task("b"), task("c"), task("d", "a", "b:succeeded:output", "c:succeeded:none")),
        state,
    )
    assert isinstance(made.workspaces, FakeWorkspaces)
    assert set(made.workspaces.upstreams[AttemptKey(tid("d"), 1)]) == {tid("a")}


def test_relaunching_an_attempt_that_runs_starts_nothing_twice() -> None:
    state = State()
    clock = Clock()
    made = runtime(desired(task("a")), state, clock)
    next(converge(made, Ends(state, clock), Control()))
    event = relaunch(made, Relaunch(tid("a"), 1))
    assert event.number == 1
    assert len(state.started) == 1
    assert state.attempts[tid("a")][0].launches == 2


class Here(FakeAttempts):
    """Attempts whose trees are real folders."""

    def __init__(self, state: State, clock: Clock, folder: Path) -> None:
        super().__init__(state, clock)
        self.folder = folder

    def workspace(self, key: AttemptKey) -> Path:
        return self.folder / str(key.number)

    def next_number(self, task_id: TaskId, recorded: int) -> int:
        return 4


def test_trees_of_broken_off_orders_go_and_those_of_other_branches_stay(tmp_path: Path) -> None:
    state = State()
    clock = Clock()
    one = task("a")
    for number in (1, 2, 3):
        (tmp_path / str(number)).mkdir()
    elsewhere = attempt("a", Phase.COLLECTED, number=2, branch="other")
    state.attempts[one.id] = [attempt("a", Phase.COLLECTED), elsewhere]
    made = replace(runtime(desired(one), state, clock), attempts=Here(state, clock, tmp_path))
    next(converge(made, Ends(state, clock), Control()))
    assert isinstance(made.workspaces, FakeWorkspaces)
    assert made.workspaces.removed == [AttemptKey(one.id, 1), AttemptKey(one.id, 3)]


def test_the_order_holds_all_that_will_be_asked_of_the_work() -> None:
    state = State()
    contract = Contract(checks=(Check(name="test", run="sh test.sh"),), touches=("src",))
    made = replace(runtime(desired(task("a", contract=contract)), state), base="e" * 40)
    next(converge(made, Ends(state, Clock()), Control()))
    order = state.orders[AttemptKey(tid("a"), 1)]
    assert (order.contract, order.head, order.base) == (contract, "e" * 40, "e" * 40)
    assert set(order.tools) == {"sh"}
    assert (order.round, order.target, order.rounds, order.watched) == (None, None, (), {})


def test_the_head_is_told_apart_from_the_base_that_upstreams_are_merged_into() -> None:
    state = State()
    made = runtime(desired(task("a"), task("b", "a")), state)
    made = replace(made, workspaces=Merging(state))
    list(converge(made, Ends(state, Clock()), Control()))
    order = state.orders[AttemptKey(tid("b"), 1)]
    assert (order.base, order.head) == ("f" * 40, "b" * 40)


class Merging(FakeWorkspaces):
    """Trees that begin with a merge wherever there are upstreams."""

    def prepare(
        self, key: AttemptKey, kind: Workspace, base: str, upstreams: Mapping[TaskId, str], path: Path
    ) -> Prepared:
        prepared = super().prepare(key, kind, base, upstreams, path)
        return replace(prepared, base="f" * 40) if upstreams else prepared


def test_protected_files_are_watched_only_where_nothing_can_restore_them() -> None:
    checks = Contract(checks=(Check(name="test", run="true"),))
    files = {"Makefile": "1", "src/a.py": "1"}
    for kind, contract, watched in (
        (Workspace.NONE, checks, {"Makefile": "1"}),
        (Workspace.NONE, Contract(), {}),
        (Workspace.CLONE, checks, {}),
    ):
        state = State()
        made = runtime(desired(task("a", workspace=kind, contract=contract)), state)
        assert isinstance(made.workspaces, FakeWorkspaces)
        made.workspaces.files = files
        next(converge(made, Ends(state, Clock()), Control()))
        assert state.orders[AttemptKey(tid("a"), 1)].watched == watched


def test_a_check_whose_program_is_missing_starts_nothing() -> None:
    state = State()
    contract = Contract(checks=(Check(name="test", run="no-such-tool"),))
    with pytest.raises(EnvironmentProblem, match="no-such-tool"):
        run_to_rest(desired(task("a", contract=contract)), state)
    assert (state.orders, state.started) == ({}, [])
