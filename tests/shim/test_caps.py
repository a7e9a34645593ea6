"""A cap is crossed when more than it was taken, and never by what is unknown."""

from __future__ import annotations

from typing import Any

import pytest

from specrun.shim.caps import Caps
from specrun.system.meter import Meter

CASES: dict[str, tuple[dict[str, Any], str, tuple[str, str]]] = {
    "no caps": ({}, '{"c": 9, "t": 9}', ("", "")),
    "caps that are null": ({"budget": None, "max_turns": None}, '{"c": 9, "t": 9}', ("", "")),
    "nothing known": ({"budget": "0", "max_turns": 0}, "{}", ("", "")),
    "exactly": ({"budget": "1.00", "max_turns": 3}, '{"c": 1, "t": 3}', ("", "")),
    "money": (
        {"budget": "1.00"},
        '{"c": 1.0001}',
        ("budget", "it cost 1.0001 USD, and its budget is 1.00 USD"),
    ),
    "no fractions are lost": ({"budget": "0.3"}, '{"c": 0.3}', ("", "")),
    "turns": ({"max_turns": 3}, '{"t": 4}', ("max_turns", "it took 4 turns, and it may take 3")),
    "both": (
        {"budget": "1", "max_turns": 3},
        '{"c": 2, "t": 4}',
        ("budget", "it cost 2 USD, and its budget is 1 USD"),
    ),
}


@pytest.mark.parametrize(("limits", "line", "crossed"), CASES.values(), ids=CASES.keys())
def test_what_is_crossed(limits: dict[str, Any], line: str, crossed: tuple[str, str]) -> None:
    meter = Meter({"events": [{"cost": {"total": "c"}, "turns": {"total": "t"}}]})
    meter.feed(line)
    assert Caps(limits).crossed(meter) == crossed
