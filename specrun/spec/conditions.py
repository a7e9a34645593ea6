"""Reads the conditions of tasks as written, and makes values of what the rendering child says of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from specrun.core.task import Condition
from specrun.spec.text import plain

_BRACED = re.compile(r"(?P<before>\s*)\{\{[-+]?(?P<inside>.*?)[-+]?\}\}\s*\Z", re.DOTALL)
_BREAK = re.compile(r"[ \t]*\n\s*")

_MEANT = {"true": ("yes", "y", "on", "always"), "false": ("no", "n", "off", "never")}
"""Words that mean something to people, and are names of values to a template."""
_OURS = (
    ("the prompt asks", "it asks"),
    ("cannot be rendered", "it cannot be decided"),
    ("end of template", "end of the expression"),
)


def expression(written: str) -> str:
    """Answer the expression without the braces that may stand around it, on the lines where it stands."""
    found = _BRACED.match(written)
    return found["before"] + found["inside"] if found else written


def canonical(written: bool | str) -> str:  # noqa: FBT001 - both forms
    """Answer the expression as it is told and compared: on one line, without braces around it."""
    if isinstance(written, bool):
        return str(written).lower()
    return _BREAK.sub(" ", expression(written).strip())


def seen(written: bool | str, answer: Mapping[str, Any] | None) -> Condition:  # noqa: FBT001 - both forms
    """Answer a condition with what the child has found out about it; a word alone needs no child."""
    if answer is None:
        return Condition(text=canonical(written), met=bool(written))
    return Condition(text=canonical(written), met=answer["met"], values=plain(answer["values"]))


def worded(written: str, error: Mapping[str, Any]) -> tuple[str, str]:
    """Answer what is wrong with a condition and what to do; the child speaks of prompts."""
    what = str(error["what"])
    for word, ours in _OURS:
        what = what.replace(word, ours, 1)
    said = canonical(written)
    meant = next((word for word, others in _MEANT.items() if said.lower() in others), "")
    fix = f"write {meant}" if meant else str(error["fix"])
    braces = error["code"] == "E300" and any(mark in said for mark in ("{{", "{%"))
    return f"when: {what}", "write one expression without {{ }}" if braces else fix
