"""Orders that no shim has claimed: asked for again, and in the end given up; those of checks no less."""

from __future__ import annotations

import pytest

from specrun.core.change import Fence, Relaunch
from specrun.core.launching import LAUNCH_LIMIT, LAUNCH_WAIT, unclaimed
from specrun.core.world import CheckRun, Phase
from tests.core.make import NOW, attempt, tid, world

A = tid("a")
SINCE = NOW - LAUNCH_WAIT + 0.2
LAUNCHES = [
    pytest.param(NOW - 1, 1, None, id="just now"),
    pytest.param(NOW - LAUNCH_WAIT + 0.5, LAUNCH_LIMIT, None, id="the last time, just now"),
    pytest.param(SINCE - 0.1, 1, Relaunch, id="by an earlier apply"),
    pytest.param(None, 0, Relaunch, id="never"),
    pytest.param(NOW - LAUNCH_WAIT, 1, Relaunch, id="long enough ago"),
    pytest.param(NOW - LAUNCH_WAIT, LAUNCH_LIMIT, Fence, id="often enough"),
]


@pytest.mark.parametrize(("at", "count", "kind"), LAUNCHES)
def test_an_attempt_and_a_check_are_asked_for_again_alike(
    at: float | None, count: int, kind: type[Fence | Relaunch] | None
) -> None:
    ordered = attempt("a", Phase.ORDERED, number=3, launches=count, launched_at=at)
    expected = {
        None: (None, None),
        Relaunch: (Relaunch(A, 3), Relaunch(A, 3, check=7)),
        Fence: (Fence(A, 3, failed=True), Fence(A, 3, failed=True, check=7)),
    }[kind]
    run = CheckRun(number=7, index=0, phase=Phase.ORDERED, launches=count, launched_at=at)
    proving = attempt("a", Phase.PROVING, number=3, launches=1, launched_at=NOW - 1)
    seen = world(since=SINCE)
    assert (unclaimed(ordered, seen), unclaimed(proving, seen, run)) == expected
