"""Tests the records of tasks that a person has accepted, frozen or let go."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from specrun.core.accepting import Taken, accepted, as_it_stands, frozen, of_attempt, thawed, unsettled
from specrun.core.change import Action
from specrun.core.plan import plan
from specrun.core.task import Desired
from specrun.core.world import CarriedFile, Mark, Run, Status
from tests.core.make import checked, desired, judging, prints, run, said, task, tid, told, verdicts, world

MARK = Mark(reason="by hand", by="Ann <ann@example.invalid>", at=1000.0)
NOTHING = Taken(carried=())
FILE = CarriedFile("a.txt", "100644", "b" * 40)


def taken(wanted: Desired, before: Run | None, work: Taken = NOTHING, name: str = "a") -> Run:
    """Accept a task as it is asked for now."""
    runs = {} if before is None else {before.task_id: before}
    return accepted(tid(name), before, work, prints(wanted, runs)[tid(name)], MARK)


def test_what_never_ran_counts_as_done_and_dependents_run() -> None:
    wanted = desired(task("a"), task("b", "a"))
    mine = taken(wanted, None)
    assert (mine.status, mine.generation, mine.attempts, mine.commit) == (Status.ACCEPTED, 1, (), None)
    assert mine.accepted == MARK
    assert told(wanted, world([mine])) == {"a": ("reuse", ""), "b": ("run", "new")}


def test_a_failed_task_counts_as_done_with_the_attempts_that_it_had() -> None:
    wanted = desired(task("a"))
    failed = run(prints(wanted)[tid("a")], "a", Status.FAILED, generation=3)
    mine = taken(wanted, replace(failed, frozen=MARK, moved_from=("z",)))
    assert (mine.generation, mine.attempts, mine.reason) == (3, failed.attempts, "")
    assert (mine.frozen, mine.moved_from) == (MARK, ("z",))
    assert told(wanted, world([mine])) == {"a": ("reuse", "")}


def test_the_acceptance_is_the_last_success() -> None:
    wanted = desired(task("a"))
    mine = taken(wanted, None, Taken(carried=(FILE,), commit="d" * 40, base="e" * 40, output={"n": 1}))
    kept = mine.last_success
    assert kept is not None
    assert (kept.commit, kept.base, kept.output, kept.carried) == ("d" * 40, "e" * 40, {"n": 1}, (FILE,))
    assert kept.fingerprint == mine.fingerprint


def test_it_is_not_asked_for_proof_and_an_edit_of_its_work_ends_it() -> None:
    mine = taken(desired(task("a", contract=checked("test"))), None)
    stricter = desired(task("a", contract=checked("test", "lint")))
    assert told(stricter, world([mine])) == {"a": ("reuse", "")}
    edited = desired(task("a", prompt="echo other", contract=checked("test")))
    assert told(edited, world([mine])) == {"a": ("rerun", "prompt_changed")}


def test_those_who_built_on_other_work_run_again() -> None:
    wanted = desired(task("a"), task("b", "a"))
    before = run(prints(wanted)[tid("a")], "a", left={"carried": (FILE,)})
    built = run(prints(wanted, {before.task_id: before})[tid("b")], "b")
    assert told(wanted, world([before, built]))["b"] == ("reuse", "")
    mine = taken(wanted, before)
    assert told(wanted, world([mine, built]))["b"] == ("cascade", "upstream_output_changed")
    same = taken(wanted, before, Taken(carried=(FILE,), commit="d" * 40))
    assert told(wanted, world([same, built]))["b"] == ("reuse", "")


def test_a_judge_that_is_accepted_sends_nothing_back() -> None:
    wanted = desired(task("api"), task("judge", "api", contract=judging("api")))
    api = run(prints(wanted)[tid("api")], "api")
    before = run(
        prints(wanted, {api.task_id: api})[tid("judge")],
        "judge",
        Status.FAILED,
        left={"verdict": "rejected", "rounds": verdicts("rejected")},
        reason="verdict: rejected",
    )
    assert told(wanted, world([api, before]))["api"] == ("rerun", "rework")
    mine = accepted(tid("judge"), before, NOTHING, before.fingerprint, MARK)
    assert (mine.verdict, mine.rounds) == (None, ())
    assert told(wanted, world([api, mine])) == {"api": ("reuse", ""), "judge": ("reuse", "")}


def test_a_record_is_taken_as_it_stands() -> None:
    wanted = desired(task("a"))
    now = prints(wanted)[tid("a")]
    before = run(now, "a", left={"output": {"n": 1}, "rounds": verdicts("approved"), "verdict": "approved"})
    edited = replace(before, edited=True, output={"n": 2}, fingerprint=replace(now, work="other"))
    mine = as_it_stands(edited, now, MARK, edited.output)
    assert (mine.status, mine.edited, mine.accepted, mine.rounds) == (Status.ACCEPTED, False, MARK, ())
    assert (mine.output, mine.commit, mine.verdict) == ({"n": 2}, before.commit, "approved")
    assert (mine.fingerprint, mine.last_success and mine.last_success.output) == (now, {"n": 2})
    unknown = as_it_stands(edited, replace(now, work=""), MARK, None)
    assert (unknown.fingerprint, unknown.output) == (edited.fingerprint, None)


def test_of_its_last_attempt_a_record_tells_everything() -> None:
    now = prints(desired(task("a")))[tid("a")]
    left: dict[str, Any] = {
        "checks": (said("test", "exit code 1"),),
        "output": {"n": 1},
        "summary": "made it",
        "carried": (FILE,),
        "protected_changed": ("Makefile",),
        "discarded": ("x",),
    }
    short = (said("lint", "exit code 2"),)
    first = run(now, "a", Status.FAILED, checks=short)
    second = run(now, "a", Status.FAILED, before=first, left=left)
    work = Taken(carried=(FILE,), commit="d" * 40)
    assert of_attempt(second, 2, work) == replace(work, **left)
    assert of_attempt(second, 1, work) == replace(work, checks=short)
    assert of_attempt(second, 3, work) == work
    assert of_attempt(None, 1, work) == work


def test_the_record_of_a_success_set_back_says_nothing_of_the_failure_after_it() -> None:
    now = prints(desired(task("a")))[tid("a")]
    good = run(now, "a", left={"carried": (FILE,), "output": {"n": 1}})
    failed = run(now, "a", Status.FAILED, before=good)
    restored = replace(failed, status=Status.SUCCEEDED, carried=(FILE,), output={"n": 1})
    other = Taken(carried=(), commit="d" * 40)
    assert of_attempt(restored, 2, other).output is None


def test_freezing_keeps_the_first_mark_and_thawing_takes_it_away() -> None:
    before = run(prints(desired(task("a")))[tid("a")], "a")
    once = frozen(before, MARK)
    assert once.frozen == MARK
    assert frozen(once, replace(MARK, reason="again")) == once
    assert thawed(once) == before


def test_upstreams_that_have_still_to_tell_are_named() -> None:
    wanted = desired(task("a"), task("b"), task("c"), task("d", "a", "b", "c:succeeded:none"))
    now = prints(wanted)
    runs = [run(now[tid("a")], "a"), run(now[tid("b")], "b", Status.FAILED)]
    seen = world(runs)
    decisions = {one.task_id: one for one in plan(wanted, seen).decisions}
    assert decisions[tid("b")].action is Action.HOLD
    assert unsettled(wanted.tasks[tid("d")], decisions, seen.runs) == (tid("b"),)
    alone = world()
    decisions = {one.task_id: one for one in plan(wanted, alone).decisions}
    assert unsettled(wanted.tasks[tid("d")], decisions, alone.runs) == (tid("a"), tid("b"))
    edited = desired(task("a", prompt="echo other"), wanted.tasks[tid("d")], task("b"), task("c"))
    good = world([run(now[tid("a")], "a"), run(now[tid("b")], "b")])
    decisions = {one.task_id: one for one in plan(edited, good).decisions}
    assert unsettled(edited.tasks[tid("d")], decisions, good.runs) == (tid("a"),)
