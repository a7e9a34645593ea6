"""Says in words what a value may be, from its JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from specrun.core.task import Json
from specrun.spec import fields, schema_proof, units
from specrun.spec.impacts import kind_named

_PATTERNS = {
    fields.ID: "id",
    fields.ENV_NAME: "name of a variable",
    fields.MODEL: "name of a model",
    fields.RULE: "rule",
    fields.WORD: "word",
    fields.VERDICT: "verdict",
    fields.SCRIPT: "text",
    fields.PATH: "path into an event",
    fields.FILE: "path of a file",
    fields.REPO_PATH: "path in the repo",
    schema_proof.GLOBS: "glob",
    schema_proof.NO_EXCEPTION + schema_proof.GLOBS: "glob",
    units.DURATION: "duration",
    units.MONEY: "amount in USD",
    units.SIZE: "size",
    f"^{fields.NONE}$|{units.DURATION}": "duration or none",
}
"""What texts of these patterns are called."""
_TYPES = {"boolean": "true or false", "string": "text", "null": "nothing", "object": "mapping"}
_NUMBERS = {"integer": "whole number", "number": "number"}


def words(schema: Json) -> str:
    """Say what a value may be: `whole number from 0 to 100`, `list of id`, `mapping from id to task`."""
    if not isinstance(schema, dict):
        return "anything"
    if "$ref" in schema:
        return kind_named(str(schema["$ref"]).rpartition("/")[2]).replace("_", " ")
    either = schema.get("anyOf") or schema.get("oneOf")
    if either and "properties" not in schema:
        return _either(cast("list[Json]", either))
    if "enum" in schema:
        return _or([*map(str, cast("list[Json]", schema["enum"]))])
    if "const" in schema:
        return "true" if schema["const"] is True else str(schema["const"])
    return _typed(schema)


def _either(forms: list[Json]) -> str:
    """Join what is possible; that a value may be left out is no form of it."""
    told = dict.fromkeys(words(one) for one in forms if one != {"type": "null"})
    if "number" in told:
        told.pop("whole number", None)
    return " or ".join(told)


def _or(names: list[str]) -> str:
    return " or ".join(one for one in (", ".join(names[:-1]), names[-1]) if one)


def _typed(schema: Mapping[str, Json]) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        return " or ".join(_TYPES.get(str(one), str(one)) for one in kind if one != "null")
    if kind == "array":
        return f"list of {words(schema.get('items'))}"
    if kind == "object":
        return _mapping(schema)
    if kind in _NUMBERS:
        return _number(str(kind), schema)
    if "pattern" in schema:
        return _PATTERNS.get(str(schema["pattern"]), "text")
    return _TYPES.get(str(kind), "anything")


def _number(kind: str, schema: Mapping[str, Json]) -> str:
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is None:
        return _NUMBERS[kind]
    if most is None:
        return f"{_NUMBERS[kind]} from {least}"
    return f"{_NUMBERS[kind]} from {least} to {most}"


def _mapping(schema: Mapping[str, Json]) -> str:
    patterns = cast("dict[str, Json]", schema.get("patternProperties") or {})
    chosen = [(name, below) for name, below in patterns.items() if name != "^x-"]
    if chosen:
        name, below = chosen[0]
        return f"mapping from {_PATTERNS.get(name, 'text')} to {words(below)}"
    more = schema.get("additionalProperties")
    if isinstance(more, dict):
        names = cast("dict[str, Json]", schema.get("propertyNames") or {"type": "string"})
        return f"mapping from {words({'type': 'string', **names})} to {words(more)}"
    return "mapping"
