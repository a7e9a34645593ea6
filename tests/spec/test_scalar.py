"""Plain scalars: what YAML 1.2 says, and nothing that two programs read differently."""

from __future__ import annotations

import pytest

from specrun.spec.node import Node
from specrun.spec.scalar import OddScalar, typed, value_of


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("true", True),
        ("False", False),
        ("0", 0),
        ("-12", -12),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("on", "on"),
        ("yes", "yes"),
        ("n", "n"),
        ("nothing", "nothing"),
        ("2026-02-31", "2026-02-31"),
        ("5.00 USD", "5.00 USD"),
        ("30m", "30m"),
        ("-rf", "-rf"),
        ("1.2.3", "1.2.3"),
    ],
)
def test_values(text: str, value: object) -> None:
    assert typed(text) == value
    assert type(typed(text)) is type(value)


@pytest.mark.parametrize(
    ("text", "code", "fix"),
    [
        ("012", "E113", "write 12, or put it in quotes for text"),
        ("0x1F", "E113", "write 31, or put it in quotes for text"),
        ("0o17", "E113", "write 15, or put it in quotes for text"),
        ("0b11", "E113", "write 3, or put it in quotes for text"),
        ("1_000", "E113", "write 1000, or put it in quotes for text"),
        ("1:30", "E113", 'write a duration with its unit such as "90s", or put it in quotes for text'),
        (".nan", "E115", "write a plain number, or put it in quotes for text"),
        ("-.inf", "E115", "write a plain number, or put it in quotes for text"),
        ("9" * 5000, "E112", "use at most 18 digits, or put it in quotes for text"),
        ("1e999", "E112", "use a smaller number, or put it in quotes for text"),
    ],
)
def test_odd_spellings_are_refused_with_advice(text: str, code: str, fix: str) -> None:
    with pytest.raises(OddScalar) as caught:
        typed(text)
    assert (caught.value.code, caught.value.fix) == (code, fix)


def test_the_value_of_a_node() -> None:
    assert value_of(Node("3", 1, 1)) == 3
    assert value_of(Node("3", 1, 1, '"')) == "3"
    for node in (Node([], 1, 1), Node("0x1", 1, 1)):
        assert value_of(node) is node
