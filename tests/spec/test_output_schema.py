"""A schema that could never do its work is told before anybody works for it."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from specrun.spec.output_schema import KNOWN, LIMIT, flaws
from specrun.spec.outputs import invalid


def said(schema: dict[str, Any]) -> list[str]:
    return [f"{'/'.join(map(str, path))} {wording[1]}" for path, wording in flaws(schema)]


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"type": ["object", "null"], "x-note": 1, "$comment": "c", "title": "t"},
        {"$schema": "https://json-schema.org/draft/2020-12/schema"},
        {"properties": {"type": {"type": "string"}, "$ref": {}, "$id": True, "enum": False}},
        {"enum": [{"$ref": "http://example.invalid"}, {"typ": 1}], "default": {"propertis": 1}},
        {"$defs": {"a/b": {"$anchor": "here"}}, "allOf": [{"$ref": "#/$defs/a~1b"}, {"$ref": "#here"}]},
        {"$defs": {"a b": {}}, "items": {"$ref": "#/$defs/a%20b"}},
        {"properties": {"kids": {"items": {"$ref": "#"}}}},
        {"if": {"type": "null"}, "then": {"const": None}, "else": {"prefixItems": [True, {}]}},
        {"dependentSchemas": {"a": {"required": ["b"]}}, "dependentRequired": {"a": ["b"]}},
    ],
)
def test_nothing_is_wrong(schema: dict[str, Any]) -> None:
    assert flaws(schema) == []
    invalid(schema, {})


@pytest.mark.parametrize(
    ("schema", "complaint"),
    [
        ({"type": "intger"}, 'type outputs.type: unknown type "intger"'),
        ({"type": ["null", "int"]}, 'type/1 outputs.type[1]: unknown type "int"'),
        ({"properties": {"type": "string"}}, "properties/type outputs.properties.type: "),
        ({"propertyNames": {"minLenght": 1}}, "propertyNames/minLenght outputs.propertyNames.minLenght: "),
        ({"required": ["a", "a"]}, "required outputs.required: it holds the same item twice"),
        ({"minLength": -1}, "minLength outputs.minLength: -1 is less than 0"),
        ({"pattern": "("}, 'pattern outputs.pattern: "(" is no regular expression'),
        ({"items": [{}]}, "items outputs.items: "),
        ({"$defs": {"a b": 3}}, '$defs/a b outputs.$defs["a b"]: 3 is not of type object or boolean'),
        ({"$id": "http://example.invalid/x"}, '$id outputs.$id: unknown keyword "$id"'),
        ({"$schema": "http://json-schema.org/draft-07/schema#"}, "$schema outputs.$schema: "),
        ({"$ref": "x.json"}, '$ref outputs.$ref: "x.json" lies outside of the schema'),
        ({"$dynamicRef": "file:///x"}, "$dynamicRef outputs.$dynamicRef: "),
        ({"$ref": "#/title", "title": "x"}, '$ref outputs.$ref: "#/title" leads to no schema'),
        ({"$ref": "#/properties", "properties": {}}, "$ref outputs.$ref: "),
        ({"items": {"anyOf": [{"$ref": "#/items"}]}}, "items outputs.items: it refers to itself without end"),
        ({"$anchor": "a", "not": {"$ref": "#a"}}, " outputs: it refers to itself without end"),
    ],
)
def test_each_flaw_is_told_once_with_its_path(schema: dict[str, Any], complaint: str) -> None:
    (found,) = said(schema)
    assert found.startswith(complaint)


def test_all_flaws_are_told_at_once() -> None:
    schema = {"type": "nul", "properties": {"a": {"type": "txt"}, "b": {"pattrn": "x"}}}
    assert len(flaws(schema)) == 3


def test_a_schema_has_a_limit() -> None:
    assert flaws({"description": "x" * (LIMIT - 20)}) == []
    (flaw,) = flaws({"description": "x" * LIMIT, "type": "intger"})
    assert flaw[1][1] == "outputs is 65,573 bytes as JSON, more than 65,536"


def test_every_keyword_that_a_validator_obeys_is_known() -> None:
    assert set(jsonschema.Draft202012Validator.VALIDATORS) <= KNOWN
