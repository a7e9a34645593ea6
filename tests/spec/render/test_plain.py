"""What Python says about an expression, in plain words."""

from __future__ import annotations

import pytest

from specrun.spec.render.later import Named
from specrun.spec.render.pages import Bad, Pages
from specrun.spec.render.plain import OTHER, in_words, kind


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("1 + 'a'", "+ does not go with a number and text"),
        ("'a' + 1", "+ does not go with text and a number"),
        ("2 ** 'a'", "** does not go with a number and text"),
        ("'a' * 'b'", "* needs a number beside text or a list"),
        ("-'a'", "- does not go with text"),
        ("'a' | abs", "abs() does not go with text"),
        ("'a' < 1", "< cannot compare text with a number"),
        ("none | join", "nothing is no list"),
        ("5()", "a number is no function"),
        ("5 | length", "a number has no length"),
        ("range(3) | tojson", "a range cannot be written as JSON"),
        ("'x' | round(1)", "text cannot be rounded"),
        ("range('a')", "text stands where a whole number must"),
        ("'x' | first('y')", "a filter or function gets wrong values"),
        ("1 % 0", "division by zero"),
        ("range(10 ** 9)", "a range of more than 100,000 numbers"),
        ("10.0 ** 400", "a number out of range"),
    ],
)
def test_expressions_that_cannot_work(expression: str, said: str) -> None:
    with pytest.raises(Bad) as caught:
        Pages(lambda _: {}).page(f"{{{{ {expression} }}}}", "").render({})
    assert caught.value.what.partition(": ")[2] == said


def test_what_is_not_known_stays_one_short_line() -> None:
    assert in_words("Something odd.\nand more") == "something odd"
    assert len(in_words("x" * 999)) <= 200
    assert in_words("") == ""


def test_kinds() -> None:
    assert [kind(one) for one in ("a", Named("vars", {}), None, object())] == [
        "text",
        "a mapping",
        "nothing",
        OTHER,
    ]
