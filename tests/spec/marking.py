"""Answers where an editor would mark a file that does not fit its JSON Schema."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import jsonschema
from jsonschema.exceptions import ValidationError

from specrun.spec.node import Node, locate
from specrun.spec.parse import parse
from specrun.spec.published import json_schema
from specrun.spec.shape import data, key_place
from specrun.spec.text import MAX_BYTES, read_text

Place = tuple[int, int]


def checker(name: str) -> jsonschema.Draft202012Validator:
    """Answer what checks a file against `spec` or `settings`."""
    return jsonschema.Draft202012Validator(json_schema(name))


def read(written: bytes, file: str = "demo.yaml") -> Node | None:
    """Answer the parsed file, None for what is no YAML that specrun reads."""
    text, _ = read_text(file, written, MAX_BYTES)
    return parse(text)[0]


def values(node: Node) -> Any:
    """Answer what a file says as plain values."""
    return data(node, lambda *_: None)


def marks(node: Node, checks: jsonschema.Draft202012Validator) -> set[Place]:
    """Answer the places (line and column from 1) of all that does not fit, in every form that is possible."""
    return {place for error in checks.iter_errors(values(node)) for place in _places(node, error)}


def _places(node: Node, error: ValidationError) -> Iterator[Place]:
    path = tuple(error.absolute_path)
    here = locate(node, path)
    yield here.line, here.column
    yield key_place(node, path)
    if error.validator == "additionalProperties":
        owner: Any = error.schema
        known = {*owner.get("properties", {})}
        patterns = [*owner.get("patternProperties", {})]
        for key in here.entries():
            if key not in known and not any(re.search(pattern, key) for pattern in patterns):
                yield key_place(node, (*path, key))
    for below in error.context or ():
        yield from _places(node, below)
