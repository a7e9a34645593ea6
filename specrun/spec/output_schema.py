"""Finds what is wrong with the JSON Schema of an output: words, references, size."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote

from specrun.core.cycles import cycles
from specrun.spec.complaint import Wording
from specrun.spec.outputs import place, said
from specrun.spec.text import quoted
from specrun.spec.vocabulary import meant

if TYPE_CHECKING:
    from jsonschema import ValidationError

LIMIT = 64 * 1024
"""Bytes of the largest schema, as JSON."""
DIALECT = "https://json-schema.org/draft/2020-12/schema"
TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")
WRITTEN = {
    "array": "write a list",
    "integer": "write a whole number",
    "number": "write a number",
    "object": "write a mapping",
}
"""What to do where a value of another type is wanted."""

SAME = ("allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas")
"""Keywords whose schemas are about the same value."""
BELOW = (
    *("$defs", "definitions", "properties", "patternProperties", "additionalProperties", "propertyNames"),
    *("items", "prefixItems", "contains", "contentSchema", "unevaluatedItems", "unevaluatedProperties"),
)
"""Keywords whose schemas are about something else."""
NAMED = frozenset(("$defs", "definitions", "properties", "patternProperties", "dependentSchemas"))
"""Keywords that hold schemas by name."""
REFERENCES = ("$ref", "$dynamicRef")
ANCHORS = ("$anchor", "$dynamicAnchor")
KNOWN = frozenset(
    (
        *(*SAME, *BELOW, *REFERENCES, *ANCHORS, "$schema", "$comment", "title", "description", "default"),
        *("examples", "deprecated", "readOnly", "writeOnly", "format", "contentEncoding", "contentMediaType"),
        *("type", "enum", "const", "required", "dependentRequired", "pattern", "minLength", "maxLength"),
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "uniqueItems"),
        *("minItems", "maxItems", "minContains", "maxContains", "minProperties", "maxProperties"),
    )
)
INSTEAD = {
    "$id": "remove it: the schema stands alone",
    "dependencies": "write dependentRequired or dependentSchemas",
    "example": "write `examples` and a list",
    "nullable": 'write the type as a list, such as [string, "null"]',
}

Path = tuple[str | int, ...]
Flaw = tuple[Path, Wording]


def flaws(schema: Mapping[str, Any]) -> list[Flaw]:
    """Answer what is wrong with a schema, each with the path to it."""
    size = len(json.dumps(schema, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    if size > LIMIT:
        what = f"outputs is {size:,} bytes as JSON, more than {LIMIT:,}"
        return [((), ("E218", what, "", "make it less exact"))]
    parts = [*_parts(schema, (), None)]
    found = [*_misshapen(schema), *(flaw for part in parts for flaw in _words(part))]
    return found or [*_references(parts)]


def _flaw(path: Path, what: str, fix: str) -> Flaw:
    return path, ("E218", f"{'.'.join(filter(None, ('outputs', place(path))))}: {what}", "", fix)


class _Part(NamedTuple):
    """One schema in another: its path, and that of the schema around it that is about the same value."""

    path: Path
    schema: Mapping[str, Any]
    above: Path | None


def _parts(schema: Any, path: Path, above: Path | None) -> Iterator[_Part]:  # noqa: ANN401 - any JSON value
    """Answer a schema and all schemas in it; what is only true or false says nothing."""
    if not isinstance(schema, Mapping):
        return
    yield _Part(path, schema, above)
    for word in (*SAME, *BELOW):
        below, around = schema.get(word), path if word in SAME else None
        if word in NAMED and isinstance(below, Mapping):
            for name, each in below.items():
                yield from _parts(each, (*path, word, name), around)
        elif isinstance(below, list):
            for number, each in enumerate(below):
                yield from _parts(each, (*path, word, number), around)
        elif word not in NAMED:
            yield from _parts(below, (*path, word), around)


def _misshapen(schema: Mapping[str, Any]) -> Iterator[Flaw]:
    """Answer what the schema of schemas says."""
    from jsonschema import Draft202012Validator as Draft
    from jsonschema.exceptions import best_match

    told: set[Path] = set()
    for error in Draft(Draft.META_SCHEMA, format_checker=Draft.FORMAT_CHECKER).iter_errors(schema):
        deepest = best_match([error])
        path = tuple(deepest.absolute_path)
        if path in told:
            continue
        told.add(path)
        yield _flaw(path, *_shape(path, deepest))


def _shape(path: Path, error: ValidationError) -> tuple[str, str]:
    """Answer what is wrong and what to do."""
    value = error.instance
    if error.validator in {"anyOf", "enum"} and "type" in path[-2:]:
        return f"unknown type {quoted(value)}", meant(str(value), TYPES)
    if error.validator == "format":
        return f"{quoted(value)} is no regular expression", "mend it"
    if value in TYPES and error.validator_value == ["object", "boolean"]:
        return said(error), f"write {{type: {value}}}"
    wanted = error.validator_value if error.validator == "type" else ""
    return said(error), WRITTEN.get(str(wanted), "mend it")


def _words(part: _Part) -> Iterator[Flaw]:
    """Answer words that mean nothing here; a validator would pass over them in silence."""
    path = part.path
    for word, value in part.schema.items():
        if word not in KNOWN and not word.startswith("x-"):
            fix = INSTEAD.get(word) or meant(word, KNOWN)
            yield _flaw((*path, word), f"unknown keyword {quoted(word)}", fix)
        elif word in REFERENCES and isinstance(value, str) and not value.startswith("#"):
            what = f"{quoted(value)} lies outside of the schema"
            yield _flaw((*path, word), what, "copy it to `$defs` and write #/$defs/NAME")
        elif word == "$schema" and isinstance(value, str) and value.removesuffix("#") != DIALECT:
            yield _flaw((*path, word), f"{quoted(value)} is not understood", "remove it: it is draft 2020-12")


def _references(parts: Sequence[_Part]) -> Iterator[Flaw]:
    """Answer references that lead to no schema, or in a circle."""
    places = {_pointer(part.path): part.path for part in parts}
    names = {
        part.schema[word]: _pointer(part.path) for part in parts for word in ANCHORS if word in part.schema
    }
    graph: dict[str, list[str]] = {pointer: [] for pointer in places}
    for part in parts:
        if part.above is not None:
            graph[_pointer(part.above)].append(_pointer(part.path))
        for word in REFERENCES:
            written = unquote(part.schema.get(word, "")[1:])
            target = names.get(written, written)
            if word in part.schema and target in places:
                graph[_pointer(part.path)].append(target)
            elif word in part.schema:
                what = f"{quoted(part.schema[word])} leads to no schema"
                yield _flaw((*part.path, word), what, "write #/$defs/NAME, or add it to `$defs`")
    for circle in cycles(graph):
        yield _flaw(places[circle[0]], "it refers to itself without end", "remove a reference")


def _pointer(path: Path) -> str:
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)
