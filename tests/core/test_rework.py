"""Judges that send work back: when that is due, how often, and what becomes of a rework that fails."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from specrun.core.change import Action, ReasonCode, Start
from specrun.core.plan import plan
from specrun.core.rework import due, judged, judges_of, ongoing, rejections, target_of
from specrun.core.task import Limits, Retry
from specrun.core.world import Phase, Status
from tests.core.judges import API, REVIEW, WANTED, decision, done, rejected, reworked
from tests.core.make import (
    NOW,
    attempt,
    checked,
    desired,
    judging,
    prints,
    run,
    task,
    tid,
    told,
    verdicts,
    world,
)


@pytest.mark.parametrize(("count", "number"), [(1, 1), (2, 2), (3, None), (4, None)])
def test_a_failing_verdict_sends_work_back_as_often_as_the_limit_says(count: int, number: int | None) -> None:
    target = done()
    seen = world([target, rejected(target, *["rejected"] * count)])
    made = plan(WANTED, seen)
    found = due(API, WANTED, seen)
    if number is None:
        assert found is None
        assert made.changes == ()
        assert told(WANTED, seen) == {"api": ("reuse", ""), "review": ("hold", "failed_unchanged")}
        return
    assert found
    assert (found.judge, found.number, found.limit) == (REVIEW.id, number, 2)
    assert (found.verdict, found.feedback) == ("rejected", "why rejected")
    again = decision(made, API)
    assert made.changes == (Start(again),)
    assert (again.action, again.round, again.generation) == (Action.RERUN, number, target.generation)
    assert again.reasons[0].code is ReasonCode.REWORK
    assert again.reasons[0].detail == f"review says rejected, round {number} of 2"
    assert decision(made, REVIEW).action is Action.DEFERRED


def test_verdicts_that_passed_use_no_round() -> None:
    target = done()
    judge = rejected(target, "approved", "rejected", "approved", "rejected")
    assert rejections(REVIEW, judge) == 2
    assert (found := due(API, WANTED, world([target, judge])))
    assert found.number == 2
    assert rejections(API, judge) == 0


def test_a_judge_without_rewind_sends_nothing_back() -> None:
    wanted = desired(API, task("review", "api", contract=judging(None)))
    target = done()
    seen = world([target, rejected(target, "rejected", wanted=wanted)])
    assert target_of(wanted.tasks[REVIEW.id]) is None
    assert judged(wanted.tasks[REVIEW.id], seen) is None
    assert judges_of(wanted) == {}
    assert told(wanted, seen) == {"api": ("reuse", ""), "review": ("hold", "failed_unchanged")}


def test_several_judges_of_one_task_are_known_by_it() -> None:
    wanted = desired(API, REVIEW, task("audit", "api", contract=judging()))
    assert judges_of(wanted) == {API.id: (tid("audit"), REVIEW.id)}
    assert judges_of(wanted) is judges_of(wanted)


NOT_DUE: list[tuple[str, dict[str, Any]]] = [
    ("the word is no failing one", {"verdict": "approved"}),
    ("it has left no word this time", {"verdict": None}),
    ("it has never judged", {"rounds": ()}),
    ("it judged another commit", {"rounds": verdicts("rejected", commit="d" * 40)}),
    ("it judged another attempt", {"rounds": verdicts("rejected", attempt=2)}),
    ("it judged another generation", {"rounds": verdicts("rejected", generation=2)}),
]


@pytest.mark.parametrize("left", [row[1] for row in NOT_DUE], ids=[row[0] for row in NOT_DUE])
def test_nothing_is_due_when(left: dict[str, Any]) -> None:
    target = done()
    assert due(API, WANTED, world([target, rejected(target, "rejected")]))
    assert due(API, WANTED, world([target, replace(rejected(target, "rejected"), **left)])) is None


def test_nothing_is_due_without_a_failed_judge_or_good_work() -> None:
    target = done()
    judge = rejected(target, "rejected")
    assert due(API, WANTED, world([target])) is None
    assert due(API, WANTED, world([judge])) is None
    for status in (Status.SUCCEEDED, Status.CANCELLED, Status.ERRORED, Status.LOST):
        assert due(API, WANTED, world([target, replace(judge, status=status)])) is None
    assert due(API, WANTED, world([replace(target, status=Status.FAILED), judge])) is None


def test_a_judge_that_is_to_judge_anew_is_waited_for() -> None:
    target = done()
    runs = [target, rejected(target, "rejected")]
    for phase in (Phase.RUNNING, Phase.ENDED, Phase.UNREADABLE):
        assert due(API, WANTED, world(runs, [attempt("review", phase, number=2)])) is None
    assert due(API, WANTED, world(runs, [attempt("review", Phase.COLLECTED)]))
    assert due(API, WANTED, world(runs, grants={REVIEW.id: "token"})) is None
    edited = desired(API, replace(REVIEW, prompt="look closer"))
    seen = world(runs)
    assert due(API, edited, seen) is None
    assert told(edited, seen) == {"api": ("reuse", ""), "review": ("retry", "failed_then_edited")}


def test_only_a_higher_limit_takes_the_work_up_again() -> None:
    target = done()
    seen = world([target, rejected(target, *["rejected"] * 3)])
    raised = desired(API, replace(REVIEW, contract=judging(limit=3)))
    made = plan(raised, seen)
    assert decision(made, API).round == 3
    assert decision(made, REVIEW).action is Action.DEFERRED


def test_a_rework_that_failed_is_tried_again_within_its_round() -> None:
    patient = desired(replace(API, retry=Retry(limit=1)), REVIEW)
    target = run(prints(patient)[API.id], "api", Status.FAILED)
    target = run(prints(patient)[API.id], "api", before=target)
    judge = rejected(target, "rejected", wanted=patient)
    first = run(prints(patient)[API.id], "api", Status.FAILED, before=target, round=1)
    again = decision(plan(patient, world([first, judge])), API)
    assert (again.action, again.round, again.generation, again.ready) == (Action.RETRY, 1, 1, True)
    assert again.reasons[0].detail == "attempt 2 of 2"
    assert (found := ongoing(API, patient, world([first, judge])))
    assert (found.judge, found.feedback) == (REVIEW.id, "why rejected")
    second = run(prints(patient)[API.id], "api", Status.FAILED, before=first, round=1)
    assert told(patient, world([second, judge])) == {
        "api": ("hold", "failed_unchanged"),
        "review": ("hold", "failed_unchanged"),
    }
    assert ongoing(API, patient, world([target, judge])) is None
    other = rejected(target, "rejected", "rejected", wanted=patient)
    assert ongoing(API, patient, world([first, other])) is None


def test_a_rework_that_could_not_be_launched_is_one_at_the_next_apply_too() -> None:
    target = done()
    judge = rejected(target, "rejected")
    errored = reworked(target, 1, status=Status.ERRORED)
    again = decision(plan(WANTED, world([errored, judge])), API)
    assert (again.action, again.round, again.generation) == (Action.RETRY, 1, target.generation)
    assert again.reasons[0].code is ReasonCode.ERRORED
    assert told(WANTED, world([errored, judge], since=0.0))["api"] == ("hold", "errored")


def test_another_judge_may_begin_its_own_first_round() -> None:
    patient = replace(API, retry=Retry(limit=1))
    wanted = desired(patient, REVIEW, task("audit", "api", contract=judging()))
    target = done(wanted)
    first = reworked(target, 1, wanted=wanted)
    failed = run(prints(wanted)[API.id], "api", Status.FAILED, before=first, round=1)
    judge = rejected(first, "rejected", wanted=wanted, name="audit")
    again = decision(plan(wanted, world([failed, judge])), API)
    assert (again.action, again.round, again.reasons[0].detail) == (Action.RETRY, 1, "attempt 2 of 2")


def test_a_verdict_is_not_asked_for_again_however_often_a_judge_may_be_tried() -> None:
    wanted = desired(API, replace(REVIEW, retry=Retry(limit=9)))
    target = done(wanted)
    seen = world([target, rejected(target, *["rejected"] * 3, wanted=wanted)])
    assert told(wanted, seen)["review"] == ("hold", "failed_unchanged")


def test_a_rework_waits_for_its_upstreams_and_for_its_selection() -> None:
    above = desired(task("above", prompt="new"), replace(API, edges=task("x", "above").edges), REVIEW)
    old = desired(task("above"), replace(API, edges=task("x", "above").edges), REVIEW)
    top = run(prints(old)[tid("above")], "above")
    target = run(prints(old, {top.task_id: top})[API.id], "api")
    judge = rejected(target, "rejected", wanted=old)
    assert told(above, world([top, target, judge]))["api"] == ("deferred", "upstream_pending")
    alone = desired(API, REVIEW, only=frozenset({REVIEW.id}))
    target = done()
    assert told(alone, world([target, rejected(target, "rejected")])) == {
        "api": ("hold", "not_selected"),
        "review": ("deferred", "upstream_pending"),
    }


def test_a_rework_goes_before_newer_checks() -> None:
    target = done()
    judge = rejected(target, "rejected")
    edited = desired(replace(API, contract=checked("test")), REVIEW)
    assert told(edited, world([target, judge]))["api"] == ("rerun", "rework")


def test_a_live_edit_of_the_work_is_no_edit() -> None:
    target = done()
    live = desired(replace(API, limits=Limits(timeout=NOW)), REVIEW)
    assert told(live, world([target, rejected(target, "rejected")]))["api"] == ("rerun", "rework")
