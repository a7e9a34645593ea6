"""What the recorded words mean."""

from __future__ import annotations

from specrun.core.world import Status
from tests.core.make import desired, prints, run, task


def test_only_success_and_acceptance_are_good() -> None:
    assert {status for status in Status if status.good} == {Status.SUCCEEDED, Status.ACCEPTED}


def test_the_last_attempt_is_the_newest() -> None:
    print_ = prints(desired(task("a")))[task("a").id]
    first = run(print_, "a", Status.FAILED)
    second = run(print_, "a", before=first)
    assert second.last is not None
    assert second.last.number == 2
