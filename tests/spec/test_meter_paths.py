"""Every path of an event is looked at; those of text lead to a line or to a named group."""

from __future__ import annotations

import pytest

from specrun.spec.meter_paths import wrong_paths
from specrun.spec.parse import parse
from specrun.spec.text import read_text


def said(event: str, *, plain: bool) -> list[str]:
    text, _ = read_text("f", event.encode(), 10_000)
    node, _ = parse(text)
    assert node is not None
    return [f"{place.column} {wording[0]} {wording[1]}" for place, wording in wrong_paths(node, plain=plain)]


@pytest.mark.parametrize(
    ("event", "complaint"),
    [
        ("{match: {lin: x}}", '10 E209 a line of text has no "lin"'),
        ("{session_id: id}", '14 E209 a line of text has no "id"'),
        ("{result: {append: id}}", '19 E209 a line of text has no "id"'),
        ("{structured: id}", '14 E209 a line of text has no "id"'),
        ("{structured: {json: id}}", '21 E209 a line of text has no "id"'),
        ("{denied: {id: id, what: x}}", '15 E209 a line of text has no "id"'),
        ("{denied: {what: '{id}'}}", '17 E209 a line of text has no "id"'),
        ("{cost: [{add: id}]}", '15 E209 a line of text has no "id"'),
        ("{tokens: {input: {add: id}}}", '24 E209 a line of text has no "id"'),
        ("{error: {message: {path: id, like: (x)}}}", '26 E209 a line of text has no "id"'),
        ("{line: '{line|id}'}", '8 E209 a line of text has no "id"'),
    ],
)
def test_a_line_of_text_has_little(event: str, complaint: str) -> None:
    assert said(event, plain=True) == [complaint]
    assert said(event, plain=False) == []


def test_named_groups_are_paths() -> None:
    event = "{match: {line: {like: '(?P<id>x)(?P<usd>y)'}}, session_id: id, cost: {add: usd}, text: ^.line}"
    assert said(event, plain=True) == []


@pytest.mark.parametrize(
    "event",
    ["{cost: {add: a..b}}", "{structured: {json: a..b}}", "{error: {status: [^]}}", "{line: '{a.|b}'}"],
)
def test_paths_are_names_joined_by_dots(event: str) -> None:
    assert [each.split()[1] for each in said(event, plain=False)] == ["E204"]


def test_numbers_patterns_and_words_are_no_paths() -> None:
    assert (
        said("{cost: {add: 1}, error: {retryable: true, message: {path: a, like: '(.*)'}}}", plain=False)
        == []
    )
