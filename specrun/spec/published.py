"""Prints the models of the vocabulary as JSON Schema for editors."""

from __future__ import annotations

import json
from typing import Any

from specrun.core.task import Json
from specrun.spec.fields import ID
from specrun.spec.impacts import kind_named
from specrun.spec.schema import FileDoc, SpecDoc
from specrun.spec.schema_settings import SettingsDoc

_SAID = frozenset({"const", "default", "enum", "examples"})
"""Words of JSON Schema that hold values, not schemas."""
SCHEMAS: dict[str, tuple[type[FileDoc], str, str]] = {
    "spec": (SpecDoc, "specrun spec", "A committed specrun spec."),
    "settings": (SettingsDoc, "specrun settings", "Repo-wide defaults of specrun."),
}


def json_schema(name: str) -> dict[str, Json]:
    """Answer the JSON Schema called `spec` or `settings`. Raises KeyError."""
    model, title, description = SCHEMAS[name]
    made = model.model_json_schema(by_alias=True)
    task = made["$defs"].get("TaskDoc")
    if task:
        task["properties"]["depends_on"] = _either_form(task["properties"]["depends_on"])
    _close(made)
    _name(made)
    for kind, schema in made["$defs"].items():
        schema["title"] = kind_named(kind)
    return {
        **made,
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "description": description,
    }


def _close(schema: Any) -> None:  # noqa: ANN401 - any JSON value
    """Refuse keys that fit no pattern: the models do, and pydantic does not say so."""
    if isinstance(schema, dict):
        if "patternProperties" in schema:
            schema.setdefault("additionalProperties", False)
            schema.pop("propertyNames", None)  # what is left of the pattern: words for another place
        for below in schema.values():
            _close(below)
    elif isinstance(schema, list):
        for below in schema:
            _close(below)


def _name(schema: Any) -> None:  # noqa: ANN401 - any JSON value
    """Call keys in editors what they are called in files, and say no default where nothing is one."""
    if isinstance(schema, list):
        for below in schema:
            _name(below)
    if not isinstance(schema, dict):
        return
    for key, below in schema.get("properties", {}).items():
        below["title"] = key
        if below.get("default", ...) is None:
            del below["default"]
    for word, below in schema.items():
        if word not in _SAID:
            _name(below)


def _either_form(written: dict[str, Json]) -> dict[str, Json]:
    """Allow the list form of `depends_on` beside the mapping that the models see."""
    names = {"description", "default", "examples", "title"}
    words = {key: value for key, value in written.items() if key in names}
    mapping: Json = {key: value for key, value in written.items() if key not in names}
    items: Json = {"type": "string", "pattern": ID}
    return {**words, "anyOf": [{"type": "array", "items": items, "uniqueItems": True}, mapping]}


def schema_text(name: str) -> str:
    """Answer a JSON Schema as the text of the committed file. Raises KeyError."""
    return json.dumps(json_schema(name), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
