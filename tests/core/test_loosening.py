"""A loosened schema takes all that it took before, in few words, and some leave nothing open."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.core.loosening import loosened, strict

NAMES = st.sampled_from("ab")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=2),
    max_leaves=5,
)
KINDS = st.sampled_from(("null", "boolean", "integer", "string", "array", "object"))


def schemas(*, reach: bool) -> st.SearchStrategy[Any]:
    """Answer schemas of all kinds of words; with `reach` they refer to parts that are shared."""
    words: dict[str, st.SearchStrategy[Any]] = {
        "type": KINDS | st.lists(KINDS, min_size=1, max_size=2, unique=True),
        "enum": st.lists(VALUES, min_size=1, max_size=3),
        "const": VALUES,
        "required": st.lists(NAMES, max_size=2, unique=True),
        "minimum": st.integers(-1, 1),
        "exclusiveMaximum": st.integers(-1, 1),
        "maxLength": st.integers(0, 2),
        "minItems": st.integers(0, 2),
        "maxProperties": st.integers(0, 2),
        "uniqueItems": st.booleans(),
        "pattern": st.just("^a"),
        "format": st.just("date"),
        "dependentRequired": st.just({"a": ["b"]}),
        "x-note": st.just("free"),
    }

    def grown(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        named = st.dictionaries(NAMES, inner, max_size=2)
        some = st.lists(inner, min_size=1, max_size=2)
        deeper = {
            **dict.fromkeys(("properties", "dependentSchemas"), named),
            **dict.fromkeys(("anyOf", "oneOf", "allOf", "prefixItems"), some),
            **dict.fromkeys(("items", "additionalProperties", "not", "if", "then", "else"), inner),
            **dict.fromkeys(("contains", "propertyNames", "unevaluatedProperties"), inner),
            "patternProperties": st.fixed_dictionaries({"^a": inner}),
        }
        return st.fixed_dictionaries({}, optional={**words, **deeper})

    leaf = st.booleans() | st.fixed_dictionaries({}, optional=words)
    if reach:
        leaf |= st.sampled_from(("#/$defs/a", "#/$defs/b")).map(lambda ref: {"$ref": ref})
    return st.recursive(leaf, grown, max_leaves=6)


WHOLE = st.builds(
    lambda schema, shared: {**(schema if isinstance(schema, dict) else {}), "$defs": shared},
    schemas(reach=True),
    st.fixed_dictionaries({"a": schemas(reach=False), "b": schemas(reach=False)}),
)


@given(WHOLE, VALUES)
def test_what_it_took_it_takes(schema: dict[str, Any], value: Any) -> None:
    if not jsonschema.Draft202012Validator(schema).is_valid(value):
        return
    for limits in (True, False):
        looser = loosened(schema, limits=limits)
        # Some CLIs read schemas as an older draft.
        for draft in (jsonschema.Draft202012Validator, jsonschema.Draft7Validator):
            draft.check_schema(looser)
            assert draft(looser).is_valid(value)


@pytest.mark.parametrize(
    ("schema", "looser"),
    [
        ({}, {}),
        ({"type": "string", "pattern": "^a", "maxLength": 2}, {"type": "string", "maxLength": 2}),
        ({"oneOf": [{"type": "null"}, {"not": {}}]}, {"anyOf": [{"type": "null"}, {}]}),
        ({"oneOf": [True], "anyOf": [{"const": 1}]}, {"anyOf": [{"const": 1}]}),
        ({"items": False, "prefixItems": [{}]}, {}),
        ({"items": {"type": "null"}, "prefixItems": [{}]}, {}),
        ({"items": False}, {"items": False}),
        ({"additionalProperties": False, "patternProperties": {"a": {}}}, {}),
        ({"additionalProperties": {"type": "null"}, "patternProperties": {"a": {}}}, {}),
        ({"additionalProperties": {"type": "null", "x-a": 1}}, {"additionalProperties": {"type": "null"}}),
        ({"properties": {"const": {"$ref": "#"}, "a": False}}, {"properties": {"const": {}, "a": {}}}),
        (
            {"$ref": "#/$defs/a", "type": "null", "$defs": {"a": {"format": "date"}}},
            {"$ref": "#/$defs/a", "$defs": {"a": {}}},
        ),
        ({"$ref": "#/$defs/b/items", "type": "null"}, {"type": "null"}),
        ({"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "T"}, {"title": "T"}),
    ],
)
def test_few_words_are_left(schema: dict[str, Any], looser: dict[str, Any]) -> None:
    assert loosened(schema) == looser


def test_amounts_are_left_out_where_they_are_not_wanted() -> None:
    assert loosened({"type": "integer", "minimum": 1}, limits=False) == {"type": "integer"}


def closed(**properties: Any) -> dict[str, Any]:
    known: dict[str, Any] = {"type": "object", "properties": properties, "required": [*properties]}
    return {**known, "additionalProperties": False}


TEXT = {"type": "string"}
DEEP = closed(a=closed(a=closed(a=closed(a=TEXT))))


@pytest.mark.parametrize(
    "schema",
    [
        TEXT,
        {"type": ["string", "null"], "enum": ["a", None]},
        {"type": "array", "items": closed(n={"type": "integer"})},
        closed(a={"anyOf": [TEXT, {"type": "null"}], "title": "A"}),
        {**closed(a={"$ref": "#/$defs/x"}), "$defs": {"x": closed(b=TEXT)}},
        DEEP,
    ],
)
def test_nothing_is_open_here(schema: dict[str, Any]) -> None:
    assert strict(schema)
    assert loosened(schema) == schema


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"enum": ["a"]},
        {"type": "object"},
        {**closed(a=TEXT), "required": []},
        {**closed(a=TEXT), "additionalProperties": True},
        {**closed(a=TEXT), "required": ["a", "b"]},
        {"type": "array"},
        {"type": "array", "items": {}},
        {"type": "array", "items": False},
        {"type": ["array", "null"], "items": {"type": "object"}},
        {"anyOf": [TEXT, {}]},
        {"anyOf": [TEXT], "type": "string"},
        {"type": "string", "allOf": [TEXT]},
        {**TEXT, "$defs": {"x": {}}},
        {**TEXT, "definitions": {"x": {}}},
        closed(a=DEEP),
    ],
)
def test_something_is_open_here(schema: dict[str, Any]) -> None:
    assert not strict(schema)
