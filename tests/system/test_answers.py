"""An answer in JSON is kept as far as it can be written and read everywhere."""

from __future__ import annotations

import json
from typing import Any

import pytest

from specrun.system.meter import STRUCTURED_LIMIT
from tests.system.feeding import entry, fed

ANSWERS: dict[str, tuple[dict[str, Any], list[Any], Any]] = {
    "a value": (
        entry(structured="a.b"),
        [{"a": {"b": {"n": [1, "x"]}}}, {"a": {"b": None}}, {"a": 1}, {}],
        {"n": [1, "x"]},
    ),
    "the last value": (entry(structured="a"), [{"a": {"n": 1}}, {"a": False}], False),
    "in a text": (
        entry(structured={"json": "t"}),
        [{"t": "I will look."}, {"t": '\n{"n": 1, "s": "a\\"b"}\n'}, {"t": None}, {}],
        {"n": 1, "s": 'a"b'},
    ),
    "a text that is none": (entry(structured={"json": "t"}), [{"t": "[1]"}, {"t": "Done."}], None),
    "what is no text": (entry(structured={"json": "t"}), [{"t": "[1]"}, {"t": [2]}], None),
    "a text that only looks like one": (entry(structured="t"), [{"t": "[1]"}], "[1]"),
}


@pytest.mark.parametrize(("declaration", "events", "answer"), ANSWERS.values(), ids=ANSWERS.keys())
def test_the_last_answer_counts(declaration: dict[str, Any], events: list[Any], answer: Any) -> None:
    assert fed(declaration, *events).state()["structured"] == answer


ODD_ANSWERS = {
    "too large": json.dumps("x" * STRUCTURED_LIMIT),
    "too large in other letters": json.dumps("\uac00" * (STRUCTURED_LIMIT // 3)),
    "too deep": "[" * 66 + "]" * 66,
    "far too deep": "[" * 900 + "]" * 900,
    "not a number": '{"n": NaN}',
    "not finite": "[1e999]",
    "a long number": "9" * 5000,
}


@pytest.mark.parametrize("answer", ODD_ANSWERS.values(), ids=ODD_ANSWERS.keys())
@pytest.mark.parametrize("written", [False, True], ids=["value", "text"])
def test_an_answer_that_cannot_be_kept_is_none(answer: str, *, written: bool) -> None:
    meter = fed(entry(structured={"json": "a"} if written else "a"), {"a": "[1]" if written else [1]})
    assert meter.state()["structured"] == [1]
    meter.feed(f'{{"a": {json.dumps(answer) if written else answer}}}')
    kept = answer.isdecimal() and not written  # such a line is no event at all
    assert meter.state()["structured"] == ([1] if kept else None)


def test_an_answer_is_kept_up_to_its_limit_and_made_sound() -> None:
    largest = "x" * (STRUCTURED_LIMIT - 2)
    assert fed(entry(structured="a"), {"a": largest}).state()["structured"] == largest
    deepest = json.loads("[" * 64 + "]" * 64)
    assert fed(entry(structured="a"), {"a": deepest}).state()["structured"] == deepest
    halves = fed(entry(structured="a"), r'{"a": {"\udfff": ["x\ud800", "\ud83d\ude00"]}}')
    assert halves.state()["structured"] == {"\ufffd": ["x\ufffd", "\U0001f600"]}
