"""Composes one YAML text into nodes with places, within limits that no file can talk its way around."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from specrun.errors import Problem
from specrun.spec.node import Entry, Node
from specrun.spec.text import HIDDEN, Text, hidden_problem, quoted
from specrun.spec.wording import reworded, second_document

ANCHOR = re.compile("[A-Za-z0-9_-]+")
MAX_DEPTH = 32
MAX_NODES = 500_000
MAX_ALIASED = 10_000
MAX_SCALAR = 256 * 1024
ONLY_IN_NEWER = ("unexpected ':'", "expected ',' or")
"""Complaints of the C parser about colons and question marks inside of [] and {}, e.g. in an address."""


class _Unreadable(Exception):
    """Reading cannot go on; carries the problem that says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.what)
        self.problem = problem


class _TooOld(Exception):
    """The C parser refuses what YAML 1.2 allows: the slow one must judge."""


@dataclass(slots=True)
class _Open:
    """A mapping or list that is being filled; `key` is the mapping's key that waits for its value."""

    node: Node
    anchor: str | None
    key: Node | None = None
    size: int = 1
    height: int = 1


@dataclass(frozen=True, slots=True)
class _Anchored:
    """What an anchor names, how many nodes it is and how deep; `node` is None while it is still open."""

    node: Node | None
    size: int = 0
    height: int = 0


@dataclass(slots=True)
class _Composer:
    text: Text
    problems: list[Problem] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)
    anchors: dict[str, _Anchored] = field(default_factory=dict)
    root: Node | None = None
    nodes: int = 0
    aliased: int = 0
    documents: int = 0

    def feed(self, event: Any) -> None:  # noqa: ANN401 - the two parsers share shapes, not types
        kind = type(event).__name__
        if kind == "ScalarEvent":
            self._scalar(event)
        elif kind in {"MappingStartEvent", "SequenceStartEvent"}:
            self._open(event, {} if kind[0] == "M" else [])
        elif kind in {"MappingEndEvent", "SequenceEndEvent"}:
            self._close()
        elif kind == "AliasEvent":
            self._alias(event)
        elif kind == "DocumentStartEvent":
            self._document(event)

    def _document(self, event: Any) -> None:  # noqa: ANN401 - as above
        self.documents += 1
        mark = event.start_mark
        if self.documents > 1:
            raise _Unreadable(second_document(self.text, mark.line, mark.column))
        if event.version or event.tags:
            raise _Unreadable(
                reworded(self.text, "", "directive", None, (mark.line, mark.column)),
            )

    def _scalar(self, event: Any) -> None:  # noqa: ANN401 - as above
        mark, value, style = event.start_mark, event.value, event.style or ""
        node = Node(value, mark.line + 1, mark.column + 1, style)
        if event.tag:
            self._say(node, "E111", f"tags are not allowed: {quoted(event.tag)}", "remove it")
        if len(value) > MAX_SCALAR:
            raise _Unreadable(
                self._problem(
                    node,
                    "E110",
                    f"one text of {len(value):,} characters (limit {MAX_SCALAR:,})",
                    "put it in a template file",
                )
            )
        if style == '"' and (found := HIDDEN.search(value)):
            self.problems.append(hidden_problem(self.text, node.line, node.column, found.group()))
        if event.anchor:
            self._name(node, event.anchor)
            self.anchors[event.anchor] = _Anchored(node, 1, 1)
        self._add(node, 1, 1)

    def _name(self, node: Node, anchor: str) -> None:
        """Refuse an anchor of which the two parsers see different parts."""
        after = self.text.lines[node.line - 1][node.column + len(anchor) :][:1]
        if not ANCHOR.fullmatch(anchor) or after not in {"", " ", "\t", ",", "[", "]", "{", "}"}:
            fix = "use letters, digits, - and _, then a blank"
            self._say(node, "E119", f"anchor {quoted('&' + anchor)} has an odd name", fix)

    def _open(self, event: Any, value: dict[str, Entry] | list[Node]) -> None:  # noqa: ANN401 - as above
        mark = event.start_mark
        node = Node(value, mark.line + 1, mark.column + 1)
        if len(self.stack) >= MAX_DEPTH:
            raise _Unreadable(self._problem(node, "E109", f"nested deeper than {MAX_DEPTH}", "flatten it"))
        if event.tag:
            self._say(node, "E111", f"tags are not allowed: {quoted(event.tag)}", "remove it")
        if event.anchor:
            self._name(node, event.anchor)
            self.anchors[event.anchor] = _Anchored(None)
        self.stack.append(_Open(node, event.anchor))

    def _close(self) -> None:
        done = self.stack.pop()
        if done.anchor:
            self.anchors[done.anchor] = _Anchored(done.node, done.size, done.height)
        self._add(done.node, done.size, done.height)

    def _alias(self, event: Any) -> None:  # noqa: ANN401 - as above
        mark = event.start_mark
        here = Node("", mark.line + 1, mark.column + 1, "*")
        target = self.anchors.get(event.anchor)
        if target is None:
            raise _Unreadable(
                self._problem(
                    here,
                    "E120",
                    f"alias of an unknown anchor: {quoted('*' + event.anchor)}",
                    "put text that begins with * in quotes",
                )
            )
        if target.node is None:
            raise _Unreadable(self._problem(here, "E108", "alias refers to itself", "write the value out"))
        self.aliased += target.size
        if self.aliased > MAX_ALIASED:
            raise _Unreadable(
                self._problem(
                    here, "E106", f"aliases expand to more than {MAX_ALIASED:,} nodes", "write fewer aliases"
                )
            )
        if len(self.stack) + target.height > MAX_DEPTH:
            raise _Unreadable(self._problem(here, "E109", f"nested deeper than {MAX_DEPTH}", "flatten it"))
        self._add(target.node, target.size, target.height, here)

    def _add(self, node: Node, size: int, height: int, here: Node | None = None) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise _Unreadable(
                self._problem(
                    node, "E110", f"file has more than {MAX_NODES:,} nodes", "split it into several files"
                )
            )
        if not self.stack:
            self.root = node
            return
        top = self.stack[-1]
        top.size += size
        top.height = max(top.height, height + 1)
        if isinstance(top.node.value, list):
            top.node.value.append(node)
        elif isinstance(top.node.value, dict):
            self._pair(top, top.node.value, node, here or node)

    def _pair(self, top: _Open, entries: dict[str, Entry], node: Node, here: Node) -> None:
        if top.key is None:
            top.key = node if here is node else node._replace(line=here.line, column=here.column)
            return
        key, top.key = top.key, None
        name = key.value
        if not isinstance(name, str):
            self._bad_key(key)
        elif name == "<<" and not key.style:
            self._say(
                key,
                "E107",
                "merge keys (<<) are not supported",
                "put shared values at spec level or in a domain",
            )
        elif name in entries:
            self._say(
                key, "E105", f"key {quoted(name)} repeats line {entries[name].line}", "remove one of them"
            )
        else:
            entries[name] = Entry(key.line, key.column, node)

    def _bad_key(self, key: Node) -> None:
        what, fix = f"a key must be text, found a {key.kind}", "write `key: value`"
        if self.text.lines[key.line - 1][key.column - 2 : key.column] == "{{":
            what, fix = "a value that begins with {{ must be in quotes", 'write "{{ … }}"'
        self._say(key, "E121", what, fix)

    def _say(self, node: Node, code: str, what: str, fix: str) -> None:
        self.problems.append(self._problem(node, code, what, fix))

    def _problem(self, node: Node, code: str, what: str, fix: str) -> Problem:
        return self.text.problem(node.line, node.column, code, what, fix=fix)


def parse(text: Text, *, fast: bool = True) -> tuple[Node | None, tuple[Problem, ...]]:
    """Answer the root of a YAML text, None where it cannot be read on, and what is wrong with it.

    `fast` uses the C half of ruamel.yaml where it is installed; the messages are the same without.
    """
    composer = _Composer(text)
    try:
        for event in _located(text, fast=fast):
            composer.feed(event)
    except _TooOld:
        return parse(text, fast=False)
    except _Unreadable as stop:
        return None, (*composer.problems, stop.problem)
    if composer.root is None or (composer.root.value == "" and not composer.root.style):
        return None, (text.problem(1, 1, "E100", "file is empty", fix="write `version: 1` and `tasks:`"),)
    return composer.root, tuple(composer.problems)


def _located(text: Text, *, fast: bool) -> Iterator[Any]:
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    events = _events(text.text, fast=fast)
    last = None
    while True:
        try:
            event = next(events, None)
        except MarkedYAMLError as error:
            if fast and any(part in (error.problem or "") for part in ONLY_IN_NEWER):
                raise _TooOld from error
            raise _Unreadable(_marked(text, error)) from error
        except (YAMLError, ValueError, AssertionError, IndexError, OverflowError) as error:
            at = (last.end_mark.line, last.end_mark.column) if last else (0, 0)
            raise _Unreadable(reworded(text, "", str(error), None, at)) from error
        if event is None:
            return
        last = event
        yield event


def _marked(text: Text, error: Any) -> Problem:  # noqa: ANN401 - attributes of two error families
    places = [(mark.line, mark.column) if mark else None for mark in (error.context_mark, error.problem_mark)]
    return reworded(text, error.context or "", error.problem or "", places[0], places[1])


def _events(text: str, *, fast: bool) -> Iterator[Any]:
    parser = _c_parser(text) if fast else None
    if parser is None:
        from ruamel.yaml import YAML

        yield from YAML(typ="safe", pure=True).parse(text)
        return
    while True:
        event = parser.get_event()
        yield event
        if type(event).__name__ == "StreamEndEvent":
            return


def _c_parser(text: str) -> Any:  # noqa: ANN401 - a C type without stubs
    try:
        from ruamel.yaml import cyaml
    except ImportError:
        return None
    parser: Any = vars(cyaml)["CParser"]
    return parser(text)
