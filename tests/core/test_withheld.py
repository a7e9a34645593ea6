"""Tasks that their own spec or record holds back, and what that means for those who wait for them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from specrun.core.change import Start
from specrun.core.fingerprint import carried_digest
from specrun.core.outcome import exit_code
from specrun.core.plan import plan
from specrun.core.task import Condition, Desired, OnChange, Task
from specrun.core.upstream import built_on
from specrun.core.world import CarriedFile, Mark, Phase, Run, Status, World
from tests.core import judges
from tests.core.make import attempt, checked, desired, prints, run, task, tid, told, world

A = task("a")
WAYS: dict[str, dict[str, Any]] = {
    "disabled": {"enabled": False},
    "frozen": {"freeze": True},
    "skipped": {"when": Condition(text="vars.go", met=False, values="vars.go = false")},
}


def record(status: Status = Status.SUCCEEDED, **fields: Any) -> Run:
    return replace(run(prints(desired(A))[A.id], "a", status), **fields)


def actions(wanted: Desired, seen: World) -> dict[str, tuple[str, str]]:
    assert exit_code(plan(wanted, seen)) == 0
    return told(wanted, seen)


@pytest.mark.parametrize("code", WAYS)
def test_what_has_never_run_is_held_and_its_dependents_are_skipped(code: str) -> None:
    wanted = desired(task("a", **WAYS[code]), task("b", "a"), task("c", "b"), task("d", "a:finished:none"))
    assert actions(wanted, world()) == {
        "a": ("hold", code),
        "b": ("hold", "skipped"),
        "c": ("hold", "skipped"),
        "d": ("run", "new"),
    }


@pytest.mark.parametrize("code", WAYS)
def test_what_is_up_to_date_stays_so(code: str) -> None:
    assert actions(desired(task("a", **WAYS[code])), world([record()])) == {"a": ("reuse", "")}


@pytest.mark.parametrize("code", WAYS)
def test_an_edit_is_told_and_not_done_and_the_last_success_is_handed_on(code: str) -> None:
    edited = task("a", prompt="echo else", **WAYS[code])
    wanted, seen = desired(edited, task("b", "a")), world([record()])
    assert actions(wanted, seen) == {"a": ("hold", code), "b": ("run", "new")}
    held = plan(wanted, seen).decisions[0]
    assert held.would == "rerun"
    assert [one.code for one in held.reasons] == [code, "prompt_changed"]


@pytest.mark.parametrize("code", WAYS)
def test_a_failure_is_nobodys_fault_any_more(code: str) -> None:
    wanted = desired(task("a", **WAYS[code]), task("b", "a"))
    assert actions(wanted, world([record(Status.FAILED)])) == {"a": ("hold", code), "b": ("hold", "skipped")}


def test_the_record_freezes_as_well_whatever_is_asked_for() -> None:
    mark = Mark(reason="shipped", by="Ann <ann@example.org>", at=1.0)
    seen = world([record(frozen=mark)], grants={A.id: "x"})
    held = plan(desired(A), seen).decisions[0]
    assert (held.action, held.reasons[0].code, held.would) == ("hold", "frozen", "retry")
    assert held.reasons[0].detail == "shipped (Ann <ann@example.org>)"
    assert told(desired(A, replace=frozenset({A.id})), world([record(frozen=mark)]))["a"] == (
        "hold",
        "frozen",
    )


def test_a_condition_says_what_it_was_decided_by() -> None:
    held = plan(desired(task("a", **WAYS["skipped"])), world()).decisions[0]
    assert held.reasons[0].detail == "when: vars.go (vars.go = false)"


LATER = Condition(text="tasks.a.output.go", met=None)
ASKING = task("b", "a", when=LATER)


def test_a_condition_on_an_upstream_is_decided_by_its_end() -> None:
    wanted = desired(A, ASKING)
    assert (
        actions(wanted, world([], [attempt("a", Phase.RUNNING, prints(wanted)[A.id])]))["b"][0] == "deferred"
    )
    assert told(wanted, world())["b"] == ("deferred", "new")
    for met, action in ((True, ("run", "new")), (False, ("hold", "skipped"))):
        found = replace(LATER, met=met, values="tasks.a.output.go = x")
        assert told(wanted, world([record()], conditions={ASKING.id: found}))["b"] == action


def test_a_condition_whose_upstream_failed_is_never_asked() -> None:
    assert told(desired(A, ASKING), world([record(Status.FAILED)]))["b"] == ("hold", "upstream_failed")


@pytest.mark.parametrize(("code", "action"), [("disabled", "stop"), ("skipped", "stop"), ("frozen", "adopt")])
def test_who_is_at_work_is_stopped_unless_it_may_end(code: str, action: str) -> None:
    busy = attempt("a", Phase.RUNNING, prints(desired(A))[A.id])
    one: Task = task("a", **WAYS[code])
    assert told(desired(one), world([], [busy]))["a"][0] == action
    patient = desired(one, spec={"on_change_while_running": OnChange.FINISH})
    assert told(patient, world([], [busy]))["a"] == ("adopt", "running")


@pytest.mark.parametrize("reason", ["disabled", "skipped"])
def test_what_was_stopped_by_that_may_run_when_it_is_taken_back(reason: str) -> None:
    stopped = record(Status.CANCELLED, reason=reason)
    assert told(desired(A), world([stopped]))["a"][0] == "retry"


def test_a_held_record_that_somebody_edited_hands_nothing_on() -> None:
    wanted = desired(task("a", freeze=True), task("b", "a"))
    seen = world([record(edited=True)])
    assert told(wanted, seen) == {"a": ("hold", "frozen"), "b": ("hold", "skipped")}
    assert not plan(wanted, seen).decisions[0].hands_on
    assert tid("a") in seen.runs


def test_whoever_waits_for_a_failure_is_skipped_as_well() -> None:
    for carry in ("all", "output", "none"):
        wanted = desired(task("a", enabled=False), task("b", f"a:failed:{carry}"))
        assert actions(wanted, world())["b"] == ("hold", "skipped")


def test_whoever_takes_the_latest_end_gets_that_of_a_withheld_task() -> None:
    left = {"carried": (CarriedFile("f", "100644", "b" * 40),), "commit": "d" * 40}
    bad = run(prints(desired(A))[A.id], "a", Status.FAILED, before=record(), left=left)
    wanted = desired(task("a", enabled=False, prompt="echo else"), task("b", "a:finished"), task("c", "a"))
    made = plan(wanted, world([bad]))
    told_ = {one.task_id: one.fingerprint for one in made.decisions if one.fingerprint is not None}
    for name in "bc":
        (handed,) = built_on(wanted.tasks[tid(name)], {A.id: bad}).values()
        assert told_[tid(name)].components["upstream:a"] == carried_digest(handed[1].carried)
    assert [type(one) for one in made.changes] == [Start, Start]


def test_a_condition_that_nobody_could_ask_holds_its_task() -> None:
    assert told(desired(A, ASKING), world([record()]))["b"] == ("hold", "template_error")
    # A verification needs no answer.
    done = replace(ASKING, contract=checked("test"))
    good = run(prints(desired(A, ASKING))[ASKING.id], "b")
    assert told(desired(A, done), world([record(), good]))["b"] == ("verify", "checks_changed")


@pytest.mark.parametrize("code", WAYS)
def test_a_withheld_judge_sends_nothing_back(code: str) -> None:
    target = judges.done()
    wanted = desired(judges.API, replace(judges.REVIEW, **WAYS[code]))
    seen = world([target, judges.rejected(target, "rejected")])
    assert told(judges.WANTED, seen)["api"] == ("rerun", "rework")
    assert told(wanted, seen) == {"api": ("reuse", ""), "review": ("hold", code)}
