"""The limits of a plan that is carried out unasked."""

from __future__ import annotations

from specrun.core.safety import Thresholds


def test_a_third_of_five_and_three_workers_is_the_usual_limit() -> None:
    usual = Thresholds()
    assert (round(usual.reruns * 6), usual.reruns_from, usual.stops) == (2, 5, 3)
