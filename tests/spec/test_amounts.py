"""What is no amount is told with what to write instead."""

from __future__ import annotations

import pytest

from specrun.spec.amounts import UNITS, money, unit
from specrun.spec.units import MONEY


@pytest.mark.parametrize(
    ("name", "text", "fix"),
    [
        ("timeout", "90", 'write "90s" or "90m"'),
        ("delay", "soon", "write a duration such as 90s, 20m or 1h30m"),
        ("log_limit", "64", "write a size such as 64MB or 10KiB"),
    ],
)
def test_units(name: str, text: str, fix: str) -> None:
    code, what, _, advice = unit(UNITS[name], name, f'"{text}"', text)
    assert (code, advice) == ("E207", fix)
    assert what.startswith(f'{name} "{text}" is no')


def test_none_is_offered_where_it_may_stand() -> None:
    assert unit(UNITS["timeout"], "timeout", "x", "x")[2] == "a duration with its unit or none"
    assert unit(UNITS["delay"], "delay", "x", "x")[2] == "a duration with its unit"


def test_money_is_told_as_such_either_way() -> None:
    assert unit(MONEY, "limit", '"5"', "5") == money("limit", '"5"', "5")
    assert money("limit", '"5"', "5")[3] == "write 5 USD"
