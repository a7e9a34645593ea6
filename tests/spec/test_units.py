"""Durations, money and sizes carry their units."""

from __future__ import annotations

from decimal import Decimal

import pytest

from specrun.spec.units import dollars, seconds, size


@pytest.mark.parametrize(
    ("text", "value"),
    [("90s", 90), ("20m", 1200), ("2h", 7200), ("1h30m", 5400), ("1d", 86400), ("0.5s", 0.5), ("200ms", 0.2)],
)
def test_durations(text: str, value: float) -> None:
    assert seconds(text) == value


@pytest.mark.parametrize("text", ["", "5", "5 m", "m", "-5s", "30m1h", "1.5h", "nan", "5s\n6"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        seconds(text)


def test_money_is_exact() -> None:
    assert dollars("2.50 USD") == Decimal("2.50")
    for text in ("2.50", "-1 USD", "1 EUR", "nan USD"):
        with pytest.raises(ValueError, match=text):
            dollars(text)


@pytest.mark.parametrize(("text", "value"), [("64MB", 64_000_000), ("10KiB", 10_240), ("1B", 1)])
def test_sizes(text: str, value: int) -> None:
    assert size(text) == value


def test_what_is_no_size() -> None:
    for text in ("64", "0MB", "1 MB", "1TB"):
        with pytest.raises(ValueError, match=text):
            size(text)
