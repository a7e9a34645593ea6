"""The parsed YAML: plain values that know where they were written."""

from __future__ import annotations

from typing import NamedTuple

NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
"""Plain scalars that say nothing."""


class Entry(NamedTuple):
    """One key of a mapping: the place of the key (from 1) and its value."""

    line: int
    column: int
    node: Node


class Node(NamedTuple):
    """One YAML value and the place where it begins (from 1).

    `style` is "" for a plain scalar, else the quote or block sign; `value` is the text of a scalar, the
    entries of a mapping by key, or the items of a list.
    """

    value: str | dict[str, Entry] | list[Node]
    line: int
    column: int
    style: str = ""

    @property
    def kind(self) -> str:
        """What people call it: text, mapping or list."""
        if isinstance(self.value, str):
            return "text"
        return "mapping" if isinstance(self.value, dict) else "list"

    def entries(self) -> dict[str, Entry]:
        """Answer the entries of a mapping, none for anything else."""
        return self.value if isinstance(self.value, dict) else {}

    def items(self) -> list[Node]:
        """Answer the items of a list, none for anything else."""
        return self.value if isinstance(self.value, list) else []

    def get(self, key: str) -> Node | None:
        """Answer the value of a key, None where this is no mapping or has no such key."""
        entry = self.entries().get(key)
        return entry.node if entry else None

    def present(self, key: str) -> Entry | None:
        """Answer the entry of a key, None also where its value says nothing."""
        entry = self.entries().get(key)
        absent = entry is None or (entry.node.style == "" and entry.node.text() in NOTHING)
        return None if absent else entry

    def text(self) -> str | None:
        """Answer the text of a scalar, None for a mapping or list."""
        return self.value if isinstance(self.value, str) else None


def locate(node: Node, path: tuple[str | int, ...]) -> Node:
    """Answer the node at `path`, or the nearest one above it that exists."""
    for step in path:
        below = _below(node, step)
        if below is None:
            break
        node = below
    return node


def _below(node: Node, step: str | int) -> Node | None:
    if isinstance(step, int):
        items = node.items()
        return items[step] if step < len(items) else None
    for item in node.items():
        if item.text() == step:
            return item
    return node.get(step)
