"""What pydantic complains about, in our words: what is wrong, what was expected, what to write."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from specrun.spec.amounts import UNITS, money, unit
from specrun.spec.fields import (
    ENV_NAME,
    FILE,
    ID,
    MAPPING_FORM,
    MODEL,
    PATH,
    RULE,
    SCRIPT,
    TEXT_FORM,
    TRY_PATH,
    VERDICT,
    WORD,
)
from specrun.spec.keys import known_keys
from specrun.spec.node import Node
from specrun.spec.scalar import OddScalar, typed
from specrun.spec.text import quoted
from specrun.spec.vocabulary import INSTEAD, RESERVED, listed, nearest

Wording = tuple[str, str, str, str]
"""Code, what, expected, fix."""

TYPES = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "list_type": "a list",
    "form_type": "text or a mapping",
    "scalar_type": "a single value",
    "when_type": "true, false or an expression",
}
EITHER = {"rerun": "scalar_type", "when": "when_type"}
"""Keys whose values may be of several kinds, and what is said of any other kind."""
KINDS = frozenset({"bool", "float", "int", "str"})
"""What pydantic calls these kinds at the end of a path."""


ONE_OF = {"rules": "the rule", "events": "the event", "checks": "the check", "moved": "the move"}
"""What one item of a list is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """One pydantic error: where (without the last step for a missing field), its kind and its facts."""

    path: tuple[str | int, ...]
    kind: str
    field: str
    about_key: bool = False
    known: tuple[str, ...] = ()
    context: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @classmethod
    def of(cls, error: Mapping[str, Any], model: type[BaseModel]) -> Complaint:
        """Read one item of `ValidationError.errors()` about `model`."""
        steps = tuple(step for step in error["loc"] if step not in {TEXT_FORM, MAPPING_FORM})
        kind = error["type"] if error["loc"][-1:] != (MAPPING_FORM,) else "form_type"
        context = error.get("ctx", {})
        about_key = kind == "extra_forbidden" or steps[-1:] == ("[key]",)
        if steps[-1:] == ("[key]",):
            steps = steps[:-1]
        if len(steps) > 1 and steps[-2] in EITHER and steps[-1] in KINDS and not about_key:
            steps, kind = steps[:-1], EITHER[steps[-2]]
        name = str(steps[-1]) if steps else ""
        path = steps[:-1] if kind == "missing" else steps
        known = known_keys(model, steps[:-1]) if kind == "extra_forbidden" else ()
        return cls(path=path, kind=kind, field=name, about_key=about_key, known=known, context=context)

    @property
    def free(self) -> bool:
        """Whether this is about a key that people may use as they like."""
        return self.kind == "extra_forbidden" and self.field.startswith("x-")

    @property
    def owner(self) -> str:
        """Name the thing that holds the field, e.g. `meter`."""
        names = [step for step in self.path if isinstance(step, str)]
        return ONE_OF.get(names[-1], names[-1]) if names else "the file"


def worded(complaint: Complaint, node: Node) -> Wording:
    """Answer the message for a complaint about `node`."""
    if complaint.kind == "extra_forbidden":
        return unknown_key(complaint.field, complaint.known, later=complaint.path[:-1][:1] != ("agents",))
    if complaint.kind == "missing":
        return _missing(complaint)
    if complaint.kind in {"string_pattern_mismatch", "string_too_short"}:
        return _pattern(complaint, node)
    if complaint.kind == "literal_error":
        return _word(complaint, node)
    if complaint.kind in TYPES:
        return _type(complaint, node)
    return _range(complaint, node)


ELSEWHERE = {
    "project": "at spec level and in specrun.yaml",
    **dict.fromkeys(("agents", "thresholds"), "in specrun.yaml"),
    **dict.fromkeys(("moved", "removed"), "at spec level"),
    **dict.fromkeys(("touches", "outputs", "judge", "reads", "when", "enabled", "freeze"), "on tasks"),
}
"""Where keys belong that are known, and wrong where they stand."""


def unknown_key(name: str, known: tuple[str, ...], *, later: bool = True) -> Wording:
    """Answer the message for a key that the schema does not have; `later` where it may be a word of later."""
    if later and name in RESERVED:
        return "E210", f"`{name}` is not supported yet", "", INSTEAD.get(name, "remove it")
    if later and name in ELSEWHERE:
        return "E200", f"`{name}` stands {ELSEWHERE[name]} only", "", "move it there"
    if later and name == "budget":
        return "E210", "`budget` is not supported here yet", "", "write `budget: {per_task: …}` at spec level"
    near = nearest(name, known)
    fix = f'did you mean "{near}"?' if near else f"remove it, or use one of: {listed(known, 30)}"
    return "E200", f"unknown key {quoted(name)}", "", fix


def _missing(complaint: Complaint) -> Wording:
    name = complaint.field
    fixes = {
        "version": "write `version: 1` as the first line",
        "name": "write `name:` and a short id such as auth",
        "tasks": "write `tasks:` and at least one task below it",
    }
    return "E201", f"{complaint.owner} needs {quoted(name)}", "", fixes.get(name, f"write `{name}:`")


_ID = ("[a-z0-9][a-z0-9_-]{0,62}", "use lower-case letters, digits, - and _")
PATTERNS = {
    ID: ("E204", "id {} is not allowed", *_ID),
    VERDICT: ("E204", "word {} is not allowed", *_ID),
    ENV_NAME: ("E213", "{} is no name of a variable", "letters, digits and _", "rename it"),
    MODEL: ("E204", "model {} is not allowed", "", "write a name without blanks that does not begin with -"),
    RULE: ("E204", "rule {} is not allowed", "", "write one line that does not begin with - or a blank"),
    WORD: ("E204", "word {} is not allowed", "", "remove the blanks around it"),
    PATH: ("E204", "path {} is not allowed", "", TRY_PATH),
    FILE: ("E204", "path {} is not allowed", "", "write a path below the folder, such as a/settings.json"),
}


def _pattern(complaint: Complaint, node: Node) -> Wording:
    pattern = str(complaint.context.get("pattern", ""))
    shown = quoted(complaint.field if complaint.about_key else node.text())
    if pattern in PATTERNS:
        code, what, expected, fix = PATTERNS[pattern]
        return code, what.format(shown), expected, fix
    if pattern == SCRIPT or (complaint.kind == "string_too_short" and complaint.field not in UNITS):
        item = isinstance(complaint.path[-1], int)
        what = f"{'an item of ' if item else ''}{_name(complaint)} is empty"
        return "E201", what, "", f"write a value, or remove {'it' if item else 'the key'}"
    return unit(pattern, complaint.field, shown, node.text() or "")


def _word(complaint: Complaint, node: Node) -> Wording:
    words = re.findall(r"'([^']*)'", str(complaint.context.get("expected", ""))) or ["1"]
    name = _name(complaint)
    text = node.text()
    if complaint.path == ("version",):
        return _version(text or "")
    if text is None:
        return "E202", f"{name} must be one word, found a {node.kind}", listed(words), f"write {words[0]}"
    near = nearest(text, words)
    fix = f'did you mean "{near}"?' if near else f"write one of: {', '.join(words)}"
    return "E211", f"{name} cannot be {quoted(text)}", "" if near == "" else ", ".join(words), fix


def _version(text: str) -> Wording:
    newer = text.isdecimal() and int(text[:9]) > 1
    said = (
        f"version {text[:9]} is newer than this program (max 1)"
        if newer
        else f"version must be 1, found {quoted(text)}"
    )
    return "E206", said, "", "update specrun" if newer else "write `version: 1`"


def _type(complaint: Complaint, node: Node) -> Wording:
    name = _name(complaint)
    wanted = TYPES[complaint.kind]
    fix = _type_fix(complaint, node, wanted)
    if complaint.kind == "string_type" and (complaint.field in {"limit", "per_task"}):
        return money(complaint.field, quoted(node.text()), node.text() or "")
    if complaint.kind == "string_type" and complaint.field in UNITS and node.text():
        return unit(UNITS[complaint.field], complaint.field, quoted(node.text()), node.text() or "")
    each = "each of " if complaint.path and isinstance(complaint.path[-1], int) else ""
    return "E202", f"{each}{name} must be {wanted}, found {found(node)}", "", fix


SHORT = {
    "retry": "limit: {}",
    "models": "default: {}",
    "permissions": "mode: {}",
    "judge": "pass: [{}]",
    "rewind": "to: {}",
}
"""What people mean who write a single value."""


def _type_fix(complaint: Complaint, node: Node, wanted: str) -> str:
    text = node.text()
    if complaint.path == ("tasks",) and found(node) == "nothing":
        return "write tasks below it, or {} for none"
    if complaint.field == "moved":
        return "write a list such as [{from: old, to: new}]"
    if wanted == "text" and text:
        return f"write {quoted(text)} in quotes"
    if wanted == "a list" and text:
        return f"write [{text}]" if text.isprintable() and len(text) < 40 else "write a list"  # noqa: PLR2004
    if complaint.field in SHORT and text:
        return f"write `{complaint.field}: {{{SHORT[complaint.field].format(text)}}}`"
    return f"write {wanted}" if text != "" or node.style else "write a value, or remove the key"


def found(node: Node) -> str:
    """Say what a value is, for "found …"."""
    text = node.text()
    if text is None:
        return f"a {node.kind}"
    if node.style:
        return quoted(text)
    try:
        value = typed(text)
    except OddScalar:
        return quoted(text)
    if value is None:
        return "nothing"
    return (
        quoted(text)
        if isinstance(value, str)
        else f"{'the word' if isinstance(value, bool) else 'the number'} {text[:40]}"
    )


def _range(complaint: Complaint, node: Node) -> Wording:
    name, context = _name(complaint), complaint.context
    shown = quoted(node.text()) if node.text() is not None else f"a {node.kind}"
    for key, words in (("ge", "at least"), ("le", "at most"), ("gt", "more than")):
        if key in context:
            return "E212", f"{name} must be {words} {context[key]:,}, found {shown}", "", "change the number"
    if complaint.kind == "finite_number":
        return "E212", f"{name} must be a finite number, found {shown}", "", "change the number"
    if complaint.kind == "too_short":
        return (
            "E201",
            f"{name} is empty",
            "",
            "write at least one" if name != "tasks" else "write at least one task",
        )
    return "E202", f"{name} has an unusable value", "", "see `specrun schema`"


def _name(complaint: Complaint) -> str:
    steps = [str(step) for step in complaint.path if not isinstance(step, int)]
    return steps[-1] if steps else "the file"
