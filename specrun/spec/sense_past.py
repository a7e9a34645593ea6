"""Checks what a spec says of tasks that are no longer there: those that were moved, and those removed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from specrun.errors import Problem
from specrun.spec.node import Node
from specrun.spec.scalar import value_of
from specrun.spec.text import Text, quoted
from specrun.spec.vocabulary import meant

Finding = tuple[Node, tuple[str, str, str]]
"""The place, and code, what and fix."""


def check_past(text: Text, root: Node, tasks: Collection[str]) -> Iterator[Problem]:
    """Answer what cannot be; `tasks` are the ids of all tasks of the spec."""
    moves = _items(root, "moved")
    ends = [(move.get("from"), move.get("to")) for move in moves]
    nexts = {_id(old): _id(new) for old, new in ends if _id(old) and _id(new)}
    found = [
        *_twice([old for old, _ in ends if old], "two moves begin at {}"),
        *_twice([new for _, new in ends if new], "two moves lead to {}"),
        *_ends(ends, tasks, nexts),
        *_removed(_items(root, "removed"), tasks, {*nexts, *nexts.values()}),
    ]
    for node, (code, what, fix) in found:
        yield text.problem(node.line, node.column, code, what, fix=fix)


def final(name: str, nexts: Mapping[str, str]) -> tuple[str, int]:
    """Answer where moves lead from an id, and over how many; they stop at a circle. `nexts` is each one."""
    seen: set[str] = set()
    while name in nexts and name not in seen:
        seen.add(name)
        name = nexts[name]
    return name, len(seen)


def _items(root: Node, key: str) -> list[Node]:
    node = root.get(key)
    return node.items() if node else []


def _id(node: Node | None) -> str:
    value = value_of(node) if node else ""
    return value if isinstance(value, str) else ""


def _twice(names: list[Node], what: str) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for node in names:
        name = _id(node)
        if name and name in seen:
            yield node, ("E203", f"{what.format(quoted(name))} (line {seen[name]})", "remove one of them")
        seen.setdefault(name, node.line)


def _ends(
    ends: list[tuple[Node | None, Node | None]], tasks: Collection[str], nexts: Mapping[str, str]
) -> Iterator[Finding]:
    for old, new in ends:
        if old and _id(old) in tasks:
            what = f"moved begins at {quoted(_id(old))}, which is still a task"
            yield old, ("E214", what, "write the id that the task had before, or remove the move")
        if not new or not _id(new):
            continue
        last, _ = final(_id(new), nexts)
        if last in nexts and last not in tasks:
            yield new, ("E214", f"moves lead in a circle: {quoted(_id(new))}", "remove one of them")
        elif _id(new) == last and last not in tasks:
            yield new, ("E209", f"moved leads to unknown task {quoted(last)}", meant(last, tasks))


def _removed(items: list[Node], tasks: Collection[str], moved: Collection[str]) -> Iterator[Finding]:
    yield from _twice(items, "removed names {} twice")
    for item in items:
        if _id(item) in tasks:
            what = f"removed names {quoted(_id(item))}, which is still a task"
            yield item, ("E214", what, "remove the task or the id here")
        elif _id(item) in moved:
            yield item, ("E214", f"{quoted(_id(item))} is both moved and removed", "keep one of them")
