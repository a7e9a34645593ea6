"""Folding ends into records: idempotent, bounded, and never forgetful of the last success."""

from __future__ import annotations

from dataclasses import replace

from specrun.core.record import ATTEMPTS_KEPT, Verified, passed_before, success_of, superseded, verified
from specrun.core.upstream import last_good
from specrun.core.world import Run, Status
from tests.core.make import desired, prints, run, said, task, verdicts

PRINT = prints(desired(task("a")))[task("a").id]


def test_folding_the_same_end_twice_changes_nothing() -> None:
    failed = run(PRINT, "a", Status.FAILED)
    again = run(PRINT, "a", Status.FAILED, before=failed, number=1)
    assert again == failed


def test_last_success_survives_a_failure() -> None:
    good = run(PRINT, "a")
    failed = run(PRINT, "a", Status.FAILED, before=good, generation=2)
    assert good.last_success is not None
    assert failed.last_success == good.last_success
    assert (failed.status, failed.generation, len(failed.attempts)) == (Status.FAILED, 2, 2)


def test_old_generations_are_bounded_and_the_present_one_is_not() -> None:
    latest = None
    for _ in range(ATTEMPTS_KEPT + 5):
        latest = run(PRINT, "a", Status.FAILED, before=latest)
    assert latest is not None
    assert len(latest.attempts) == ATTEMPTS_KEPT + 5
    latest = run(PRINT, "a", Status.FAILED, before=latest, generation=2)
    assert len(latest.attempts) == ATTEMPTS_KEPT
    assert latest.attempts[-1].generation == 2


def test_an_end_recorded_long_ago_does_not_come_back() -> None:
    first = run(PRINT, "a", Status.FAILED)
    ended = first.attempts[0].ended_at
    assert not superseded(None, 1, ended)
    assert not superseded(first, 1, ended)
    second = run(PRINT, "a", before=first)
    assert superseded(second, 1, ended + 0.0009)
    assert not superseded(second, 1, ended + 1)
    assert not superseded(second, 2, ended)
    assert not superseded(second, 3, ended)


LEFT = {
    "checks": (said("test"),),
    "verdict": "approved",
    "rounds": verdicts("rejected", "approved"),
    "protected_changed": ("Makefile",),
    "discarded": ("notes",),
}


def test_a_record_holds_its_evidence_and_a_success_what_of_it_outlives_failures() -> None:
    good = run(PRINT, "a", left=LEFT)
    assert {name: getattr(good, name) for name in LEFT} == LEFT
    kept = good.last_success
    assert kept
    assert (kept.checks, kept.verdict, kept.protected_changed) == ((said("test"),), "approved", ("Makefile",))
    worse = {"checks": (said("test", "exit code 1"),), "discarded": ("more",)}
    failed = run(PRINT, "a", Status.FAILED, before=good, left=worse)
    assert (failed.verdict, failed.rounds, failed.protected_changed) == (None, (), ())
    back = last_good(failed)
    assert back
    assert (back.checks, back.verdict, back.protected_changed, back.discarded) == (
        *(good.checks, "approved", ("Makefile",)),
        (),
    )
    assert success_of(back) == kept


NOW = replace(PRINT, verify="now")


def check(before: Run, *reasons: str, branch: str | None = "specrun/s/a", stopped: bool = False) -> Run:
    """The record after a verification with these ends of checks."""
    checks = tuple(said(f"check{number}", reason) for number, reason in enumerate(reasons))
    found = Verified(
        fingerprint=NOW,
        generation=before.generation,
        checks=checks,
        protected_changed=("x",),
        branch=branch,
        stopped=stopped,
    )
    after = verified(before, found)
    assert verified(after, found) == after
    assert after.attempts == before.attempts
    assert (after.fingerprint, after.checks, after.protected_changed) == (NOW, checks, ("x",))
    return after


def test_a_verification_that_passes_makes_a_success_and_keeps_it() -> None:
    failed = run(PRINT, "a", Status.FAILED, reason="check_failed: test")
    good = check(failed, "", "")
    assert (good.status, good.reason, good.branch) == (Status.SUCCEEDED, "", "specrun/s/a")
    assert good.last_success == success_of(good)
    assert check(failed).status is Status.SUCCEEDED


def test_a_verification_that_fails_leaves_the_last_success_as_it_was() -> None:
    good = replace(run(PRINT, "a"), branch="specrun/s/a")
    red = check(good, "", "exit code 1", "timeout", branch=None)
    assert (red.status, red.reason) == (Status.FAILED, "check_failed: check1, check2")
    assert (red.branch, red.last_success) == ("specrun/s/a", good.last_success)
    assert check(red, "", branch="there").branch == "there"


def test_a_verification_that_a_person_stopped_is_cancelled_unless_it_had_passed() -> None:
    good = run(PRINT, "a")
    for red in (check(good, "stopped: stop_requested", "stopped"), check(good, "lost", stopped=True)):
        assert (red.status, red.reason, red.last_success) == (
            *(Status.CANCELLED, "stop_requested"),
            good.last_success,
        )
    assert check(good, "", stopped=True).status is Status.SUCCEEDED


def test_work_has_passed_before_if_only_newer_checks_speak_against_it() -> None:
    good = run(PRINT, "a")
    assert passed_before(good)
    assert passed_before(check(good, "exit code 1"))
    assert not passed_before(replace(good, attempts=()))


def test_work_has_passed_before_if_it_was_a_success_by_other_checks() -> None:
    failed = run(PRINT, "a", Status.FAILED, reason="check_failed: test")
    assert not passed_before(failed)
    assert not passed_before(check(failed, "exit code 1"))
    good = check(failed, "")
    assert passed_before(check(good, "exit code 1"))
    assert passed_before(check(good, "stopped"))


def test_other_work_has_not_passed_before_though_there_was_a_success() -> None:
    good = run(PRINT, "a")
    reason = "check_failed: test"
    again = run(
        PRINT, "a", Status.FAILED, before=good, generation=2, reason=reason, left={"commit": "d" * 40}
    )
    assert not passed_before(again)
    assert not passed_before(replace(check(again, "exit code 1"), generation=3))
    crashed = run(PRINT, "a", Status.FAILED, before=good, generation=2, reason="exit code 1")
    assert not passed_before(crashed)
    # It has the commit that it began with, and has failed all the same.
    idle = run(PRINT, "a", Status.FAILED, before=good, round=1, reason=reason)
    assert not passed_before(idle)
