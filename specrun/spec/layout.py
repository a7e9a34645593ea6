"""Lays files out canonically, and proves of each that it says the same as before."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from specrun.errors import Problem, Where
from specrun.spec.find import Refusal
from specrun.spec.layout_lines import text_of
from specrun.spec.layout_order import ANY, FILE, KINDS, below
from specrun.spec.layout_tokens import comments
from specrun.spec.layout_tree import tree
from specrun.spec.node import Node
from specrun.spec.parse import parse
from specrun.spec.scalar import value_of
from specrun.spec.text import MAX_BYTES, Text, read_text

_DIGITS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """One file and its canonical layout; without one, `problems` or `refused` tell why it is left alone.

    `before` is its text with plain line ends, for people to compare.
    """

    file: str
    data: bytes = b""
    before: str = ""
    after: str | None = None
    problems: tuple[Problem, ...] = ()
    refused: str = ""

    @property
    def changed(self) -> bool:
        """Whether the file is not laid out as it should be."""
        return self.after is not None and self.after.encode() != self.data


def laid_out(file: str, data: bytes | Refusal) -> Laid:
    """Answer the canonical layout of one spec or of settings; `file` is relative to the repo root."""
    if isinstance(data, Refusal):
        problem = Problem(where=Where(file), code=data.code, what=data.what, fix=data.fix)
        return Laid(file=file, problems=(problem,))
    text, problems = read_text(file, data, MAX_BYTES)
    root = None
    if text.lines:
        root, found = parse(text)
        problems += found
    if root is not None and not problems:
        problems = _unfit(text, root)
    if root is None or problems:
        return Laid(file=file, data=data, problems=problems)
    after = _laid(text.text)
    refused = _broken(file, text.text, root, after)
    return Laid(file=file, data=data, before=text.text, after=None if refused else after, refused=refused)


def _unfit(text: Text, root: Node) -> tuple[Problem, ...]:
    """Answer why a file that can be read is none that can be laid out."""
    node = root.get("version")
    version = (node.text() if node else None) or ""
    if not isinstance(root.value, dict):
        found = "text" if root.kind == "text" else f"a {root.kind}"
        what, fix = f"top level must be a mapping, found {found}", "write `version: 1` and `tasks:`"
        return (text.problem(root.line, root.column, "E101", what, fix=fix),)
    if node and version.isdecimal() and len(version) <= _DIGITS and int(version) > 1:
        what = f"version {int(version)} is newer than this program (max 1)"
        return (text.problem(node.line, node.column, "E206", what, fix="update specrun"),)
    return ()


def _laid(text: str) -> str:
    return text_of(tree(text))


def _broken(file: str, before: str, root: Node, after: str) -> str:
    """Answer which promise a layout breaks, nothing where it keeps all of them."""
    read, problems = read_text(file, after.encode(), MAX_BYTES)
    again, found = parse(read)
    if again is None or problems or found or not same(root, again, FILE):
        return "its meaning would change"
    if Counter(comments(before)) != Counter(comments(after)):
        return "a comment would be lost"
    return "" if _laid(after) == after else "its layout would not be final"


def same(one: Node, other: Node, kind: str = "") -> bool:
    """Whether two nodes say the same, types included; keys may stand in another order where we have one."""
    if one.kind != other.kind:
        return False
    if one.text() is not None:
        return _same_text(one, other)
    if len(one.value) != len(other.value):
        return False
    pairs = zip(one.items(), other.items(), strict=True)
    return _same_keys(one, other, kind) and all(same(*pair, below(kind, ANY)) for pair in pairs)


def _same_keys(one: Node, other: Node, kind: str) -> bool:
    keys, others = list(one.entries()), list(other.entries())
    moved = kind in KINDS and KINDS[kind].order
    if keys != others and not (moved and sorted(keys) == sorted(others)):
        return False
    found = other.entries()
    return all(same(entry.node, found[key].node, below(kind, key)) for key, entry in one.entries().items())


def _same_text(one: Node, other: Node) -> bool:
    left, right = value_of(one), value_of(other)
    if isinstance(left, Node) and isinstance(right, Node):
        # A spelling that nobody reads for sure has to stay as it is.
        return (one.value, one.style) == (other.value, other.style)
    return type(left) is type(right) and left == right
