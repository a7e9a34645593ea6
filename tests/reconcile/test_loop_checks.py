"""The loop while checks are at work: people who interrupt it, shims that never come, and slots."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from specrun.core.change import Action
from specrun.core.contract import Check, Contract
from specrun.core.event import EventKind
from specrun.core.task import Task
from specrun.core.world import Phase, Status
from specrun.ports import AttemptKey
from specrun.reconcile.loop import Control, converge
from tests.core.make import desired, task, tid
from tests.fakes import Clock, FakeExecutor, State, runtime
from tests.reconcile.drive import Ends, rest, run_to_rest, turn


class Pause:
    """A wake-up source during which nothing ends."""

    def wait(self, timeout: float) -> None:
        assert timeout >= 0


def statuses(state: State) -> dict[str, str]:
    return {name.partition("/")[2]: str(run.status) for name, run in state.runs.items()}


def proven(*names: str) -> Task:
    return task("a", contract=Contract(checks=tuple(Check(name=name, run="true") for name in names)))


def checking(*names: str, before: State | None = None) -> State:
    """A world in which the first of these checks of task a is at work."""
    state = before or State()
    made = runtime(desired(proven(*names)), state)
    while not (state.started and state.started[-1].check and state.started[-1].number == newest(state)):
        turn(made)
        if state.attempts[tid("a")][-1].phase is Phase.RUNNING:
            state.end(AttemptKey(tid("a"), newest(state)))
    return state


def newest(state: State) -> int:
    return state.attempts[tid("a")][-1].number


def test_without_launching_a_check_at_work_ends_and_no_other_begins() -> None:
    for codes in ({}, {"a:test": [1]}):
        state = checking("test", "lint")
        rest(
            runtime(desired(proven("test", "lint")), state),
            Ends(state, Clock(), codes),
            Control(launching=False),
        )
        assert state.started == [AttemptKey(tid("a"), 1), AttemptKey(tid("a"), 1, 1)]
        assert (state.runs, state.attempts[tid("a")][0].phase) == ({}, Phase.PROVING)
        run_to_rest(desired(proven("test", "lint")), state, codes)
        assert statuses(state) == {"a": "failed" if codes else "succeeded"}
        assert len(state.started) == 3


def test_without_launching_the_last_check_still_decides() -> None:
    state = checking("test")
    rest(runtime(desired(proven("test")), state), Ends(state, Clock()), Control(launching=False))
    assert statuses(state) == {"a": "succeeded"}


def test_without_launching_recorded_work_is_not_checked_again() -> None:
    state = State()
    run_to_rest(desired(task("a")), state)
    turns = rest(runtime(desired(proven("test")), state), Ends(state, Clock()), Control(launching=False))
    assert (len(turns), len(state.orders)) == (1, 1)


@pytest.mark.parametrize("names", [("test",), ("test", "lint")], ids=["the last", "another to come"])
@pytest.mark.parametrize("phase", [Phase.RUNNING, Phase.ORDERED])
def test_stopping_ends_checks_and_records_their_attempt_as_cancelled(
    names: tuple[str, ...], phase: Phase
) -> None:
    state = checking(*names)
    state.amend(state.started[-1], phase=phase)
    made = runtime(desired(proven(*names)), state)
    turns = list(converge(made, Pause(), Control(stopping=True)))
    assert turns[-1].plan.converged
    record = state.runs[tid("a")]
    assert (record.status, record.reason) == (Status.CANCELLED, "stop_requested")
    assert len(state.started) == 2
    told = [event.message for event in state.events if event.kind is EventKind.STOPPING]
    assert told == ["s/a is being stopped (stop_requested)"]
    assert [event.kind for event in state.events].count(EventKind.ENDED) == 1
    _, again = run_to_rest(desired(proven(*names)), state)
    assert again[-1].plan.decisions[0].action is Action.HOLD


def test_what_nobody_here_can_go_on_with_is_left_alone() -> None:
    state = checking("test", "lint")
    state.end(state.started[-1], -15, "stopped")
    state.amend(state.started[-1], stopping=True)
    state.amend(AttemptKey(tid("a"), 1), agent="oracle")
    turns = list(converge(runtime(desired(proven("test", "lint")), state), Pause(), Control(stopping=True)))
    assert (state.runs, len(turns)) == ({}, 1)


class Never:
    """A wake-up source that nobody is to wait for."""

    def wait(self, timeout: float) -> None:
        raise AssertionError(f"waits {timeout} s")


def test_without_any_checks_left_nothing_is_waited_for() -> None:
    state = State()
    run_to_rest(desired(proven("test")), state)
    list(converge(runtime(desired(task("a")), state), Never(), Control()))
    assert (statuses(state), state.runs[tid("a")].checks) == ({"a": "succeeded"}, ())


def test_stopping_between_two_checks_leaves_the_others_for_later() -> None:
    state = checking("test", "lint")
    state.end(state.started[-1])
    list(converge(runtime(desired(proven("test", "lint")), state), Pause(), Control(stopping=True)))
    assert (state.runs, len(state.started)) == ({}, 2)
    run_to_rest(desired(proven("test", "lint")), state)
    assert statuses(state) == {"a": "succeeded"}
    assert len(state.started) == 3


def test_stopping_ends_checks_of_recorded_work_too() -> None:
    state = State()
    run_to_rest(desired(task("a")), state)
    checking("test", "lint", before=state)
    list(converge(runtime(desired(proven("test", "lint")), state), Pause(), Control(stopping=True)))
    assert (statuses(state), state.runs[tid("a")].reason) == ({"a": "cancelled"}, "stop_requested")
    assert state.attempts[tid("a")][-1].phase is Phase.COLLECTED


def test_an_unclaimed_check_is_asked_for_again_and_given_up_in_the_end() -> None:
    state = checking("test")
    key = AttemptKey(tid("a"), 1, 1)
    state.amend(key, phase=Phase.ORDERED)
    state.started.remove(key)
    clock = Clock()
    made = runtime(desired(proven("test")), state, clock)
    made = replace(made, executors={"fake": Deaf(state)})
    rest(made, Ends(state, clock))
    record = state.runs[tid("a")]
    assert (record.status, record.reason) == (Status.FAILED, "checks_unanswered: test")
    assert record.checks[0].reason == "unanswered: no shim claimed it: it said nothing"


class Deaf(FakeExecutor):
    """Starts nothing, whoever asks."""

    def start(self, key: AttemptKey, directory: Path) -> None:
        del key, directory


def test_one_check_at_a_time_takes_the_slot_of_its_task() -> None:
    state = State()
    wanted = desired(proven("test", "lint"), task("b"), spec={"max_workers": 1})
    run_to_rest(wanted, state)
    assert [(key.task_id, key.check) for key in state.started] == [
        *((tid("a"), number) for number in range(3)),
        (tid("b"), 0),
    ]
