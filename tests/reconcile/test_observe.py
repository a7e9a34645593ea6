"""What the world contains."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from specrun.core.change import Reason, ReasonCode
from specrun.core.contract import Contract, Judge, Rewind
from specrun.core.task import Json, Retry, Task, TaskId, Workspace
from specrun.core.world import UNKNOWN_BRANCH, Phase, Run, Status
from specrun.errors import InvalidSpec, Problem, Stale, Where
from specrun.reconcile.loop import Control, converge
from specrun.reconcile.observe import observe
from tests.core.make import attempt, desired, prints, run, task, tid
from tests.fakes import Clock, FakePrompts, FakeWorkspaces, State, runtime
from tests.reconcile.drive import Ends

LATE = task("b", "a", prompt=None)
WANTED = desired(task("a"), LATE)


def test_attempts_of_other_branches_are_left_out() -> None:
    mine, theirs = attempt("a", Phase.RUNNING), attempt("a", Phase.RUNNING, number=2, branch="other")
    state = State(attempts={mine.task_id: [mine, theirs]})
    assert observe(runtime(WANTED, state)).attempts == {mine.task_id: (mine,)}


def test_a_checkout_meanwhile_is_refused() -> None:
    state = State()
    made = runtime(WANTED, state)
    state.branch = "elsewhere"
    with pytest.raises(Stale, match="from main to elsewhere"):
        observe(made)


def test_prompts_are_rendered_once_their_upstreams_have_records() -> None:
    state = State()
    made = runtime(WANTED, state)
    assert observe(made).prompts == {}
    good = replace(run(prints(desired(task("a")))[tid("a")], "a"), output={"n": 1})
    state.runs[tid("a")] = good
    assert observe(made).prompts == {LATE.id: "b:{'n': 1}:"}
    state.runs[tid("a")] = replace(good, output={"n": 2}, last_success=None)
    assert observe(made).prompts == {LATE.id: "b:{'n': 2}:"}


class Broken(FakePrompts):
    """Finds fault with every template."""

    def render(self, *args: object) -> str:
        raise InvalidSpec((Problem(where=Where("p.j2", 2, 3), code="E301", what="no such output"),))


def test_a_prompt_that_cannot_be_rendered_is_told_with_its_place() -> None:
    state = State(runs={tid("a"): run(prints(desired(task("a")))[tid("a")], "a")})
    made = replace(runtime(WANTED, state), prompts=Broken())
    assert observe(made).prompt_errors == {LATE.id: "p.j2:2:3: error[E301]: no such output"}


class Forgetful(FakePrompts):
    """Finds fault with what a template says about the failure before."""

    def render(self, task: Task, upstreams: Mapping[TaskId, Run], previous: Mapping[str, Json] | None) -> str:
        if previous:
            raise InvalidSpec((Problem(where=Where("p.j2", 2, 3), code="E301", what="no such failure"),))
        return super().render(task, upstreams, previous)


def test_a_retry_that_cannot_be_rendered_holds_its_task_and_no_other() -> None:
    state = State()
    clock = Clock()
    stumbling = task("a", retry=Retry(limit=1))
    wanted = desired(stumbling, task("b"), task("c", "b"))
    made = replace(runtime(wanted, state, clock), prompts=Forgetful(frozenset({stumbling.id})))
    turns = list(converge(made, Ends(state, clock, {"a": [1]}), Control()))
    held = {one.task_id: one.reasons[0] for one in turns[-1].plan.holds}
    assert held == {stumbling.id: Reason(ReasonCode.TEMPLATE_ERROR, "p.j2:2:3: error[E301]: no such failure")}
    assert state.runs[tid("c")].status is Status.SUCCEEDED


def test_a_rework_that_cannot_be_rendered_holds_its_task() -> None:
    state = State()
    clock = Clock()
    judge = Judge(passing=("yes",), failing=("no",), rewind=Rewind(to="a"))
    wanted = desired(task("a"), task("review", "a", contract=Contract(judge=judge)))
    made = replace(runtime(wanted, state, clock), prompts=Forgetful(frozenset({tid("a")})))
    turns = list(converge(made, Ends(state, clock, left={"review": [{"verdict": "no"}]}), Control()))
    held = {one.task_id: one.reasons[0] for one in turns[-1].plan.holds}
    assert held[tid("a")] == Reason(ReasonCode.TEMPLATE_ERROR, "p.j2:2:3: error[E301]: no such failure")


def test_an_attempt_of_a_branch_that_nobody_can_tell_counts_on_every_branch() -> None:
    lost = attempt("a", Phase.UNREADABLE, branch=UNKNOWN_BRANCH)
    state = State(attempts={lost.task_id: [lost]})
    assert observe(runtime(WANTED, state)).attempts == {lost.task_id: (lost,)}


class Occupied(FakeWorkspaces):
    """Branches that somebody has checked out."""

    def occupied(self, task_id: TaskId) -> str:
        return f"{task_id} is in use"


def test_branches_are_looked_at_only_for_what_may_have_succeeded() -> None:
    ended = [
        attempt("a", Phase.ENDED, clean=True),
        attempt("b", Phase.ENDED),
        attempt("c", Phase.ENDED, clean=True, workspace=Workspace.NONE),
        attempt("d", Phase.RUNNING),
        attempt("e", Phase.PROVING, executor="fake"),
        attempt("f", Phase.PROVING, executor="fake", workspace=Workspace.NONE),
    ]
    state = State(attempts={one.task_id: [one] for one in ended})
    made = replace(runtime(WANTED, state), workspaces=Occupied(state))
    assert observe(made).occupied == {tid("a"): "s/a is in use", tid("e"): "s/e is in use"}


def test_what_only_another_specrun_can_go_on_with_is_held() -> None:
    made = [
        attempt("a", Phase.ORDERED, executor="moon"),
        attempt("b", Phase.ENDED, agent="oracle"),
        attempt("c", Phase.RUNNING, agent="oracle", executor="moon"),
        attempt("d", Phase.PROVING, executor="moon"),
        attempt("e", Phase.PROVING, agent="oracle", executor="fake"),
        attempt("f", Phase.PROVING, agent="oracle", executor="fake", verifying=True),
    ]
    seen = observe(runtime(WANTED, State(attempts={one.task_id: [one] for one in made}))).attempts
    assert [seen[one.task_id][0].error.partition(",")[0] for one in made] == [
        "attempt 1 names the executor moon",
        "attempt 1 names the agent oracle",
        "",
        "attempt 1 names the executor moon",
        "attempt 1 names the agent oracle",
        "",
    ]
    phases = [seen[one.task_id][0].phase for one in made]
    bad = Phase.UNREADABLE
    assert phases == [bad, bad, Phase.RUNNING, bad, bad, Phase.PROVING]
