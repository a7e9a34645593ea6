"""Decides how a scalar is written: plain where that means the same, as a block where it has lines."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from specrun.spec.layout_nodes import BLOCKS, Leaf
from specrun.spec.scalar import OddScalar, typed

STEP = "  "
QUOTES = frozenset("'\"")
SIGNS = frozenset("-?:,[]{}#&*!|>'\"%@`=~<")
"""What a plain text does not begin with; some of these could, and would have to be looked at twice."""
DOUBTFUL = re.compile(
    r"[-+.]?[0-9][0-9a-fA-F_.,:xXoOtTzZ +-]*|\.|\.\.\..*|y|yes|n|no|on|off|true|false|null|none",
    re.IGNORECASE,
)
"""Texts that other programs, or people, take for numbers, dates or truth: they stay in their quotes."""


class Written(NamedTuple):
    """A scalar as text: its first line, and those below, which are indented unless they are empty.

    `block` says that those are a block below their sign.
    """

    first: str
    rest: tuple[str, ...] = ()
    block: bool = False


def plain(value: str, *, flow: bool) -> bool:
    """Whether a text means the same without quotes, in every parser and at a glance."""
    if not value or value[0] in SIGNS or value != value.strip() or not value.isprintable():
        return False
    if DOUBTFUL.fullmatch(value) or value.endswith(":") or any(part in value for part in (": ", " #")):
        return False
    if any(sign in value for sign in ("'", '"', "\\", *(",[]{}:?" if flow else ""))):
        return False
    try:
        return typed(value) == value
    except OddScalar:
        return False


def key(leaf: Leaf, *, flow: bool) -> str:
    """Answer how a key is written: on one line, whatever it was."""
    if leaf.alias:
        return f"{leaf.raw} "
    return _named(leaf, _line(leaf, flow=flow) or '""')


def inline(leaf: Leaf) -> str:
    """Answer how a value is written inside of brackets."""
    return _named(leaf, _line(leaf, flow=True))


def written(leaf: Leaf) -> Written:
    """Answer how a value is written below a key or item."""
    found = _written(leaf)
    return found._replace(first=_named(leaf, found.first))


def _named(leaf: Leaf, text: str) -> str:
    return " ".join(filter(None, (f"&{leaf.anchor}" if leaf.anchor else "", text)))


def _line(leaf: Leaf, *, flow: bool) -> str:
    """Answer a scalar on one line."""
    broken = "\n" in leaf.raw or leaf.style in BLOCKS
    if (broken or leaf.style in QUOTES) and plain(leaf.value, flow=flow):
        return leaf.value
    return json.dumps(leaf.value, ensure_ascii=False) if broken else leaf.raw


def _written(leaf: Leaf) -> Written:
    value = leaf.value
    if leaf.style in BLOCKS:
        if not value.strip():
            return Written(json.dumps(value, ensure_ascii=False))
        return (_folded(leaf) if leaf.style == ">" else None) or _literal(value)
    if leaf.style in QUOTES and plain(value, flow=False):
        return Written(value)
    if _literally(value):
        return _literal(value)
    first, *rest = leaf.raw.split("\n")
    return Written(_ended(first, leaf), tuple(_ended(line.lstrip(), leaf) for line in rest))


def _ended(line: str, leaf: Leaf) -> str:
    """Drop the blanks at the end of one line of several, unless a backslash holds them."""
    bare = line.rstrip()
    return line if leaf.style == '"' and bare.endswith("\\") else bare


def _literally(value: str) -> bool:
    """Whether a text has several lines, and a block shows all that is in them."""
    body = value.removesuffix("\n")
    lines = body.split("\n")
    shown = all(line == line.rstrip() and line.replace("\t", " ").isprintable() for line in lines)
    return len(lines) > 1 and shown and lines[0] == lines[0].lstrip() != "" and lines[-1] != ""


def _chomp(value: str) -> str:
    ends = len(value) - len(value.rstrip("\n"))
    return "-" if ends == 0 else "" if ends == 1 else "+"


def _literal(value: str) -> Written:
    chomp = _chomp(value)
    lines = value.removesuffix("\n").split("\n")
    first = next(number for number, line in enumerate(lines) if line.strip())
    odd = any(line[:1] in {" ", "\t"} for line in lines[: first + 1])
    return Written(f"|{'2' if odd else ''}{chomp}", tuple(lines), block=True)


def _folded(leaf: Leaf) -> Written | None:
    """Keep the lines of a folded block as its author broke them; None where they cannot be told apart."""
    header, *lines = leaf.raw.split("\n")
    if any(sign.isdigit() for sign in header.split("#")[0]) or leaf.value.rstrip("\n")[-1] in " \t":
        return None
    chomp = _chomp(leaf.value)
    first = next(line for line in lines if line.strip(" "))
    indent = len(first) - len(first.lstrip(" "))
    body = [line[indent:] for line in lines]
    while body and chomp != "+" and not body[-1].strip(" "):
        body.pop()
    if chomp == "+":
        # What is left of the line where the block has ended.
        body.pop()
    return Written(f">{chomp}", tuple(body), block=True)
