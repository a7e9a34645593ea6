"""Every situation of one task, a row each: what was recorded, what is wanted, what becomes of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from specrun.core.change import Action, Collect, ReasonCode
from specrun.core.decide import decide, open_attempt
from specrun.core.plan import plan
from specrun.core.recorded import View
from specrun.core.task import Limits, OnChange, Retry, RetryOn, Task
from specrun.core.world import CarriedFile, Phase, Status, World
from tests.core.make import NOW, attempt, desired, prints, run, task, tid, told, world

A = task("a")
FAILED = Status.FAILED


def recorded(one: Task, status: Status, **fields: Any) -> World:
    """A world in which `one` ended so, exactly as it is wanted."""
    return world([run(prints(desired(one))[one.id], one.name, status, **fields)])


ROWS: list[tuple[str, Task, World, str, str]] = [
    ("never run", A, world(), "run", "new"),
    ("succeeded and untouched", A, recorded(A, Status.SUCCEEDED), "reuse", ""),
    ("accepted counts as success", A, recorded(A, Status.ACCEPTED), "reuse", ""),
    ("failed and untouched is held", A, recorded(A, FAILED), "hold", "failed_unchanged"),
    ("lost and untouched is held", A, recorded(A, Status.LOST), "hold", "failed_unchanged"),
    ("cancelled by a person is held", A, recorded(A, Status.CANCELLED), "hold", "cancelled"),
    (
        "cancelled because it was outdated may run when the edit is taken back",
        A,
        recorded(A, Status.CANCELLED, reason="outdated_while_running"),
        "retry",
        "outdated_while_running",
    ),
    ("errored before this apply is tried again", A, recorded(A, Status.ERRORED), "retry", "errored"),
    (
        "errored in this apply is held",
        A,
        recorded(A, Status.ERRORED, ended_at=NOW - 1),
        "hold",
        "errored",
    ),
    (
        "succeeded and the prompt edited",
        task("a", prompt="echo b"),
        recorded(A, Status.SUCCEEDED),
        "rerun",
        "prompt_changed",
    ),
    (
        "trailing blanks in the prompt are no edit",
        task("a", prompt="echo a  \n\n"),
        recorded(A, Status.SUCCEEDED),
        "reuse",
        "",
    ),
    (
        "succeeded and env edited",
        task("a", env={"X": "1"}),
        recorded(A, Status.SUCCEEDED),
        "rerun",
        "env_changed",
    ),
    (
        "succeeded and rerun token set",
        task("a", rerun=2),
        recorded(A, Status.SUCCEEDED),
        "rerun",
        "rerun_token",
    ),
    (
        "succeeded and only a live field edited",
        task("a", limits=Limits(timeout=5.0)),
        recorded(A, Status.SUCCEEDED),
        "reuse",
        "",
    ),
    ("succeeded and retitled", task("a", title="new"), recorded(A, Status.SUCCEEDED), "reuse", ""),
    ("failed and retitled", task("a", title="new"), recorded(A, FAILED), "hold", "failed_unchanged"),
    ("failed and prompt edited", task("a", prompt="x"), recorded(A, FAILED), "retry", "failed_then_edited"),
    (
        "failed and a live field edited",
        task("a", limits=Limits(timeout=5.0)),
        recorded(A, FAILED),
        "retry",
        "failed_then_edited",
    ),
]


@pytest.mark.parametrize(
    ("one", "seen", "action", "code"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_one_task(one: Task, seen: World, action: str, code: str) -> None:
    assert told(desired(one), seen) == {"a": (action, code)}


def test_result_removed_by_hand_runs_again() -> None:
    seen = world(attempts=[attempt("a", Phase.COLLECTED, generation=3)])
    made = plan(desired(A), seen).decisions[0]
    assert (made.action, made.reasons[0].code, made.generation) == (Action.RUN, ReasonCode.RESULT_MISSING, 4)


def test_set_back_to_the_last_success_is_reused() -> None:
    good = run(prints(desired(A))[A.id], "a")
    edited = task("a", prompt="other")
    failed = run(prints(desired(edited))[A.id], "a", FAILED, before=good)
    assert told(desired(edited), world([failed])) == {"a": ("hold", "failed_unchanged")}
    assert told(desired(A), world([failed])) == {"a": ("reuse", "")}


def test_edit_opens_a_new_generation() -> None:
    failed = recorded(A, FAILED)
    assert plan(desired(A), failed).decisions[0].generation == 1
    assert plan(desired(task("a", prompt="x")), failed).decisions[0].generation == 2


def test_retry_left_stays_in_its_generation_and_waits_its_delay() -> None:
    patient = task("a", retry=Retry(limit=2, delay=20.0))
    made = plan(desired(patient), recorded(patient, FAILED, ended_at=NOW - 5))
    assert made.decisions[0].action is Action.RETRY
    assert made.decisions[0].generation == 1
    assert made.changes == ()
    assert made.wake_at == NOW + 15


@pytest.mark.parametrize(
    ("on", "reason", "action"),
    [
        ({RetryOn.TIMEOUT}, "timeout", "retry"),
        ({RetryOn.TIMEOUT}, "idle_timeout", "retry"),
        ({RetryOn.TIMEOUT}, "exit code 1", "hold"),
        ({RetryOn.ERROR}, "timeout", "hold"),
        ({RetryOn.ERROR}, "exit code 1", "retry"),
        (set(RetryOn), "merge_conflict", "hold"),
    ],
)
def test_retry_answers_only_what_it_names(on: set[RetryOn], reason: str, action: str) -> None:
    one = task("a", retry=Retry(limit=1, on=frozenset(on)))
    assert told(desired(one), recorded(one, FAILED, reason=reason))["a"][0] == action


def test_a_grant_or_retry_failed_opens_a_generation_once() -> None:
    failed = recorded(A, FAILED)
    granted = replace(failed, grants={tid("a"): "token"})
    made = plan(desired(A), granted).decisions[0]
    assert (made.reasons[0].code, made.generation, made.grant) == (ReasonCode.RETRY_REQUESTED, 2, "token")
    assert told(desired(A, retry_failed=True), failed)["a"] == ("retry", "retry_requested")
    in_this_apply = recorded(A, FAILED, ended_at=NOW - 1)
    assert told(desired(A, retry_failed=True), in_this_apply)["a"] == ("hold", "failed_unchanged")


EDGES = [
    ("a", Status.SUCCEEDED, ("run", "new")),
    ("a", FAILED, ("hold", "upstream_failed")),
    ("a:failed", FAILED, ("run", "new")),
    ("a:failed", Status.SUCCEEDED, ("hold", "skipped")),
    ("a:finished", FAILED, ("run", "new")),
    ("a:finished", Status.SUCCEEDED, ("run", "new")),
]


@pytest.mark.parametrize(("link", "status", "expected"), EDGES)
def test_edges(link: str, status: Status, expected: tuple[str, str]) -> None:
    wanted = desired(A, task("b", link))
    made = plan(wanted, recorded(A, status))
    assert told(wanted, recorded(A, status))["b"] == expected
    assert (len(made.changes) == 1) == (expected[0] == "run")


def test_blocked_and_skipped_travel_down_the_graph() -> None:
    wanted = desired(
        A, task("b", "a"), task("c", "b"), task("d", "b:finished"), task("e", "b:succeeded:none")
    )
    made = told(wanted, recorded(A, FAILED))
    assert {name: made[name] for name in "bcde"} == dict.fromkeys("bcde", ("hold", "upstream_failed"))
    wanted = desired(A, task("b", "a:failed"), task("c", "b"), task("e", "b:succeeded:none"))
    made = told(wanted, recorded(A, Status.SUCCEEDED))
    assert (made["b"], made["c"], made["e"]) == (("hold", "skipped"), ("hold", "skipped"), ("run", "new"))


def test_dependents_wait_then_cascade_only_when_what_was_carried_changed() -> None:
    first, second = task("a"), task("b", "a")
    wanted = desired(first, second)
    good = run(prints(wanted)[first.id], "a")
    runs = {good.task_id: good}
    done = run(prints(wanted, runs)[second.id], "b")
    assert told(wanted, world([good, done])) == {"a": ("reuse", ""), "b": ("reuse", "")}
    edited = desired(task("a", prompt="echo other"), second)
    assert told(edited, world([good, done]))["b"] == ("deferred", "upstream_pending")
    same_tree = run(prints(edited)[first.id], "a", before=good)
    assert told(edited, world([same_tree, done]))["b"] == ("reuse", "")

    other_tree = replace(same_tree, carried=(CarriedFile("f", "100644", "b" * 40),))
    assert told(edited, world([other_tree, done]))["b"] == ("cascade", "upstream_output_changed")


def test_a_success_above_a_failure_is_reused_and_marked_stale() -> None:
    wanted = desired(A, task("b", "a"))
    good = run(prints(wanted)[A.id], "a")
    done = run(prints(wanted, {good.task_id: good})[tid("b")], "b")
    edited = desired(task("a", prompt="x"), task("b", "a"))
    failed = run(prints(edited)[A.id], "a", FAILED, before=good)
    made = {one.task_id: one for one in plan(edited, world([failed, done])).decisions}
    assert made[tid("b")].action is Action.REUSE
    assert made[tid("b")].stale


def test_running_worker_is_adopted_restarted_or_left_to_finish() -> None:
    print_ = prints(desired(A))[A.id]
    seen = world(attempts=[attempt("a", Phase.RUNNING, print_)])
    edited = task("a", prompt="x")
    assert told(desired(A), seen)["a"] == ("adopt", "running")
    assert told(desired(edited), seen)["a"] == ("stop", "outdated_while_running")
    assert told(desired(edited, spec={"on_change_while_running": OnChange.FINISH}), seen)["a"] == (
        "adopt",
        "running",
    )


def test_prompt_with_run_time_values_waits_for_them_and_names_its_error() -> None:
    late = task("b", "a", prompt=None)
    wanted = desired(A, late)
    good = run(prints(wanted)[A.id], "a")
    assert told(wanted, world())["b"] == ("run", "new")
    rendered = world([good], prompts={late.id: "echo 1"})
    assert plan(wanted, rendered).decisions[1].ready
    broken = world([good], prompt_errors={late.id: "no such output"})
    assert told(wanted, broken)["b"] == ("hold", "template_error")
    assert told(wanted, world([good]))["b"] == ("hold", "template_error")


def test_selection_holds_everything_else() -> None:
    wanted = desired(A, task("b"), only=frozenset({A.id}))
    assert told(wanted, world()) == {"a": ("run", "new"), "b": ("hold", "not_selected")}


def test_open_attempt_is_the_newest_that_is_not_collected() -> None:
    seen = world(attempts=[attempt("a", Phase.COLLECTED), attempt("a", Phase.ENDED, number=2)])
    found = open_attempt(seen, tid("a"))
    assert found is not None
    assert found.number == 2
    assert decide(A, View(desired(A), seen, {})).reasons[-1].code is ReasonCode.INCOMPLETE


@pytest.mark.parametrize("phase", [Phase.ENDED, Phase.LOST, Phase.FENCED])
def test_what_has_ended_and_was_edited_since_is_known_to_run_again(phase: Phase) -> None:
    work = prints(desired(A))[A.id].work
    (same,) = plan(desired(A), world(attempts=[attempt("a", phase, work=work)])).decisions
    assert (same.action, [one.code for one in same.reasons]) == (Action.ADOPT, [ReasonCode.INCOMPLETE])
    made = plan(desired(A), world(attempts=[attempt("a", phase, work="other")]))
    (edited,) = made.decisions
    assert (edited.action, edited.ready) == (Action.RERUN, False)
    assert [one.code for one in edited.reasons] == [
        ReasonCode.OUTDATED_WHILE_RUNNING,
        ReasonCode.INCOMPLETE,
    ]
    assert made.changes == (Collect(A.id, 1),)
    assert made.unsafe == ()


def test_what_failed_again_after_a_success_is_not_reused() -> None:
    good = run(prints(desired(A))[A.id], "a")
    failed = run(prints(desired(A))[A.id], "a", FAILED, before=good)
    assert told(desired(A), world([failed])) == {"a": ("hold", "failed_unchanged")}
    patient = task("a", retry=Retry(limit=1))
    again = run(prints(desired(patient))[A.id], "a", FAILED, before=good, generation=2)
    assert told(desired(patient), world([again])) == {"a": ("retry", "retry_left")}


def test_a_prompt_that_old_values_do_not_fill_waits_for_the_new_ones() -> None:
    late = task("b", "a", prompt=None)
    good = run(prints(desired(A))[A.id], "a")
    done = run(prints(desired(A, late), {good.task_id: good})[late.id], "b")
    broken = world([good, done], prompt_errors={late.id: "no such output"})
    assert told(desired(A, late), broken)["b"] == ("hold", "template_error")
    edited = desired(task("a", prompt="echo other"), late)
    assert told(edited, broken)["b"] == ("deferred", "upstream_pending")
