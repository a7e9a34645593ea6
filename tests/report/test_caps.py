"""Tests what is said of the caps of attempts."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from specrun.core.agent import Price
from specrun.report.caps import holding, told
from tests.report.values import task

PRICES = {"shell": Price.FREE, "claude": Price.REPORTED, "codex": Price.UNKNOWN}


@pytest.mark.parametrize(
    ("agent", "budget", "cap", "said"),
    [
        pytest.param("shell", "1.00", Decimal(0), "-", id="what costs nothing needs no cap"),
        pytest.param("claude", "1.00", Decimal("1.00"), "1.00 USD", id="a cap that holds"),
        pytest.param("claude", None, None, "no cap", id="none was asked for"),
        pytest.param("codex", "1.00", None, "no cap", id="an agent without prices cannot be held"),
        pytest.param("other", "1.00", Decimal("1.00"), "1.00 USD", id="an agent of which nothing is known"),
    ],
)
def test_a_cap(agent: str, budget: str | None, cap: Decimal | None, said: str) -> None:
    one = replace(task("demo/a", budget=budget), agent=agent)
    assert (holding(one, PRICES), told(one, PRICES)) == (cap, said)
