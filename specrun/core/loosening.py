"""Loosens a JSON Schema to the few words that every CLI and its service understand.

What a schema refuses after that, it has refused before: a CLI may hold a model to it, and specrun looks at
the whole of it later.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

SHARED = ("$defs", "definitions")
"""Where a schema keeps parts that `$ref` names."""
LEVELS = 5
"""How deep a strict schema may go; services know some more."""

_REFERENCE = re.compile(r"#/(\$defs|definitions)/([A-Za-z0-9_.-]+)")
_WORDS = frozenset({"type", "enum", "const", "required", "title", "description"})
_LIMITS = frozenset(
    {
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength"),
        *("minItems", "maxItems", "minProperties", "maxProperties"),
    }
)
_ALONE = frozenset({"anyOf", "title", "description"})

Schema = dict[str, Any]


def loosened(schema: Mapping[str, Any], *, limits: bool = True) -> Schema:
    """Answer a schema that takes everything that this one takes; without `limits` no amounts are in it."""
    words = _WORDS | _LIMITS if limits else _WORDS
    shared = {
        name: {key: _part(inner, schema, words) for key, inner in schema[name].items()}
        for name in SHARED
        if name in schema
    }
    return {**_part(schema, schema, words), **shared}


def strict(schema: Mapping[str, Any]) -> bool:
    """Whether a loosened schema without limits leaves nothing open.

    Each part has a type then, and each object requires all of its properties and allows no others.
    """
    shared = [part for name in SHARED for part in schema.get(name, {}).values()]
    top = {word: value for word, value in schema.items() if word not in SHARED}
    return all(_strict(part, LEVELS) for part in (top, *shared))


def _part(schema: Any, top: Mapping[str, Any], words: frozenset[str]) -> Schema:  # noqa: ANN401 - any JSON value
    if not isinstance(schema, Mapping):
        return {}
    if _known(schema.get("$ref"), top):
        # Some services want it to stand alone.
        return {"$ref": schema["$ref"]}
    return {word: schema[word] for word in schema if word in words} | _inner(schema, top, words)


def _inner(schema: Mapping[str, Any], top: Mapping[str, Any], words: frozenset[str]) -> Schema:
    """Answer the words that hold schemas themselves; only those that grow looser when these do."""
    found: Schema = {}
    if "properties" in schema:
        found["properties"] = {name: _part(inner, top, words) for name, inner in schema["properties"].items()}
    for word, other in (("items", "prefixItems"), ("additionalProperties", "patternProperties")):
        # Without the other word it would be about more than it was.
        if other not in schema and isinstance(schema.get(word), Mapping):
            found[word] = _part(schema[word], top, words)
        elif other not in schema and schema.get(word) is False:
            found[word] = False
    for word, looser in (("oneOf", "anyOf"), ("anyOf", "anyOf"), ("allOf", "allOf")):
        if word in schema:
            found[looser] = [_part(inner, top, words) for inner in schema[word]]
    return found


def _known(reference: object, top: Mapping[str, Any]) -> bool:
    found = _REFERENCE.fullmatch(reference) if isinstance(reference, str) else None
    return found is not None and found[2] in top.get(found[1], {})


def _strict(schema: Any, levels: int) -> bool:  # noqa: ANN401 - any JSON value
    if levels == 0 or not isinstance(schema, Mapping):
        return False
    if "$ref" in schema:
        return True
    if "anyOf" in schema:
        return schema.keys() <= _ALONE and all(_strict(part, levels - 1) for part in schema["anyOf"])
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    parts = [schema.get("items")] if "array" in kinds else []
    if "object" in kinds:
        names = schema.get("properties", {})
        if schema.get("additionalProperties") is not False or {*schema.get("required", ())} != {*names}:
            return False
        parts += names.values()
    return bool(kinds) and "allOf" not in schema and all(_strict(part, levels - 1) for part in parts)
