"""What judges remember of their verdicts, and what they do when the work comes back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from specrun.core.change import Action, Conclude, Decision, ReasonCode, Start
from specrun.core.contract import Contract, Judge, Rewind
from specrun.core.evidence import Target
from specrun.core.plan import plan
from specrun.core.rework import fruitless, judged, remembered
from specrun.core.task import Retry
from specrun.core.world import Status, World
from tests.core.judges import API, REVIEW, WANTED, decision, done, rejected, reworked
from tests.core.make import desired, judging, prints, run, task, tid, world


def test_after_the_rework_the_judge_judges_again_and_remembers() -> None:
    target = done()
    judge = rejected(target, "rejected")
    seen = world([reworked(target, 1), judge])
    made = plan(WANTED, seen)
    again = decision(made, REVIEW)
    assert (again.action, again.reasons[0].code) == (Action.CASCADE, ReasonCode.UPSTREAM_OUTPUT_CHANGED)
    assert made.changes == (Start(again),)
    assert remembered(REVIEW, again, seen) == judge.rounds
    assert judged(REVIEW, seen) == Target(commit="1" * 40, attempt=2, generation=1)


def retried(seen: World) -> Decision:
    return decision(plan(WANTED, seen), REVIEW)


def test_verdicts_are_forgotten_when_a_person_asks_for_another() -> None:
    target = done()
    final = rejected(target, *["rejected"] * 3)
    seen = world([target, final], grants={REVIEW.id: "token"})
    assert remembered(REVIEW, retried(seen), seen) == ()
    seen, all_ = world([target, final]), desired(API, REVIEW, retry_failed=True)
    assert remembered(REVIEW, decision(plan(all_, seen), REVIEW), seen) == ()
    once_more = desired(API, REVIEW, replace=frozenset({REVIEW.id}))
    assert remembered(REVIEW, decision(plan(once_more, seen), REVIEW), seen) == ()


def test_verdicts_are_forgotten_when_the_judge_or_the_work_was_edited() -> None:
    target = done()
    judge = rejected(target, *["rejected"] * 3)
    words = Judge(passing=("approved",), failing=("rejected", "bad"), rewind=Rewind(to="api", limit=2))
    edited = replace(REVIEW, contract=Contract(judge=words))
    seen = world([target, judge])
    assert remembered(edited, decision(plan(desired(API, edited), seen), edited), seen) == ()
    anew = replace(reworked(target, 1, generation=2), generation=2)
    seen = world([anew, judge])
    assert remembered(REVIEW, retried(seen), seen) == ()
    assert remembered(REVIEW, retried(seen), world([judge])) == ()


def test_verdicts_are_remembered_when_the_judge_only_left_none() -> None:
    patient = replace(REVIEW, retry=Retry(limit=1))
    wanted, target = desired(API, patient), done()
    judge = rejected(target, "rejected", wanted=wanted, verdict=None)
    judge = replace(judge, attempts=tuple(replace(one, reason="no_verdict") for one in judge.attempts))
    again = decision(plan(wanted, world([target, judge])), patient)
    assert again.reasons[0].code is ReasonCode.RETRY_LEFT
    assert remembered(patient, again, world([target, judge])) == judge.rounds


@pytest.mark.parametrize("carry", ["all", "output"])
def test_a_prompt_that_shows_the_work_does_not_make_rounds_begin_anew(carry: str) -> None:
    late = task("review", "mid", f"api:succeeded:{carry}", prompt=None, contract=judging())
    wanted = desired(API, task("mid", "api"), late)
    target = done(wanted)
    mid = run(prints(wanted, {API.id: target})[tid("mid")], "mid")
    before = rejected(target, "rejected", wanted=wanted)
    before = replace(
        before,
        fingerprint=replace(before.fingerprint, components={**before.fingerprint.components, "prompt": "c"}),
    )
    after = reworked(target, 1, wanted=wanted)
    mid = run(prints(wanted, {API.id: after})[tid("mid")], "mid", before=mid)
    seen = world([after, mid, before], prompts={late.id: "the other commit"})
    made = plan(wanted, seen)
    again = decision(made, late)
    assert again.action is Action.CASCADE
    assert again.ready
    assert remembered(late, again, seen) == before.rounds
    # Where the work is as it was, somebody has edited the template.
    first = run(prints(wanted, {API.id: target})[tid("mid")], "mid")
    seen = world([target, first, before], prompts={late.id: "another question"})
    assert remembered(late, decision(plan(wanted, seen), late), seen) == ()


def test_a_rework_that_does_not_reach_the_judge_is_judged_all_the_same() -> None:
    far = task("review", "mid", contract=judging())
    wanted = desired(API, task("mid", "api"), far)
    target = done(wanted)
    judge = rejected(target, "rejected", wanted=wanted)
    after = reworked(target, 1, wanted=wanted)
    mid = run(prints(wanted, {API.id: after})[tid("mid")], "mid")
    made = plan(wanted, world([after, mid, judge]))
    again = decision(made, far)
    assert (again.action, again.generation, again.ready) == (Action.CASCADE, 2, True)
    assert again.reasons[0].detail == "mid"  # whose branch holds the new work
    # What it had said about the same input long ago was about other work.
    good = run(judge.fingerprint, "review", left={"verdict": "approved"})
    twice = replace(
        judge, fingerprint=replace(judge.fingerprint, work="other"), last_success=good.last_success
    )
    assert decision(plan(wanted, world([after, mid, twice])), far).action is not Action.REUSE


def test_a_rework_that_changed_nothing_is_told_once_and_is_the_end() -> None:
    target = done()
    judge = rejected(target, "rejected")
    same = reworked(target, 1, left={"commit": target.commit, "carried": ()})
    seen = world([same, judge])
    assert fruitless(REVIEW, seen) == "round 1 changed nothing"
    assert plan(WANTED, seen).changes == (Conclude(REVIEW.id, "round 1 changed nothing"),)
    told_once = replace(judge, reason="round 1 changed nothing")
    made = plan(WANTED, world([same, told_once]))
    assert made.converged
    assert decision(made, REVIEW).reasons[0].detail == "round 1 changed nothing"


def test_nothing_is_fruitless_that_was_no_rework_or_is_not_over() -> None:
    target = done()
    judge = rejected(target, "rejected")
    assert fruitless(REVIEW, world([target, judge])) == ""
    assert fruitless(REVIEW, world([reworked(target, 1), judge])) == ""
    assert fruitless(REVIEW, world([judge])) == ""
    assert fruitless(API, world([target, judge])) == ""
    failed = reworked(target, 1, status=Status.FAILED, left={"commit": target.commit})
    assert fruitless(REVIEW, world([failed, judge])) == ""


def test_work_that_was_a_rework_once_is_not_fruitless_when_judged_anew() -> None:
    first = reworked(done(), 1)
    # The judge has been edited since, so that this is its first round again.
    seen = world([first, rejected(first, "rejected")])
    assert fruitless(REVIEW, seen) == ""
    assert decision(plan(WANTED, seen), API).round == 1


def test_the_same_work_done_once_more_for_another_reason_is_not_fruitless() -> None:
    target = done()
    judge = rejected(target, "rejected")
    again = run(target.fingerprint, "api", before=target, generation=2)
    assert fruitless(REVIEW, world([again, judge])) == ""
    assert plan(WANTED, world([again, judge])).converged


def test_a_judge_that_is_asked_for_again_is_not_told_that_it_is_over() -> None:
    target = done()
    same = reworked(target, 1, left={"commit": target.commit, "carried": ()})
    seen = world([same, rejected(target, "rejected")], grants={REVIEW.id: "token"})
    assert [type(change) for change in plan(WANTED, seen).changes] == [Start]
