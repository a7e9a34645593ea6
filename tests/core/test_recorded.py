"""Work on record and newer checks: checked again without an agent, and held when they find it wanting."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from specrun.core.change import Action, ReasonCode, Start, Verify
from specrun.core.plan import plan
from specrun.core.record import Verified, verified
from specrun.core.task import Desired, Limits, Retry, RetryOn, Task
from specrun.core.upstream import last_good
from specrun.core.world import CarriedFile, Phase, Run, Status, World
from tests.core.make import (
    attempt,
    checked,
    desired,
    judging,
    prints,
    proof,
    run,
    said,
    task,
    tid,
    told,
    world,
)

OLD = task("a", contract=checked("test"))
NEW = replace(OLD, contract=checked("test", "lint"))
EDITS = [
    pytest.param(checked("test", "lint"), id="another check"),
    pytest.param(checked(), id="none any more"),
    pytest.param(checked("test", protect=("tests",)), id="other protected files"),
    pytest.param(checked("test", kinds=(("", "python"),)), id="another type of project"),
]


def ended(one: Task, status: Status = Status.SUCCEEDED, before: Run | None = None, **fields: Any) -> Run:
    """The record of a task that was wanted so."""
    return run(prints(desired(one))[one.id], one.name, status, before=before, **fields)


def again(before: Run, wanted: Task, *failed: str, generation: int = 1, reason: str = "exit code 1") -> Run:
    """The record after the checks of today, some of which failed."""
    checks = tuple(
        said(check.name, reason if check.name in failed else "") for check in wanted.contract.checks
    )
    print_ = prints(desired(wanted))[wanted.id]
    found = Verified(fingerprint=print_, generation=generation, checks=checks, protected_changed=())
    return verified(before, found)


def only(wanted: Desired, seen: World) -> tuple[str, str, int]:
    """Action, first reason and generation of the one task there is."""
    made = plan(wanted, seen).decisions[0]
    return str(made.action), str(made.reasons[0].code) if made.reasons else "", made.generation


@pytest.mark.parametrize("contract", EDITS)
def test_a_success_is_checked_again_when_its_checks_are_edited(contract: Any) -> None:
    edited = replace(OLD, contract=contract)
    made = plan(desired(edited), world([ended(OLD)]))
    asked = made.decisions[0]
    assert (asked.action, asked.reasons[0].code) == (Action.VERIFY, ReasonCode.CHECKS_CHANGED)
    assert (asked.verifying, asked.ready, asked.generation) == (True, True, 1)
    assert made.changes == (Verify(asked),)
    assert told(desired(edited), world([again(ended(OLD), edited)])) == {"a": ("reuse", "")}


def test_a_task_that_gets_its_first_checks_is_checked_again() -> None:
    assert told(desired(NEW), world([ended(task("a"))]))["a"] == ("verify", "checks_changed")


def test_only_what_is_selected_is_checked_again() -> None:
    seen = world([ended(OLD)])
    assert told(desired(NEW, only=frozenset()), seen) == {"a": ("reuse", "")}
    assert told(desired(NEW, only=frozenset({NEW.id})), seen)["a"][0] == "verify"
    failed = world([ended(OLD, Status.FAILED, reason="check_failed: test")])
    assert told(desired(NEW, only=frozenset()), failed)["a"] == ("hold", "not_selected")


def test_what_a_person_has_accepted_is_not_checked_again() -> None:
    assert told(desired(NEW), world([ended(OLD, Status.ACCEPTED)])) == {"a": ("reuse", "")}


def test_an_edit_of_the_work_goes_before_newer_checks() -> None:
    assert told(desired(replace(NEW, prompt="x")), world([ended(OLD)]))["a"] == ("rerun", "prompt_changed")


ASKING = Retry(limit=9, on=frozenset(RetryOn))


def test_a_success_that_newer_checks_find_wanting_is_held_whatever_retry_says() -> None:
    patient = replace(NEW, retry=ASKING)
    red = again(ended(replace(OLD, retry=ASKING)), patient, "lint")
    assert (red.status, red.reason, red.generation) == (Status.FAILED, "check_failed: lint", 1)
    for since in (0.0, 10_000.0):
        assert told(desired(patient), world([red], since=since))["a"] == ("hold", "failed_unchanged")
    assert only(desired(replace(patient, contract=checked("types"))), world([red])) == (
        *("verify", "checks_changed", 1),
    )
    assert only(desired(patient), world([red], grants={NEW.id: "token"})) == ("retry", "retry_requested", 2)
    assert only(desired(patient, retry_failed=True), world([red])) == ("retry", "retry_requested", 2)
    live = replace(patient, limits=Limits(timeout=1.0))
    assert only(desired(live), world([red])) == ("retry", "failed_then_edited", 2)
    assert only(desired(replace(patient, prompt="x")), world([red])) == ("retry", "failed_then_edited", 2)
    green = again(red, replace(patient, contract=checked("types")))
    assert told(desired(replace(patient, contract=checked("types"))), world([green])) == {"a": ("reuse", "")}


def test_work_that_failed_by_its_checks_is_checked_before_it_is_tried_again() -> None:
    failed = ended(OLD, Status.FAILED, reason="check_failed: test")
    assert only(desired(NEW), world([failed])) == ("verify", "checks_changed", 2)
    red = again(failed, NEW, "test", generation=2)
    made = plan(desired(NEW), world([red]))
    assert made.changes == (Start(made.decisions[0]),)
    assert only(desired(NEW), world([red])) == ("retry", "failed_then_edited", 2)
    second = ended(NEW, Status.FAILED, before=red, generation=2, reason="check_failed: test")
    assert only(desired(NEW), world([second])) == ("hold", "failed_unchanged", 2)
    patient = replace(NEW, retry=ASKING)
    second = ended(patient, Status.FAILED, before=red, generation=2, reason="check_failed: test")
    assert only(desired(patient), world([second])) == ("retry", "retry_left", 2)


def test_work_that_passed_only_when_checked_again_is_a_success_like_any_other() -> None:
    patient = replace(NEW, retry=ASKING)
    failed = ended(OLD, Status.FAILED, reason="check_failed: test")
    green = again(failed, patient, generation=2)
    assert told(desired(patient), world([green])) == {"a": ("reuse", "")}
    stricter = replace(patient, contract=checked("types"))
    assert only(desired(stricter), world([green])) == ("verify", "checks_changed", 2)
    red = again(green, stricter, "types", generation=2)
    assert only(desired(stricter), world([red])) == ("hold", "failed_unchanged", 2)


def test_a_success_that_a_spec_was_set_back_to_is_held_too_when_newer_checks_fail() -> None:
    """Its newest attempt is another one, which failed."""
    good = ended(replace(OLD, retry=ASKING))
    other = ended(
        replace(OLD, prompt="x"), Status.FAILED, before=good, generation=2, left={"commit": "d" * 40}
    )
    restored = last_good(other)
    assert restored
    stricter = replace(NEW, retry=ASKING)
    assert only(desired(stricter), world([restored])) == ("verify", "checks_changed", 2)
    red = again(restored, stricter, "lint", generation=2)
    assert only(desired(stricter), world([red])) == ("hold", "failed_unchanged", 2)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        *(
            (Status.FAILED, word)
            for word in ("exit code 1", "timeout", "outside_touches: x", "tool_moved: x")
        ),
        *((Status.FAILED, word) for word in ("outputs_missing", "verdict: rejected", "check_failed_not")),
        *((Status.LOST, ""), (Status.CANCELLED, "stop_requested")),
    ],
)
def test_what_failed_otherwise_is_tried_again(status: Status, reason: str) -> None:
    failed = ended(OLD, status, reason=reason)
    assert only(desired(NEW), world([failed])) == ("retry", "failed_then_edited", 2)


def test_checks_that_a_person_stopped_start_no_agent() -> None:
    patient = replace(NEW, retry=ASKING)
    for failed, generation in ((ended(OLD, Status.FAILED, reason="check_failed: test"), 2), (ended(OLD), 1)):
        stopped = again(failed, patient, "lint", generation=generation, reason="stopped: stop_requested")
        assert (stopped.status, stopped.reason) == (Status.CANCELLED, "stop_requested")
        assert told(desired(patient), world([stopped]))["a"] == ("hold", "cancelled")
        # Edited once more, it is again the commit that is looked at first.
        assert (
            told(desired(replace(patient, contract=checked("types"))), world([stopped]))["a"][0] == "verify"
        )


def test_a_failure_that_is_no_longer_wanted_is_set_back_before_it_is_checked_again() -> None:
    good = ended(OLD)
    failed = ended(replace(OLD, prompt="x"), Status.FAILED, before=good, reason="check_failed: test")
    assert told(desired(NEW), world([failed])) == {"a": ("reuse", "")}


CHAIN = desired(OLD, task("b", "a"), task("c", "b"))


def chain(*names: str) -> list[Run]:
    """Successes of the first tasks of a chain."""
    runs: dict[Any, Run] = {}
    for name in names:
        runs[tid(name)] = run(prints(CHAIN, runs)[tid(name)], name)
    return [*runs.values()]


def test_those_below_stay_while_a_success_is_checked_again_and_wait_if_they_have_not_run() -> None:
    edited = desired(NEW, *(CHAIN.tasks[tid(name)] for name in "bc"))
    runs = chain("a", "b")
    open_ = attempt("a", Phase.PROVING, prints(edited)[NEW.id], number=2, proof=proof(2), verifying=True)
    for seen in (world(runs), world(runs, [open_])):
        made = plan(edited, seen)
        assert made.decisions[0].verifying
        assert [one.action for one in made.decisions[1:]] == [Action.REUSE, Action.RUN]
    waiting = told(edited, world(chain("a")))
    assert waiting["b"] == ("run", "new")
    assert len(plan(edited, world(chain("a"))).changes) == 1


def test_those_below_are_stale_once_newer_checks_have_failed() -> None:
    edited = desired(NEW, *(CHAIN.tasks[tid(name)] for name in "bc"))
    first, second = chain("a", "b")
    made = plan(edited, world([again(first, NEW, "lint"), second]))
    assert [(one.action, one.stale) for one in made.decisions] == [
        (Action.HOLD, False),
        (Action.REUSE, True),
        (Action.RUN, False),
    ]
    assert plan(edited, world([again(first, NEW), second])).decisions[1].stale is False


def test_those_below_work_that_failed_wait_for_it() -> None:
    edited = desired(NEW, CHAIN.tasks[tid("b")])
    failed = ended(OLD, Status.FAILED, reason="check_failed: test")
    assert told(edited, world([failed])) == {"a": ("verify", "checks_changed"), "b": ("run", "new")}
    assert len(plan(edited, world([failed])).changes) == 1


def test_checks_do_not_wait_for_upstreams_that_are_checked_too() -> None:
    below = replace(CHAIN.tasks[tid("b")], contract=checked("lint"))
    edited = desired(NEW, below)
    made = plan(edited, world(chain("a", "b")))
    assert [type(change) for change in made.changes] == [Verify, Verify]
    # One that is to run itself may bring other work, and that is checked in any case.
    moved = desired(replace(NEW, prompt="x"), below)
    assert told(moved, world(chain("a", "b")))["b"] == ("deferred", "upstream_pending")


def test_checks_need_the_commit_that_they_check() -> None:
    edited = desired(NEW)
    seen = world([ended(OLD)], absent={"c" * 40: ""})
    assert told(edited, seen)["a"] == ("hold", "result_missing")
    assert told(desired(OLD), seen) == {"a": ("reuse", "")}
    assert told(edited, replace(seen, absent={"c" * 40: "d" * 40}))["a"][0] == "verify"


def test_checks_do_not_ask_what_is_wrong_with_the_prompt_of_a_retry() -> None:
    seen = world([ended(OLD)], prompt_errors={NEW.id: "previous.tail is nothing"})
    assert told(desired(NEW), seen)["a"][0] == "verify"


@pytest.mark.parametrize("status", [Status.FAILED, Status.SUCCEEDED])
def test_a_judge_with_a_run_time_prompt_follows_its_upstreams(status: Status) -> None:
    late = task("review", "a", prompt=None, contract=judging(None))
    wanted = desired(OLD, late)
    target = ended(OLD)
    before = run(prints(wanted, {OLD.id: target})[late.id], "review", status, left={"verdict": "rejected"})
    moved = replace(target, carried=(CarriedFile("f", "100644", "b" * 40),))
    made = plan(wanted, world([moved, before], prompts={late.id: "other"})).decisions[1]
    assert (made.action, made.generation) == (Action.CASCADE, 2)
    assert {one.code for one in made.reasons} == {
        ReasonCode.PROMPT_CHANGED,
        ReasonCode.UPSTREAM_OUTPUT_CHANGED,
    }


def test_checks_that_could_not_be_heard_are_heard_by_the_next_apply_and_pay_for_no_agent() -> None:
    one = task("a", contract=checked("test"), retry=Retry(limit=3))
    print_ = prints(desired(one))[one.id]
    unheard = run(print_, "a", Status.FAILED, reason="checks_unanswered: test")
    assert told(desired(one), world([unheard])) == {"a": ("verify", "checks_unanswered")}
    assert told(desired(one), world([unheard], since=0.0)) == {"a": ("hold", "failed_unchanged")}


def test_work_that_never_passed_and_is_nowhere_is_done_anew() -> None:
    one, before = task("a", contract=checked("test", "lint")), task("a", contract=checked("test"))
    bad = run(prints(desired(before))[one.id], "a", Status.FAILED, reason="check_failed: test")
    here = world([bad])
    assert told(desired(one), here) == {"a": ("verify", "checks_changed")}
    gone = replace(here, absent={str(bad.commit): ""})
    assert told(desired(one), gone) == {"a": ("retry", "failed_then_edited")}
