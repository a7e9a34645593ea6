"""The loop over doubles: it converges, obeys, and survives a crash between any two effects."""

from __future__ import annotations

import pytest

from specrun.core.change import Action
from specrun.core.reasons import MERGE_CONFLICT
from specrun.core.task import Desired, Retry
from specrun.core.world import Phase, Status
from specrun.errors import Stale
from specrun.ports import AttemptKey
from specrun.reconcile.loop import RESCAN, Control, converge, write_summaries
from tests.core.make import attempt, desired, prints, task, tid
from tests.fakes import Clock, Crash, FakeWorkspaces, MemoryStore, State, runtime
from tests.reconcile.drive import Ends, run_to_rest

DIAMOND = desired(task("a"), task("b", "a"), task("c", "a", retry=Retry(limit=1)), task("d", "b", "c"))


def statuses(state: State) -> dict[str, str]:
    return {name.partition("/")[2]: str(run.status) for name, run in state.runs.items()}


def test_a_diamond_with_a_retry_succeeds_and_a_second_apply_does_nothing() -> None:
    state = State()
    made, _ = run_to_rest(DIAMOND, state, {"c": [1, 0]})
    assert statuses(state) == dict.fromkeys("abcd", "succeeded")
    assert state.started == [
        AttemptKey(tid(n), k) for n, k in (("a", 1), ("b", 1), ("c", 1), ("c", 2), ("d", 1))
    ]
    assert isinstance(made.store, MemoryStore)
    assert made.store.summaries == {"s": "a=succeeded b=succeeded c=succeeded d=succeeded"}
    before = dict(state.runs)
    _, turns = run_to_rest(DIAMOND, state)
    assert len(turns) == 1
    assert turns[0].plan.converged
    assert state.runs == before


def test_a_failure_blocks_only_what_depends_on_it() -> None:
    state = State()
    _, turns = run_to_rest(DIAMOND, state, {"b": [1]})
    assert statuses(state) == {"a": "succeeded", "b": "failed", "c": "succeeded"}
    last = {one.task_id: one for one in turns[-1].plan.decisions}
    assert last[tid("d")].action is Action.HOLD


class Pause:
    """A wake-up source during which no worker ends."""

    def wait(self, timeout: float) -> None:
        assert timeout >= 0


def effects() -> int:
    """How many effects an undisturbed run of the diamond has."""
    state = State(crash_in=10_000)
    run_to_rest(DIAMOND, state, {"c": [1, 0]})
    assert state.crash_in is not None
    return 10_000 - state.crash_in


@pytest.mark.parametrize("moment", range(effects()))
def test_a_crash_before_any_effect_changes_nothing_in_the_end(moment: int) -> None:
    calm = State()
    run_to_rest(DIAMOND, calm, {"c": [1, 0]})
    state = State(crash_in=moment)
    with pytest.raises(Crash):
        run_to_rest(DIAMOND, state, {"c": [1, 0]})
    run_to_rest(DIAMOND, state, {"c": [1, 0]})
    assert sorted(map(str, state.started)) == sorted(map(str, calm.started))
    assert statuses(state) == statuses(calm)
    assert {name: len(run.attempts) for name, run in state.runs.items()} == {
        name: len(run.attempts) for name, run in calm.runs.items()
    }


def test_without_launching_live_workers_are_still_collected() -> None:
    state = State()
    clock = Clock()
    control = Control()
    turns = converge(runtime(DIAMOND, state, clock), Ends(state, clock), control)
    next(turns)
    control.launching = False
    list(turns)
    assert statuses(state) == {"a": "succeeded"}
    assert len(state.started) == 1


def test_stopping_ends_workers_and_records_them_as_cancelled() -> None:
    state = State()
    clock = Clock()
    control = Control()
    turns = converge(runtime(DIAMOND, state, clock), Pause(), control)
    next(turns)
    control.stopping = True
    list(turns)
    assert statuses(state) == {"a": "cancelled"}
    _, turns_again = run_to_rest(DIAMOND, state)
    assert statuses(state) == {"a": "cancelled"}
    assert turns_again[-1].plan.decisions[0].action is Action.HOLD


def test_leaving_leaves_workers_alone() -> None:
    state = State()
    clock = Clock()
    list(converge(runtime(DIAMOND, state, clock), Ends(state, clock), Control(leave=True)))
    assert state.attempts[tid("a")][0].phase is Phase.RUNNING
    assert state.runs == {}


def test_a_conflict_is_recorded_and_held() -> None:
    state = State()
    clock = Clock()
    made = runtime(DIAMOND, state, clock)
    assert isinstance(made.workspaces, FakeWorkspaces)
    made.workspaces.conflicts.add(tid("d"))
    list(converge(made, Ends(state, clock), Control()))
    run = state.runs[tid("d")]
    assert (run.status, run.reason, run.summary) == (Status.FAILED, MERGE_CONFLICT, "a and b both change f")
    assert AttemptKey(tid("d"), 1) not in state.started


def test_an_edit_while_running_stops_and_restarts() -> None:
    state = State()
    clock = Clock()
    next(converge(runtime(desired(task("a")), state, clock), Ends(state, clock), Control()))
    run_to_rest(desired(task("a", prompt="edited")), state)
    assert [one.status for one in state.runs[tid("a")].attempts] == [Status.CANCELLED, Status.SUCCEEDED]


def test_summaries_are_written_only_for_specs_with_records() -> None:
    state = State()
    made = runtime(desired(task("a")), state)
    write_summaries(made)
    assert isinstance(made.store, MemoryStore)
    assert made.store.summaries == {}


def test_a_grant_runs_a_failed_task_once_more() -> None:
    state = State()
    only_a: Desired = desired(task("a"))
    run_to_rest(only_a, state, {"a": [1]})
    runtime(only_a, state).attempts.grant(tid("a"))
    run_to_rest(only_a, state, {"a": [1]})
    assert [one.generation for one in state.runs[tid("a")].attempts] == [1, 2]
    run_to_rest(only_a, state, {"a": [1]})
    assert len(state.runs[tid("a")].attempts) == 2


def test_a_grant_for_a_conflict_is_used_up() -> None:
    state = State()
    clock = Clock()
    made = runtime(DIAMOND, state, clock)
    assert isinstance(made.workspaces, FakeWorkspaces)
    made.workspaces.conflicts.add(tid("d"))
    list(converge(made, Ends(state, clock), Control()))
    made.attempts.grant(tid("d"))
    turns = [turn for turn, _ in zip(converge(made, Ends(state, clock), Control()), range(10), strict=False)]
    assert len(turns) < 10
    assert [one.generation for one in state.runs[tid("d")].attempts] == [1, 2]


def test_a_change_of_branch_writes_nothing() -> None:
    state = State()
    clock = Clock()
    made = runtime(DIAMOND, state, clock)
    turns = converge(made, Ends(state, clock), Control())
    next(turns)
    next(turns)
    assert isinstance(made.store, MemoryStore)
    made.store.summaries.clear()
    runs = dict(state.runs)
    state.branch = "other"
    with pytest.raises(Stale):
        list(turns)
    assert (state.runs, made.store.summaries) == (runs, {})


def test_a_spec_set_back_puts_its_success_back_on_record() -> None:
    state = State()
    run_to_rest(desired(task("a")), state)
    run_to_rest(desired(task("a", prompt="other")), state, {"a": [1]})
    assert statuses(state) == {"a": "failed"}
    made, _ = run_to_rest(desired(task("a")), state)
    assert statuses(state) == {"a": "succeeded"}
    assert isinstance(made.store, MemoryStore)
    assert made.store.summaries == {"s": "a=succeeded"}
    assert len(state.started) == 2


class Waits:
    """A wake-up source that notes how long it is asked to wait, and gives up after a few times."""

    def __init__(self, control: Control) -> None:
        self.control = control
        self.asked: list[float] = []

    def wait(self, timeout: float) -> None:
        self.asked.append(timeout)
        self.control.leave = len(self.asked) == 3


def test_an_order_that_may_not_be_launched_again_is_waited_for_without_haste() -> None:
    one = task("a")
    late = attempt("a", Phase.ORDERED, prints(desired(one))[one.id], launched_at=1.0, executor="fake")
    waits = Waits(Control(launching=False))
    list(converge(runtime(desired(one), State(attempts={one.id: [late]})), waits, waits.control))
    assert waits.asked == [RESCAN] * 3


def test_what_looks_have_left_over_is_taken_away_at_every_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    state, clock = State(), Clock()
    made = runtime(desired(task("a")), state, clock)
    tidied: list[int] = []
    monkeypatch.setattr(made.attempts, "tidy", lambda: tidied.append(1))
    turns = list(converge(made, Ends(state, clock, {}), Control()))
    assert len(tidied) == len(turns)
