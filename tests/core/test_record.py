"""Folding ends into records: idempotent, bounded, and never forgetful of the last success."""

from __future__ import annotations

from specrun.core.record import ATTEMPTS_KEPT, superseded
from specrun.core.world import Status
from tests.core.make import desired, prints, run, task

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
