"""Judges the outputs of tasks by their JSON Schemas, in plain words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from specrun.core.task import Json
from specrun.spec.text import SHOWN, plain, quoted

if TYPE_CHECKING:
    from jsonschema import ValidationError

LINE = 300
"""Characters of the longest answer."""

_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$-]{0,79}\Z")


def invalid(schema: Mapping[str, Any], value: Json) -> str:
    """Answer "" where a value satisfies a schema that has no flaws, else one line: where, and why not."""
    # Imported late: few tasks have such a schema, and the library is slow to load.
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    try:
        # With an empty registry nothing is ever looked for elsewhere.
        error = best_match(Draft202012Validator(dict(schema), registry=Registry()).iter_errors(value))
    except RecursionError:
        return "output: it is nested too deeply to be checked"
    except (ArithmeticError, ValueError):
        return "output: it holds a number that cannot be checked"
    except Unresolvable as nowhere:
        return _cut(f"output: its schema refers to {quoted(nowhere.ref)}, which is nowhere")
    return "" if error is None else _cut(f"{place(error.absolute_path) or 'output'}: {said(error)}")


def place(path: Sequence[str | int]) -> str:
    """Answer a path for people, e.g. `items[2].name`; "" for the whole."""
    steps = (
        f"[{step}]" if isinstance(step, int) else f".{step}" if _NAME.match(step) else f"[{quoted(step)}]"
        for step in path
    )
    return "".join(steps).removeprefix(".")


def shown(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """Answer a value as JSON on one line, the start of a long one."""
    if isinstance(value, str):
        return quoted(value)
    text = plain(json.dumps(value, ensure_ascii=False))
    return f"{text[:SHOWN]}…" if len(text) > SHOWN else text


def said(error: ValidationError) -> str:
    """Answer in our words what a validator says."""
    rule, found = str(error.validator), cast("Any", error.instance)
    if rule == "additionalProperties" and isinstance(error.schema, Mapping):
        return _unexpected(found, error.schema)
    if rule in {"anyOf", "oneOf"}:
        return f"{shown(found)} fits {'none' if error.context else 'more than one'} of the allowed forms"
    words = _WORDS.get(rule)
    return words(found, error.validator_value) if words else plain(" ".join(error.message.split()))


def _cut(line: str) -> str:
    return f"{line[: LINE - 1]}…" if len(line) > LINE else line


def _unexpected(found: Mapping[str, object], schema: Mapping[str, Any]) -> str:
    patterns, known = schema.get("patternProperties", {}), schema.get("properties", {})
    names = (name for name in found if not any(re.search(pattern, name) for pattern in patterns))
    return _all_of([name for name in names if name not in known], "not expected")


def _missing(found: Mapping[str, object], names: Sequence[str]) -> str:
    return _all_of([name for name in names if name not in found], "missing")


def _needed(found: Mapping[str, object], wanted: Mapping[str, Sequence[str]]) -> str:
    return _missing(found, [name for key, names in wanted.items() if key in found for name in names])


def _all_of(names: Sequence[str], what: str) -> str:
    return f"{', '.join(map(quoted, names))} {'is' if len(names) == 1 else 'are'} {what}"


def _types(found: object, wanted: str | Sequence[str]) -> str:
    return f"{shown(found)} is not of type {wanted if isinstance(wanted, str) else ' or '.join(wanted)}"


Words = Callable[[Any, Any], str]


def _compared(words: str) -> Words:
    return lambda found, wanted: f"{shown(found)} is {words} {shown(wanted)}"


def _sized(unit: str, words: str) -> Words:
    return lambda found, wanted: f"it has {len(found)} {unit}, {words} {wanted}"


_WORDS: Mapping[str, Words] = {
    "None": lambda found, _wanted: f"{shown(found)} is not allowed here",
    "const": _compared("not"),
    "dependentRequired": _needed,
    "enum": lambda found, wanted: f"{shown(found)} is none of {', '.join(map(shown, wanted))}",
    "exclusiveMaximum": _compared("not less than"),
    "exclusiveMinimum": _compared("not more than"),
    "maxItems": _sized("items", "more than"),
    "maxLength": _sized("characters", "more than"),
    "maxProperties": _sized("keys", "more than"),
    "maximum": _compared("more than"),
    "minItems": _sized("items", "fewer than"),
    "minLength": _sized("characters", "fewer than"),
    "minProperties": _sized("keys", "fewer than"),
    "minimum": _compared("less than"),
    "multipleOf": _compared("no multiple of"),
    "not": lambda found, _wanted: f"{shown(found)} is just what it must not be",
    "pattern": lambda found, wanted: f"{shown(found)} does not match {quoted(wanted)}",
    "required": _missing,
    "type": _types,
    "uniqueItems": lambda _found, _wanted: "it holds the same item twice",
}
"""What to say of a value, by the keyword that it does not satisfy and what that wants."""
