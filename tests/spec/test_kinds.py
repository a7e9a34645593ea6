"""Tests how JSON Schemas are said in words."""

from __future__ import annotations

import pytest

from specrun.core.task import Json
from specrun.spec import fields, units
from specrun.spec.kinds import words


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ({"type": "string"}, "text"),
        ({"type": "string", "pattern": fields.ID}, "id"),
        ({"type": "string", "pattern": units.MONEY}, "amount in USD"),
        ({"type": "string", "pattern": "^odd$"}, "text"),
        ({"type": "boolean"}, "true or false"),
        ({"const": True}, "true"),
        ({"const": 1, "type": "integer"}, "1"),
        ({"enum": ["a", "b", "c"]}, "a, b or c"),
        ({"enum": ["a"]}, "a"),
        ({"type": "integer"}, "whole number"),
        ({"type": "integer", "minimum": 1}, "whole number from 1"),
        ({"type": "number", "minimum": 0, "maximum": 1}, "number from 0 to 1"),
        ({"type": "array", "items": {"type": "string"}}, "list of text"),
        ({"type": "array"}, "list of anything"),
        ({"type": "object"}, "mapping"),
        ({"type": "object", "additionalProperties": {"type": "string"}}, "mapping from text to text"),
        ({"$ref": "#/$defs/ModelRuleDoc"}, "model rule"),
        (
            {"type": "object", "patternProperties": {"^x-": {}, fields.ID: {"$ref": "#/$defs/TaskDoc"}}},
            "mapping from id to task",
        ),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "text"),
        ({"anyOf": [{"type": "integer"}, {"type": "number"}, {"type": "string"}]}, "number or text"),
        ({"oneOf": [{"type": "string"}, {"$ref": "#/$defs/CheckDoc"}]}, "text or check"),
        ({"type": ["null", "boolean", "odd"]}, "true or false or odd"),
        ({}, "anything"),
        (True, "anything"),
    ],
)
def test_words(schema: Json, told: str) -> None:
    assert words(schema) == told
