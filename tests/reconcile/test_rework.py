"""Work that judges send back: what its orders hold, where it begins, and how the rounds end."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from specrun.core.contract import Check, Contract, Judge, Rewind
from specrun.core.evidence import Round, Target
from specrun.core.task import Desired, Retry, Strategy, Task
from specrun.core.world import CarriedFile, Run, Status
from specrun.ports import AttemptKey, Order, Work
from tests.core.make import desired, task, tid
from tests.fakes import Clock, FakeWorkspaces, State, runtime
from tests.reconcile.drive import Codes, Ends, Left, rest, run_to_rest

A, REVIEW = tid("a"), tid("review")
BASE = "b" * 40


def commit(number: int) -> str:
    """The commit of an attempt of task a."""
    return f"{number:040d}"


def changing(*contents: int) -> State:
    """A world in which the attempts of task a leave these contents, one after the other."""
    trees = {}
    for number, content in enumerate(contents, 1):
        carried = (CarriedFile("f", "100644", f"{content:040d}"),)
        trees[AttemptKey(A, number)] = Work(commit=commit(number), carried=carried)
    return State(work=trees)


def judging(limit: int = 2, **fields: Any) -> Task:
    judge = Judge(passing=("yes",), failing=("no",), rewind=Rewind(to="a", limit=limit))
    return task("review", "a", contract=Contract(judge=judge), **fields)


def story(limit: int = 2, **fields: Any) -> Desired:
    """Task a, and a judge that sends it back."""
    return desired(task("a", **fields), judging(limit))


def says(*words: str) -> Left:
    return {"review": [{"verdict": word, "tail": f"because {word} {n}"} for n, word in enumerate(words, 1)]}


def order(state: State, name: str, number: int) -> Order:
    return state.orders[AttemptKey(tid(name), number)]


def rounds(run: Run) -> list[int | None]:
    return [one.round for one in run.attempts]


def test_a_judge_that_approves_the_third_time() -> None:
    state = changing(1, 2, 3)
    made, _ = run_to_rest(story(), state, left=says("no", "no", "yes"))
    done, review = state.runs[A], state.runs[REVIEW]
    assert (done.status, rounds(done), [one.generation for one in done.attempts]) == (
        Status.SUCCEEDED,
        [None, 1, 2],
        [1, 1, 1],
    )
    assert (review.status, review.verdict, rounds(review)) == (Status.SUCCEEDED, "yes", [None] * 3)
    targets = [Target(commit=commit(number), attempt=number, generation=1) for number in (1, 2, 3)]
    assert review.rounds == (
        Round(target=targets[0], verdict="no", feedback="because no 1"),
        Round(target=targets[1], verdict="no", feedback="because no 2"),
        Round(target=targets[2], verdict="yes", feedback="because yes 3"),
    )
    assert [order(state, "review", number).target for number in (1, 2, 3)] == targets
    assert [len(order(state, "review", number).rounds) for number in (1, 2, 3)] == [0, 1, 2]
    assert [order(state, "a", number).round for number in (1, 2, 3)] == [None, 1, 2]
    assert isinstance(made.workspaces, FakeWorkspaces)
    assert made.workspaces.upstreams[AttemptKey(REVIEW, 3)] == {A: commit(3)}
    _, turns = run_to_rest(story(), state, left=says("no", "no", "yes"))
    assert turns[-1].plan.converged
    assert len(state.started) == 6


def test_edits_of_a_judge_are_named_and_nobody_gets_them() -> None:
    state = changing(1)
    edit = CarriedFile("src/a.py", "100644", "1" * 40)
    state.work[AttemptKey(REVIEW, 1)] = Work(commit="9" * 40, carried=(edit,))
    run_to_rest(story(), state, left=says("yes"))
    review = state.runs[REVIEW]
    assert (review.discarded, review.commit, review.carried) == (("src/a.py",), BASE, ())


def test_a_judge_that_never_approves_has_all_its_reasons_on_record() -> None:
    state = changing(1, 2, 3, 4)
    _, turns = run_to_rest(story(), state, left=says("no"))
    review = state.runs[REVIEW]
    assert (review.status, review.reason) == (Status.FAILED, "verdict: no")
    assert [one.feedback for one in review.rounds] == ["because no 1"] * 3
    assert [one.target.commit for one in review.rounds] == [commit(1), commit(2), commit(3)]
    assert len(state.runs[A].attempts) == 3
    [held] = turns[-1].plan.holds
    assert (held.task_id, str(held.reasons[0].code)) == (REVIEW, "failed_unchanged")


def test_a_rework_begins_with_what_was_judged_and_its_code_base() -> None:
    state = changing(1, 2)
    made = replace(runtime(story(), state), base="e" * 40)
    assert isinstance(made.workspaces, FakeWorkspaces)
    rest(made, Ends(state, Clock(), {}, says("no", "yes")))
    again = AttemptKey(A, 2)
    assert (made.workspaces.bases[again], made.workspaces.upstreams[again]) == (commit(1), {})
    assert (order(state, "a", 2).base, order(state, "a", 2).head) == ("e" * 40, "e" * 40)
    assert order(state, "a", 2).env["SPECRUN_BASE"] == "e" * 40


def test_a_rework_without_effect_is_the_end_of_it() -> None:
    state = changing(1, 1)
    _, turns = run_to_rest(story(), state, left=says("no"))
    done, review = state.runs[A], state.runs[REVIEW]
    assert (done.status, done.commit, rounds(done)) == (Status.SUCCEEDED, commit(1), [None, 1])
    assert (review.status, review.reason) == (Status.FAILED, "round 1 changed nothing")
    assert len(review.attempts) == 1
    assert turns[-1].plan.converged


CHECKED = Contract(checks=(Check(name="test", run="true"),))


@pytest.mark.parametrize("strategy", list(Strategy))
def test_a_rework_that_fails_is_tried_again_as_the_same_round(strategy: Strategy) -> None:
    state = changing(1, 2, 3)
    wanted = story(contract=CHECKED, retry=Retry(limit=1, strategy=strategy))
    codes: Codes = {"a:test": [0, 1, 0]}
    made, _ = run_to_rest(wanted, state, codes, left=says("no", "yes"))
    assert (rounds(state.runs[A]), state.runs[REVIEW].status) == ([None, 1, 1], Status.SUCCEEDED)
    assert isinstance(made.workspaces, FakeWorkspaces)
    began = commit(2) if strategy is Strategy.RESUME else commit(1)
    assert made.workspaces.bases[AttemptKey(A, 3)] == began
    assert order(state, "a", 3).base == BASE
    assert [check.commit for check in state.runs[A].checks] == [commit(3)]


def test_a_second_try_that_changes_nothing_either_is_the_end_of_it() -> None:
    state = changing(1, 2, 1)
    wanted = story(contract=CHECKED, retry=Retry(limit=1))
    run_to_rest(wanted, state, {"a:test": [0, 1, 0]}, left=says("no"))
    assert state.runs[A].commit == commit(1)
    assert [check.commit for check in state.runs[A].checks] == [commit(1)]
    assert state.runs[REVIEW].reason == "round 1 changed nothing"


@pytest.mark.parametrize("strategy", list(Strategy))
def test_a_rework_that_never_began_begins_where_it_was_to(strategy: Strategy) -> None:
    """Nothing was left to go on from, and the work that was judged is not thrown away."""
    state = changing(1, 2, 3)
    wanted = story(retry=Retry(limit=1, strategy=strategy))
    never = {"cause": "fenced", "error": "no shim claimed it", "started_at": None}
    made, _ = run_to_rest(wanted, state, left={**says("no", "yes"), "a": [{}, never, {}]})
    assert [one.status for one in state.runs[A].attempts][1] is Status.ERRORED
    assert rounds(state.runs[A]) == [None, 1, 1]
    assert isinstance(made.workspaces, FakeWorkspaces)
    assert made.workspaces.bases[AttemptKey(A, 3)] == commit(1)


def test_edits_of_the_judge_begin_its_count_anew() -> None:
    state = changing(1, 2)
    run_to_rest(story(limit=1), state, left=says("no"))
    assert len(state.runs[REVIEW].rounds) == 2
    edited = desired(task("a"), judging(1, prompt="look again"))
    run_to_rest(edited, state, left=says("yes"))
    assert order(state, "review", 3).rounds == ()
    assert [one.verdict for one in state.runs[REVIEW].rounds] == ["yes"]


def test_a_judge_that_has_no_verdict_keeps_what_it_said_before() -> None:
    state = changing(1, 2)
    left: Left = {"review": [{"verdict": "no", "tail": "Bad."}, {"verdict": "perhaps"}]}
    run_to_rest(story(), state, left=left)
    review = state.runs[REVIEW]
    assert review.reason.startswith("foreign_verdict")
    assert [one.feedback for one in review.rounds] == ["Bad."]
    assert len(state.runs[A].attempts) == 2


def test_a_judge_that_sends_nothing_back_has_no_rounds() -> None:
    state = State()
    judge = Judge(passing=("yes",), failing=("no",))
    run_to_rest(
        desired(task("a"), task("review", "a", contract=Contract(judge=judge))), state, left=says("no")
    )
    assert (state.runs[REVIEW].rounds, state.runs[REVIEW].verdict) == ((), "no")
    assert order(state, "review", 1).target is None
