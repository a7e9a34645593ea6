"""An output satisfies its schema, or one line says where and why not."""

from __future__ import annotations

import socket
import warnings
from typing import Any

import pytest

from specrun.core.task import Json
from specrun.spec.outputs import LINE, invalid, place, shown

COUNT: dict[str, Any] = {
    "type": "object",
    "required": ["count"],
    "properties": {"count": {"type": "integer", "minimum": 1}},
    "additionalProperties": False,
}


def test_what_satisfies_is_told_by_nothing() -> None:
    assert invalid(COUNT, {"count": 3}) == ""
    assert invalid({}, None) == ""


@pytest.mark.parametrize(
    ("schema", "value", "line"),
    [
        (COUNT, {"count": "x"}, 'count: "x" is not of type integer'),
        (COUNT, [], "output: [] is not of type object"),
        (COUNT, {}, 'output: "count" is missing'),
        (COUNT, {"count": 0}, "count: 0 is less than 1"),
        (COUNT, {"count": True}, "count: true is not of type integer"),
        (COUNT, {"count": 1, "b": 2, "a": 3}, 'output: "b", "a" are not expected'),
        ({"type": ["string", "null"]}, 3, "output: 3 is not of type string or null"),
        ({"required": ["a", "b"]}, {}, 'output: "a", "b" are missing'),
        ({"enum": ["a", 1, None]}, "b", 'output: "b" is none of "a", 1, null'),
        ({"const": {"a": 1}}, 2, 'output: 2 is not {"a": 1}'),
        ({"maximum": 2}, 2.5, "output: 2.5 is more than 2"),
        ({"exclusiveMinimum": 2}, 2, "output: 2 is not more than 2"),
        ({"exclusiveMaximum": 2}, 2, "output: 2 is not less than 2"),
        ({"multipleOf": 2}, 3, "output: 3 is no multiple of 2"),
        ({"minLength": 2}, "a", "output: it has 1 characters, fewer than 2"),
        ({"maxLength": 1}, "ab", "output: it has 2 characters, more than 1"),
        ({"pattern": "^a$"}, "b", 'output: "b" does not match "^a$"'),
        ({"minItems": 1}, [], "output: it has 0 items, fewer than 1"),
        ({"maxItems": 1}, [1, 2], "output: it has 2 items, more than 1"),
        ({"minProperties": 1}, {}, "output: it has 0 keys, fewer than 1"),
        ({"maxProperties": 0}, {"a": 1}, "output: it has 1 keys, more than 0"),
        ({"uniqueItems": True}, [1, 1], "output: it holds the same item twice"),
        ({"not": {"type": "null"}}, None, "output: null is just what it must not be"),
        ({"dependentRequired": {"a": ["b"], "c": ["d"]}}, {"a": 1}, 'output: "b" is missing'),
        ({"oneOf": [{"minimum": 1}, {"minimum": 2}]}, 3, "output: 3 fits more than one of the allowed forms"),
        ({"anyOf": [{"type": "null"}, {"type": "array"}]}, 3, "output: 3 fits none of the allowed forms"),
        ({"properties": {"a": False}}, {"a": 1}, "output: 1 is not allowed here"),
        ({"items": {"properties": {"n": {"type": "null"}}}}, [{}, {"n": 1}], "[1].n: 1 is not of type null"),
        (
            {"additionalProperties": False, "patternProperties": {"^x": {}}},
            {"xa": 1, "y": 2},
            'output: "y" is not expected',
        ),
        (
            {"contains": {"type": "null"}},
            [1],
            "output: [1] does not contain items matching the given schema",
        ),
    ],
)
def test_each_rule_in_plain_words(schema: dict[str, Any], value: Json, line: str) -> None:
    assert invalid(schema, value) == line


def test_one_line_that_is_safe_and_short() -> None:
    names = {"additionalProperties": {"type": "null"}}
    assert invalid(names, {"a\nb\x1b[2J": 1}) == '["a\\nb\\u001b[2J"]: 1 is not of type null'
    assert invalid({"type": "null"}, "\x1b[31m\ud800\n") == (
        'output: "\\u001b[31m\\ud800\\n" is not of type null'
    )
    values: list[Json] = ["x" * 60_000, ["x" * 60_000], {"x" * 60_000: 1}]
    for value in values:
        line = invalid({"type": "null"}, value)
        assert len(line) < LINE
    wide = invalid({"enum": [f"{number:050}" for number in range(99)]}, "x")
    assert (len(wide), wide[-1]) == (LINE, "…")


def test_references_inside_are_followed_and_none_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def no_network(*given: object, **_named: object) -> None:
        asked.append(given)
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    monkeypatch.setattr(socket.socket, "connect", no_network)
    inside = {"$ref": "#/$defs/n", "$defs": {"n": {"type": "null"}}}
    assert invalid(inside, 1) == "output: 1 is not of type null"
    for there in ("http://127.0.0.1:9/x", "https://example.invalid/x", "file:///etc/hostname"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            line = invalid({"$ref": there}, 1)
        assert line == f'output: its schema refers to "{there}", which is nowhere'
    assert asked == []


@pytest.mark.parametrize(
    ("schema", "value", "line"),
    [
        ({"$ref": "#"}, 1, "output: it is nested too deeply to be checked"),
        ({"multipleOf": 0.1}, 10**400, "output: it holds a number that cannot be checked"),
        ({"multipleOf": 1.5}, float("nan"), "output: it holds a number that cannot be checked"),
    ],
)
def test_what_cannot_be_checked_is_invalid(schema: dict[str, Any], value: Json, line: str) -> None:
    assert invalid(schema, value) == line


def test_a_tree_without_a_bottom() -> None:
    deep: Json = None
    for _ in range(20_000):
        deep = [deep]
    assert invalid({"items": {"$ref": "#"}}, deep) == "output: it is nested too deeply to be checked"


def test_paths_and_values_for_people() -> None:
    assert place(["items", 2, "name"]) == "items[2].name"
    assert place([0, "a b", "c"]) == '[0]["a b"].c'
    assert shown({"a": [1, None, "ü"]}) == '{"a": [1, null, "ü"]}'
