"""Types plain scalars by the YAML 1.2 core rules and refuses spellings that two people read differently."""

from __future__ import annotations

import math
import re

from specrun.spec.node import Node
from specrun.spec.text import quoted

Scalar = None | bool | int | float | str

WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
STARTS = frozenset("0123456789+-.~ntfNTF")
INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\Z")
ENDLESS = re.compile(r"(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z")
FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
ODD = (
    (re.compile(r"[-+]?0[0-9_]+\Z"), "a leading zero"),
    (re.compile(r"[-+]?0[xX][0-9a-fA-F_]+\Z"), "hexadecimal"),
    (re.compile(r"[-+]?0[oO][0-7_]+\Z"), "octal"),
    (re.compile(r"[-+]?0[bB][01_]+\Z"), "binary"),
    (re.compile(r"[-+]?[0-9][0-9_]*_[0-9_]*(?:\.[0-9_]*)?\Z"), "underscores"),
    (re.compile(r"[-+]?[0-9]+(?::[0-5]?[0-9])+(?:\.[0-9]*)?\Z"), "colons"),
)
DIGITS = 18


class OddScalar(ValueError):
    """A plain scalar that programs disagree about: the code of the problem, what it is and what to write."""

    def __init__(self, code: str, what: str, fix: str) -> None:
        super().__init__(what)
        self.code = code
        self.what = what
        self.fix = fix


def typed(text: str) -> Scalar:
    """Answer the value of a plain (unquoted) scalar. Raises OddScalar."""
    if text and text[0] not in STARTS:
        return text
    if text in WORDS:
        return WORDS[text]
    if INTEGER.match(text):
        return _integer(text)
    if ENDLESS.match(text):
        raise OddScalar(
            "E115",
            f"not a finite number: {quoted(text)}",
            "write a plain number, or put it in quotes for text",
        )
    for pattern, trait in ODD:
        if pattern.match(text):
            raise OddScalar("E113", f"a number with {trait}: {quoted(text)}", _advice(text))
    return _float(text) if FLOAT.match(text) else text


def value_of(node: Node) -> Scalar | Node:
    """Answer the value of a scalar; the node itself for anything else, and for what was refused already."""
    if not isinstance(node.value, str):
        return node
    if node.style:
        return node.value
    try:
        return typed(node.value)
    except OddScalar:
        return node


def _float(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise OddScalar(
            "E112",
            f"number out of range: {quoted(text)}",
            "use a smaller number, or put it in quotes for text",
        )
    return number


def _integer(text: str) -> int:
    if len(text.lstrip("+-")) > DIGITS:
        what = f"number out of range: {quoted(text)}"
        raise OddScalar("E112", what, f"use at most {DIGITS} digits, or put it in quotes for text")
    return int(text)


def _advice(text: str) -> str:
    try:
        number = int(text.replace("_", ""), 10 if text.lstrip("+-")[1:2].isdigit() or "_" in text else 0)
    except ValueError:
        return 'write a duration with its unit such as "90s", or put it in quotes for text'
    return f"write {number}, or put it in quotes for text"
