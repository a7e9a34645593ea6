"""Finds every path in one event of a meter, with its place, and says which of them lead nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from specrun.spec.complaint import Wording
from specrun.spec.fields import PATH, TRY_PATH
from specrun.spec.node import Entry, Node
from specrun.spec.scalar import value_of
from specrun.spec.text import quoted
from specrun.spec.vocabulary import meant

Place = Node | Entry
LINE = ("line", "^.line")
"""All that an event of text has, beside the named groups of its conditions."""

_HOLE = re.compile(r"\{([^{}]+)\}")
_GROUP = re.compile(r"\(\?P<([^>]+)>")


def wrong_paths(event: Node, *, plain: bool) -> Iterator[tuple[Place, Wording]]:
    """Answer the paths that are written wrongly and, in `plain` text, those that are never there."""
    entries = event.entries()
    reach = {*LINE, *_groups(entries)}
    for place, path in _checked(entries):
        if plain and path not in reach:
            yield place, _unreached(path, reach)
    for place, path in _free(entries):
        if not re.match(PATH, path):
            yield place, odd_path(path)
        elif plain and path not in reach:
            yield place, _unreached(path, reach)


def odd_path(path: str) -> Wording:
    """Answer the message for what cannot be a path."""
    return "E204", f"path {quoted(path)} is not allowed", "", TRY_PATH


def _unreached(path: str, reach: set[str]) -> Wording:
    what = f"a line of text has no {quoted(path)}"
    return "E209", what, "line, or a named group of `match`", meant(path, reach)


def _groups(entries: dict[str, Entry]) -> Iterator[str]:
    """Answer the names that conditions give to parts of a line."""
    for condition in (entries["match"].node if "match" in entries else Node({}, 1, 1)).entries().values():
        like = condition.node.get("like")
        yield from _GROUP.findall((like.text() if like else None) or "")


def _checked(entries: dict[str, Entry]) -> Iterator[tuple[Place, str]]:
    """Answer the paths that the shape has looked at."""
    for name in ("match", "where"):
        if name in entries:
            yield from ((entry, path) for path, entry in entries[name].node.entries().items())
    for name in ("each", "session_id", "model", "text", "piece"):
        yield from _texts(entries, name)
    for name, keys in (("result", ("set", "append")), ("denied", ("id",))):
        for key in keys:
            yield from _texts(entries[name].node.entries() if name in entries else {}, key)


def _texts(entries: dict[str, Entry], name: str) -> Iterator[tuple[Place, str]]:
    path = entries[name].node.text() if name in entries else None
    if path:
        yield entries[name].node, path


def _free(entries: dict[str, Entry]) -> Iterator[tuple[Place, str]]:
    """Answer the paths in amounts, values and templates."""
    for name in ("cost", "turns", "tokens", "error", "structured"):
        if name in entries:
            yield from _leaves(entries[name].node, below=name in {"tokens", "error"})
    templates = [*_texts(entries, "line")]
    if "denied" in entries:
        templates += _texts(entries["denied"].node.entries(), "what")
    for place, template in templates:
        for hole in _HOLE.findall(template):
            yield from ((place, path) for path in hole.split("|"))


def _leaves(node: Node, *, below: bool) -> Iterator[tuple[Place, str]]:
    """Answer the texts that stand for paths: not those of patterns, numbers or words."""
    if below:
        for entry in node.entries().values():
            yield from _leaves(entry.node, below=False)
        return
    for item in node.items():
        yield from _leaves(item, below=False)
    for key, entry in node.entries().items():
        if key != "like":
            yield from _leaves(entry.node, below=False)
    if isinstance(node.value, str) and node.value and isinstance(value_of(node), str):
        yield node, node.value
