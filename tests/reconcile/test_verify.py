"""Recorded work held against the checks of today: no agent, another record or none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from specrun.core.change import ReasonCode
from specrun.core.contract import Check, Contract
from specrun.core.event import EventKind
from specrun.core.task import Retry, Task, TaskId, Workspace
from specrun.core.world import CarriedFile, Phase, Run, Status
from specrun.errors import EnvironmentProblem
from specrun.ports import AttemptKey, Work
from specrun.reconcile.loop import Control
from specrun.reconcile.runtime import Runtime
from specrun.reconcile.seek import sought
from specrun.reconcile.tick import decide, perform
from tests.core.make import desired, prints, task, tid
from tests.fakes import Clock, FakeWorkspaces, State, runtime
from tests.reconcile.drive import Ends, rest, run_to_rest, turn

BASE, MADE, HEAD = "b" * 40, "1".rjust(40, "0"), "e" * 40
KEY, AGAIN = AttemptKey(tid("a"), 1), AttemptKey(tid("a"), 2)
CI = CarriedFile(".github/ci.yml", "100644", "1" * 40)


def proven(*names: str, **fields: Any) -> Task:
    """Task a, with checks of these names."""
    checks = tuple(Check(name=name, run="true") for name in names)
    protect = fields.pop("protect", None)
    return task("a", contract=Contract(checks=checks, protect=protect), **fields)


def recorded(one: Task, codes: dict[str, list[int]] | None = None) -> State:
    """A world in which task a has ended, its change holding a protected file."""
    state = State(work={KEY: Work(commit=MADE, carried=(CI,))})
    run_to_rest(desired(one), state, codes)
    return state


def trees(made: Runtime) -> dict[AttemptKey, tuple[str, dict[str, str]]]:
    assert isinstance(made.workspaces, FakeWorkspaces)
    return {key: (commit, {**restored}) for key, (commit, restored) in made.workspaces.trees.items()}


def test_other_checks_run_on_the_recorded_commit_without_an_agent() -> None:
    state = recorded(proven("test", secrets=("SECRET",)))
    before = state.runs[KEY.task_id]
    now = proven("test", "lint", secrets=("SECRET",))
    clock = Clock()
    made = replace(runtime(desired(now), state, clock), base=HEAD, environ={"PATH": "/bin"})
    assert isinstance(made.workspaces, FakeWorkspaces)
    rest(made, Ends(state, clock, {"a:lint": [1]}))
    order = state.orders[AGAIN]
    assert (order.command, order.prompt, order.env, order.secrets) == (None, "", {}, ())
    assert (order.generation, order.base, order.head, order.contract) == (1, BASE, HEAD, now.contract)
    proof = state.proofs[AGAIN]
    assert (proof.commit, [check.name for check in proof.checks]) == (MADE, ["test", "lint"])
    assert trees(made) == {AGAIN: (MADE, {".github/ci.yml": BASE})}
    assert made.workspaces.swept == [AGAIN]
    assert made.workspaces.removed == []
    assert AGAIN not in state.started
    record = state.runs[KEY.task_id]
    assert (record.status, record.reason) == (Status.FAILED, "check_failed: lint")
    assert (record.attempts, record.commit, record.base) == (before.attempts, MADE, BASE)
    assert record.fingerprint == prints(made.desired)[KEY.task_id]
    assert [check.passed for check in record.checks] == [True, False]
    assert state.attempts[KEY.task_id][1].phase is Phase.COLLECTED
    kinds = [(event.kind, event.message) for event in state.events[-4:]]
    assert kinds[0] == (EventKind.STARTED, "s/a is checked again (attempt 2, verify, checks: test, lint)")
    assert kinds[-1] == (EventKind.ENDED, "s/a failed when checked again: check_failed: lint")


def test_red_is_held_until_somebody_does_something() -> None:
    again = Retry(limit=3)
    state = recorded(proven("test", retry=again))
    _, turns = run_to_rest(desired(proven("test", "lint", retry=again)), state, {"a:lint": [1]})
    [held] = turns[-1].plan.holds
    assert held.reasons[0].code is ReasonCode.FAILED_UNCHANGED
    assert [key for key in state.started if not key.check] == [KEY]


def test_what_was_red_and_is_green_now_is_published_without_an_agent() -> None:
    state = recorded(proven("test", "lint"), {"a:lint": [1]})
    assert state.runs[KEY.task_id].branch is None
    run_to_rest(desired(proven("test")), state)
    record = state.runs[KEY.task_id]
    assert (record.status, record.reason, record.branch) == (Status.SUCCEEDED, "", "specrun/s/a")
    assert record.last_success is not None
    assert [key for key in state.started if not key.check] == [KEY]
    run_to_rest(desired(proven("test")), state)
    assert len(state.orders) == 2


def test_what_is_still_red_gets_the_attempts_of_its_new_generation() -> None:
    state = recorded(proven("test", "lint"), {"a:lint": [1]})
    run_to_rest(desired(proven("test", "vet")), state, {"a:vet": [1, 1, 0]})
    record = state.runs[KEY.task_id]
    assert [(one.number, one.generation) for one in record.attempts] == [(1, 1), (3, 2)]
    assert record.status is Status.SUCCEEDED


def test_without_any_checks_left_the_record_says_so() -> None:
    state = recorded(proven("test"))
    made, _ = run_to_rest(desired(task("a")), state)
    record = state.runs[KEY.task_id]
    assert (record.status, record.checks, record.protected_changed) == (Status.SUCCEEDED, (), (CI.path,))
    assert trees(made) == {}
    assert state.events[-2].message == "s/a is checked again (attempt 2, verify, checks: none any more)"


def test_what_is_protected_no_more_is_left_as_it_is() -> None:
    state = recorded(proven("test"), {"a:test": [1]})
    assert state.runs[KEY.task_id].protected_changed == (CI.path,)
    made, _ = run_to_rest(desired(proven("test", protect=("!.github",))), state)
    assert trees(made) == {AGAIN: (MADE, {})}
    assert state.runs[KEY.task_id].protected_changed == ()


def test_what_upstreams_were_not_allowed_to_change_is_taken_from_the_head_again() -> None:
    state = recorded(proven("test"))
    record = state.runs[KEY.task_id]
    state.runs[KEY.task_id] = replace(record, protected_changed=(CI.path, "Makefile"))
    clock = Clock()
    made = replace(runtime(desired(proven("lint")), state, clock), base=HEAD)
    rest(made, Ends(state, clock))
    assert trees(made) == {AGAIN: (MADE, {CI.path: BASE, "Makefile": HEAD})}
    assert state.runs[KEY.task_id].protected_changed == (CI.path, "Makefile")


def test_in_the_repo_itself_checks_run_again_where_they_are() -> None:
    state = recorded(proven("test", workspace=Workspace.NONE))
    state.runs[KEY.task_id] = replace(state.runs[KEY.task_id], protected_changed=("Makefile",))
    made, _ = run_to_rest(desired(proven("lint", workspace=Workspace.NONE)), state)
    record = state.runs[KEY.task_id]
    assert (record.status, record.branch, trees(made)) == (Status.SUCCEEDED, None, {})
    assert record.protected_changed == ("Makefile",)
    assert [(check.name, check.commit) for check in record.checks] == [("lint", None)]


class Elsewhere(FakeWorkspaces):
    """Has `stand_in` for every commit, and publishes nothing."""

    stand_in = BASE

    def seek(self, task_id: TaskId, commit: str, carried: Iterable[CarriedFile] | None, base: str) -> str:
        return self.stand_in

    def publish(self, task_id: TaskId, commit: str) -> str:
        raise AssertionError(f"{task_id} moved to {commit}")


def elsewhere(state: State, stand_in: str) -> tuple[Runtime, Clock]:
    clock = Clock()
    workspaces = Elsewhere(state)
    workspaces.stand_in = stand_in
    return replace(runtime(desired(proven("lint")), state, clock), workspaces=workspaces), clock


def test_the_code_base_is_checked_where_it_holds_the_work() -> None:
    state = recorded(proven("test"))
    made, clock = elsewhere(state, BASE)
    rest(made, Ends(state, clock))
    assert trees(made) == {AGAIN: (BASE, {})}
    record = state.runs[KEY.task_id]
    assert (record.status, record.commit, record.branch) == (Status.SUCCEEDED, MADE, "specrun/s/a")
    assert [(check.name, check.commit) for check in record.checks] == [("lint", BASE)]
    assert record.protected_changed == ()


def test_work_that_is_nowhere_is_not_checked_and_its_record_stays() -> None:
    state = recorded(proven("test"))
    before = state.runs[KEY.task_id]
    made, clock = elsewhere(state, "")
    [held] = rest(made, Ends(state, clock))[-1].plan.holds
    assert held.reasons[0].code is ReasonCode.RESULT_MISSING
    assert (state.runs[KEY.task_id], AGAIN in state.orders) == (before, False)
    assert sought(made, *decide(made))[1].changes == ()


def verifying(*names: str, before: State | None = None) -> tuple[Runtime, State]:
    """A world in which the first of these checks runs on a recorded commit."""
    state = before or recorded(proven("test"))
    made = runtime(desired(proven(*names)), state)
    turn(made)
    turn(made)
    assert state.started[-1] == AttemptKey(KEY.task_id, 2, 1)
    return made, state


@pytest.mark.parametrize("names", [("lint",), ("lint", "vet")], ids=["the last", "another to come"])
@pytest.mark.parametrize("phase", [Phase.RUNNING, Phase.ORDERED])
def test_checks_that_a_person_stops_hold_their_task(names: tuple[str, ...], phase: Phase) -> None:
    made, state = verifying(*names)
    state.amend(state.started[-1], phase=phase)
    made.attempts.stop(AGAIN, "stop_requested")
    turn(made)
    turn(made)
    record = state.runs[KEY.task_id]
    assert (record.status, record.reason) == (Status.CANCELLED, "stop_requested")
    assert record.checks[0].reason == "stopped: stop_requested"
    assert state.attempts[KEY.task_id][1].phase is Phase.COLLECTED


def test_a_person_stops_between_two_checks() -> None:
    made, state = verifying("lint", "vet")
    state.end(state.started[-1])
    made.attempts.stop(AGAIN, "stop_requested")
    turn(made)
    record = state.runs[KEY.task_id]
    assert (record.status, record.reason) == (Status.CANCELLED, "stop_requested")
    assert [check.reason for check in record.checks] == ["", "stopped"]


def test_a_check_whose_program_is_missing_opens_nothing() -> None:
    state = recorded(proven("test"))
    one = task("a", contract=Contract(checks=(Check(name="lint", run="no-such-tool"),)))
    with pytest.raises(EnvironmentProblem, match="s/a: its check lint starts no-such-tool"):
        run_to_rest(desired(one), state)
    assert AGAIN not in state.orders


@pytest.mark.parametrize("names", [("lint",), ("lint", "vet")], ids=["the last", "another to come"])
@pytest.mark.parametrize("phase", [Phase.RUNNING, Phase.ORDERED])
def test_checks_that_an_edit_breaks_off_say_nothing(names: tuple[str, ...], phase: Phase) -> None:
    _, state = verifying(*names)
    before: Run = state.runs[KEY.task_id]
    state.amend(state.started[-1], phase=phase)
    edited = runtime(desired(proven(*names, prompt="edited")), state)
    turn(edited)
    turn(edited)
    assert state.runs[KEY.task_id] == before
    assert state.attempts[KEY.task_id][1].phase is Phase.COLLECTED
    run_to_rest(edited.desired, state)
    assert [one.number for one in state.runs[KEY.task_id].attempts] == [1, 3]


def test_what_is_gone_from_the_specs_is_not_checked_any_further() -> None:
    _, state = verifying("lint")
    before = state.runs[KEY.task_id]
    run_to_rest(desired(), state)
    assert state.runs[KEY.task_id] == before
    assert state.attempts[KEY.task_id][1].phase is Phase.COLLECTED


def test_a_record_that_somebody_removes_meanwhile_is_not_made_up_again() -> None:
    made, state = verifying("lint")
    del state.runs[KEY.task_id]
    state.end(state.started[-1])
    turn(made)
    assert state.runs == {}
    assert state.attempts[KEY.task_id][1].phase is Phase.COLLECTED


def test_checks_that_are_edited_meanwhile_are_held_against_the_work_next() -> None:
    _, state = verifying("lint")
    run_to_rest(desired(proven("vet")), state)
    assert [check.name for check in state.runs[KEY.task_id].checks] == ["vet"]
    assert [key.number for key in state.orders] == [1, 2, 3]


def test_without_launching_no_work_is_held_against_its_checks() -> None:
    state = recorded(proven("test"))
    run_to_rest(desired(proven("lint")), state, control=Control(launching=False))
    assert AGAIN not in state.orders


def test_settling_twice_gives_the_same_record() -> None:
    made, state = verifying("lint")
    state.end(state.started[-1], 1)
    world, plan = decide(made)
    perform(made, world, plan.changes[0])
    first = state.runs[KEY.task_id]
    state.amend(AGAIN, phase=Phase.PROVING, proof=world.attempts[KEY.task_id][1].proof)
    world, plan = decide(made)
    perform(made, world, plan.changes[0])
    assert state.runs[KEY.task_id] == first
