"""What an upstream's decision and record mean for those below."""

from __future__ import annotations

from dataclasses import replace

from specrun.core.change import Action, Decision, Reason, ReasonCode
from specrun.core.record import success_of
from specrun.core.task import Workspace
from specrun.core.upstream import Standing, begun_with, built_on, handed_on, last_good, obstacle, standing
from specrun.core.world import Mark, Status
from tests.core.make import desired, edge, prints, run, task, tid

PRINT = prints(desired(task("a")))[task("a").id]


def decision(action: Action, code: ReasonCode = ReasonCode.NEW) -> Decision:
    """A decision about task a."""
    return Decision(task_id=tid("a"), action=action, reasons=(Reason(code),), generation=1, fingerprint=None)


def test_standing_of_each_kind_of_decision() -> None:
    assert standing(decision(Action.REUSE)) is Standing.GOOD
    assert standing(decision(Action.RETRY)) is Standing.PENDING
    assert standing(decision(Action.HOLD, ReasonCode.SKIPPED)) is Standing.SKIPPED
    assert standing(decision(Action.HOLD, ReasonCode.UPSTREAM_FAILED)) is Standing.BLOCKED
    assert standing(decision(Action.HOLD, ReasonCode.FAILED_UNCHANGED)) is Standing.FAILED
    assert standing(decision(Action.HOLD, ReasonCode.BUDGET_WAIT)) is Standing.PENDING
    assert standing(decision(Action.HOLD, ReasonCode.UNREADABLE)) is Standing.PENDING
    assert standing(decision(Action.HOLD, ReasonCode.RESULT_MISSING)) is Standing.BLOCKED


def test_obstacle_names_the_upstream() -> None:
    assert obstacle(edge("a"), decision(Action.REUSE)) is None
    assert obstacle(edge("a"), decision(Action.RUN)) == Reason(ReasonCode.UPSTREAM_PENDING, "a")
    failed = decision(Action.HOLD, ReasonCode.FAILED_UNCHANGED)
    assert obstacle(edge("a:failed"), failed) is None
    assert obstacle(edge("a"), failed) == Reason(ReasonCode.UPSTREAM_FAILED, "a")
    stopped = decision(Action.HOLD, ReasonCode.CANCELLED)
    assert obstacle(edge("a:failed"), stopped) == Reason(ReasonCode.UPSTREAM_FAILED, "a")


def test_only_a_success_is_handed_on_where_success_is_asked_for() -> None:
    good = run(PRINT, "a", number=1)
    failed = run(PRINT, "a", Status.FAILED, before=good)
    assert handed_on(edge("a:finished"), failed) is failed
    kept = handed_on(edge("a"), failed)
    assert kept is not None
    assert (kept.status, kept.commit) == (Status.SUCCEEDED, good.commit)
    assert last_good(run(PRINT, "a", Status.FAILED)) is None
    assert handed_on(edge("a"), None) is None


def test_a_success_that_counts_again_gives_no_reason_for_a_failure() -> None:
    good = run(prints(desired(task("a")))[tid("a")], "a")
    failed = run(good.fingerprint, "a", Status.FAILED, before=good, reason="exit code 1")
    kept = last_good(failed)
    assert kept is not None
    assert (kept.status, kept.reason, kept.commit) == (Status.SUCCEEDED, "", good.commit)
    assert kept.attempts == failed.attempts


def test_only_commits_of_carrying_upstreams_are_built_on() -> None:
    runs = {tid(name): run(PRINT, name) for name in "abc"}
    runs[tid("d")] = replace(runs[tid("a")], task_id=tid("d"), commit=None)
    above = task("t", "a", "b:succeeded:output", "c:succeeded:none", "d", "e")
    assert built_on(above, runs) == {tid("a"): ("c" * 40, runs[tid("a")])}
    assert built_on(replace(above, workspace=Workspace.NONE), runs) == {}


def test_a_verification_needs_its_own_commit_and_a_rework_that_of_the_success_before_it() -> None:
    one = task("t", "a")
    above = run(PRINT, "a", left={"commit": "a" * 40})
    good = run(PRINT, "t", left={"commit": "1" * 40})
    failed = run(PRINT, "t", Status.FAILED, before=good, round=1, left={"commit": "2" * 40})
    runs = {above.task_id: above, failed.task_id: failed}
    asked = replace(decision(Action.RETRY), task_id=one.id)
    assert begun_with(asked, one, runs) == {above.task_id: ("a" * 40, above)}
    assert begun_with(replace(asked, verifying=True), one, runs) == {one.id: ("2" * 40, failed)}
    again = begun_with(replace(asked, round=1), one, runs)
    assert {name: commit for name, (commit, _) in again.items()} == {one.id: "1" * 40}
    assert begun_with(replace(asked, round=1), one, {**runs, one.id: good}) == {one.id: ("1" * 40, good)}
    assert begun_with(replace(asked, verifying=True), one, {one.id: replace(good, commit=None)}) == {}
    never = run(PRINT, "t", Status.FAILED, round=1)
    assert begun_with(replace(asked, round=1), one, {one.id: never}) == {}
    assert begun_with(replace(asked, round=1), one, {above.task_id: above}) == built_on(one, runs)


def test_what_was_not_run_hinders_no_mere_order_and_has_not_failed() -> None:
    for code in (ReasonCode.SKIPPED, ReasonCode.DISABLED, ReasonCode.FROZEN):
        held = decision(Action.HOLD, code)
        free = [text for text in EDGES if obstacle(edge(text), held) is None]
        assert free == ["a:succeeded:none", "a:finished:none"]
        assert {obstacle(edge(text), held) for text in EDGES if text not in free} == {
            Reason(ReasonCode.SKIPPED, "a")
        }


EDGES = [
    f"a:{on}:{carry}" for on in ("succeeded", "failed", "finished") for carry in ("all", "output", "none")
]


def test_what_was_accepted_comes_back_as_that() -> None:
    mark = Mark(reason="by hand", by="Ann", at=1.0)
    one = task("a")
    print_ = prints(desired(one))[one.id]
    accepted = replace(run(print_, "a"), status=Status.ACCEPTED, accepted=mark)
    accepted = replace(accepted, last_success=success_of(accepted))
    failed = run(print_, "a", Status.FAILED, before=accepted)
    assert failed.accepted is None
    back = last_good(failed)
    assert back is not None
    assert (back.status, back.accepted) == (Status.ACCEPTED, mark)
