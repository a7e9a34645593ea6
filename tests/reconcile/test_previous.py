"""What an attempt is told of the one before it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from specrun.agents.shell import Shell
from specrun.core.agent import Price, Traits
from specrun.core.contract import Check, Contract, Judge, Rewind
from specrun.core.task import Desired, Retry, Task
from specrun.core.world import CarriedFile, Phase, Status
from specrun.ports import AttemptKey, Work
from specrun.reconcile.observe import observe
from specrun.reconcile.previous import previous
from specrun.reconcile.runtime import Runtime
from tests.core.make import attempt, desired, prints, run, task, tid
from tests.fakes import Clock, FakePrompts, State, runtime
from tests.reconcile.drive import Codes, Ends, Left, rest, run_to_rest

A, REVIEW = tid("a"), tid("review")
CHECKS = (Check(name="test", run="true"), Check(name="lint", run="true"), Check(name="vet", run="true"))


def pair(*names: str, limit: int = 1, retry: Retry | None = None) -> Desired:
    """A task with checks of these names, and a judge that sends its work back."""
    judge = Judge(passing=("yes",), failing=("no",), rewind=Rewind(to="a", limit=limit))
    checks = tuple(check for check in CHECKS if check.name in names)
    one = task("a", contract=Contract(checks=checks), retry=retry or Retry())
    return desired(one, task("review", "a", contract=Contract(judge=judge)))


def told(wanted: Desired, state: State, name: str = "a") -> dict[str, Any] | None:
    made = runtime(wanted, state)
    return previous(made, wanted.tasks[tid(name)], observe(made))


def changing(count: int) -> State:
    """A world in which every attempt of task a leaves another tree."""
    return State(
        work={
            AttemptKey(A, number): Work(
                commit=f"{number:040d}", carried=(CarriedFile("f", "100644", f"{number:040d}"),)
            )
            for number in range(1, count + 1)
        }
    )


def test_there_is_nothing_before_the_first_attempt_and_after_a_success() -> None:
    state = State()
    wanted = desired(task("a"))
    assert told(wanted, state) is None
    run_to_rest(wanted, state)
    assert told(wanted, state) is None


def test_of_failed_checks_names_and_ends_are_told() -> None:
    state = State()
    wanted = desired(task("a", contract=Contract(checks=CHECKS)))
    left: Left = {"a:test": [{"tail": "1 failed\n"}], "a:vet": [{"tail": "bad"}], "a": [{"tail": "I did it"}]}
    run_to_rest(wanted, state, {"a:test": [1], "a:vet": [2]}, left=left)
    assert told(wanted, state) == {
        "attempt": 1,
        "outcome": "failed",
        "reason": "check_failed: test, vet",
        "summary": "I did it",
        "failed_checks": ["test", "vet"],
        "tail": "== test: exit code 1\n1 failed\n\n== vet: exit code 2\nbad",
        "feedback": "",
    }


def test_of_a_failed_agent_its_own_end_is_told() -> None:
    state = State()
    wanted = desired(task("a", contract=Contract(checks=CHECKS)))
    run_to_rest(wanted, state, {"a": [3]}, left={"a": [{"tail": "Traceback"}]})
    assert told(wanted, state) == {
        "attempt": 1,
        "outcome": "failed",
        "reason": "exit code 3",
        "summary": "Traceback",
        "failed_checks": [],
        "tail": "Traceback",
        "feedback": "",
    }


def test_of_what_never_began_nothing_is_quoted() -> None:
    wanted = desired(task("a"))
    record = run(prints(wanted)[A], "a", Status.ERRORED, started_at=None, reason="no shim claimed it")
    state = State(runs={A: record})
    state.attempts[A] = [attempt("a", Phase.ORDERED)]
    state.end(AttemptKey(A, 1), None, "fenced", tail="words of a shim")
    found = told(wanted, state)
    assert found is not None
    assert (found["outcome"], found["reason"], found["tail"]) == ("errored", "no shim claimed it", "")
    nothing = told(wanted, State(runs={A: replace(record, attempts=())}))
    assert nothing is not None
    assert (nothing["attempt"], nothing["tail"]) == (None, "")


def asked(state: State, number: int) -> str:
    return state.orders[AttemptKey(A, number)].prompt


def test_work_that_is_sent_back_is_told_why() -> None:
    state = changing(2)
    wanted = pair()
    left: Left = {"review": [{"verdict": "no", "tail": "The name is wrong."}]}
    made = telling(wanted, state)
    rest(made, Ends(state, Clock(), {}, left))
    found = asked(state, 2)
    assert found == (
        "a:{'attempt': 1, 'outcome': 'no', 'reason': 'review: no', 'summary': 'code 0', 'tail': '', "
        "'failed_checks': [], 'feedback': 'The name is wrong.'}"
    )


class Telling(FakePrompts):
    """Templates that print all that they are told of the attempt before."""

    def __init__(self) -> None:
        super().__init__(frozenset({A}))

    def render(self, task: Task, upstreams: object, previous: object) -> str:
        return f"{task.name}:{previous}"


def telling(wanted: Desired, state: State) -> Runtime:
    return replace(runtime(wanted, state), prompts=Telling())


def test_a_retry_of_a_rework_is_told_of_its_failure_and_of_the_judge() -> None:
    state = changing(3)
    wanted = pair("test", retry=Retry(limit=1))
    left: Left = {
        "review": [{"verdict": "no", "tail": "The name is wrong."}, {"verdict": "yes"}],
        "a:test": [{}, {"tail": "1 failed"}, {}],
    }
    made = telling(wanted, state)
    rest(made, Ends(state, Clock(), {"a:test": [0, 1, 0]}, left))
    found = asked(state, 3)
    assert "'attempt': 2, 'outcome': 'failed', 'reason': 'check_failed: test'" in found
    assert "'failed_checks': ['test'], 'feedback': 'The name is wrong.'" in found
    assert "'tail': '== test: exit code 1\\n1 failed'" in found
    assert state.runs[REVIEW].status is Status.SUCCEEDED


def test_a_judge_is_told_what_it_said_before() -> None:
    state = State()
    wanted = pair(limit=0)
    run_to_rest(wanted, state, left={"review": [{"verdict": "no", "tail": "Bad."}]})
    found = told(wanted, state, "review")
    assert found is not None
    assert (found["outcome"], found["reason"], found["tail"]) == ("failed", "verdict: no", "Bad.")


class Writer(Shell):
    """An agent that reads words."""

    traits = Traits(price=Price.FREE, prose=True)


class Script(Shell):
    """An agent whose prompt is no prose."""

    traits = Traits(price=Price.FREE, prose=False)


def prompts(agent: Shell, made: Runtime, codes: Codes, left: Left | None = None) -> list[str]:
    """Answer the prompts of all attempts of task a."""
    made = replace(made, agents={"shell": agent})
    state: State = made.attempts.state  # type: ignore[attr-defined]
    rest(made, Ends(state, Clock(), codes, left or {}))
    return [order.prompt for key, order in state.orders.items() if key.task_id == A]


def test_specrun_s_own_words_follow_only_where_they_are_read_and_the_template_is_silent() -> None:
    wanted = desired(task("a", retry=Retry(limit=1)))
    failing = {"a": [1, 0]}
    first, second = prompts(Writer(), runtime(wanted, State()), failing)
    assert first == "echo a"
    assert second.startswith("echo a\n\n---")
    assert "Attempt 1 of this task came to this" in second
    assert "reason: exit code 1" in second
    assert prompts(Script(), runtime(wanted, State()), failing) == ["echo a", "echo a"]
    own = replace(runtime(wanted, State()), prompts=Telling())
    first, second = prompts(Writer(), own, failing)
    assert second.startswith("a:{'attempt': 1,")
    assert "specrun" not in second


def test_what_a_judge_says_is_shown_to_whoever_reworks() -> None:
    left: Left = {"review": [{"verdict": "no", "tail": "The name is wrong."}, {"verdict": "yes"}]}
    first, second = prompts(Writer(), runtime(pair(), changing(2)), {}, left)
    assert "The name is wrong." not in first
    assert "The name is wrong." in second


@pytest.mark.parametrize(("word", "urged"), [("no", False), ("perhaps", True)])
def test_a_judge_that_said_no_is_not_urged_to_say_something_else(word: str, urged: bool) -> None:  # noqa: FBT001 - a case
    state = State()
    wanted = pair(limit=0)
    left: Left = {"review": [{"verdict": word}]}
    made = replace(runtime(wanted, state), agents={"shell": Writer()})
    rest(made, Ends(state, Clock(), {}, left))
    made.attempts.grant(REVIEW)
    rest(made, Ends(state, Clock(), {}, left))
    again = state.orders[AttemptKey(REVIEW, 2)].prompt
    assert "This task judges." in again
    assert ("Take care that this attempt does not end the same way." in again) is urged
