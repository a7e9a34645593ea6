"""What an order contains."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from specrun.core.change import Relaunch
from specrun.core.task import Retry, TaskId
from specrun.core.world import Phase
from specrun.errors import EnvironmentProblem
from specrun.ports import AttemptKey
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
