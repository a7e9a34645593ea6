"""What the world contains."""

from __future__ import annotations

from dataclasses import replace

import pytest

from specrun.core.world import Phase
from specrun.errors import InvalidSpec, Problem, Stale, Where
from specrun.reconcile.observe import observe
from tests.core.make import attempt, desired, prints, run, task, tid
from tests.fakes import FakePrompts, State, runtime

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
