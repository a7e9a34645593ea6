"""Waits between attempts, and which ends belong to an earlier apply."""

from __future__ import annotations

from dataclasses import replace

from specrun.core.retry import LONGEST, ended_before, pause
from specrun.core.task import Retry
from specrun.core.world import Phase, Status
from tests.core.make import NOW, attempt, desired, prints, run, task, world

PRINT = prints(desired(task("a")))[task("a").id]


def test_pauses_grow_by_the_factor_up_to_the_maximum() -> None:
    patient = task("a", retry=Retry(limit=5, delay=2.0, factor=3.0, max_delay=10.0))
    assert [pause(patient, used) for used in (1, 2, 3)] == [2.0, 6.0, 10.0]
    assert pause(task("a", retry=Retry(delay=4.0)), 3) == 4.0
    steep = Retry(delay=1.0, factor=1000.0)
    assert pause(task("a", retry=steep), 500) == LONGEST
    assert pause(task("a", retry=replace(steep, max_delay=7.0)), 500) == 7.0


def test_ended_before_looks_at_records_and_at_attempts_that_never_started() -> None:
    old = run(PRINT, "a", Status.ERRORED)
    assert ended_before(old, world([old]))
    assert not ended_before(old, world([old], since=0.0))
    fenced_now = attempt("a", Phase.COLLECTED, created_at=NOW - 1)
    assert not ended_before(old, world([old], [fenced_now]))
