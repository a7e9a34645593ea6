"""Checks what the shape of a meter leaves open: conditions, amounts, values, templates, and their paths."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator

from specrun.errors import Problem
from specrun.spec.complaint import Wording, found, unknown_key
from specrun.spec.fields import TRY_PATH
from specrun.spec.meter_paths import wrong_paths
from specrun.spec.node import Entry, Node
from specrun.spec.scalar import value_of
from specrun.spec.schema_agents import ErrorDoc, EventDoc, ResultDoc, TokensDoc
from specrun.spec.text import Text, quoted
from specrun.spec.vocabulary import listed

Finding = tuple[Node | Entry, Wording]
"""A place and what is wrong there."""

CONDITIONS = ("match", "where")
RULES = frozenset(EventDoc.model_fields) - {*CONDITIONS, "each"}
TESTS = ("exists", "like", "not")
SUMS = ("add", "count", "session", "total")
LESS = "less"
WRITTEN = "json"


def check_meter(text: Text, meter: Node) -> Iterator[Problem]:
    """Answer what makes no sense in the declaration of a meter."""
    form, events = meter.get("format"), meter.get("events")
    plain = form is not None and form.text() == "text"
    for event in events.items() if events else []:
        if event.entries():
            for place, (code, what, expected, fix) in _event(event, plain=plain):
                yield text.problem(place.line, place.column, code, what, expected=expected, fix=fix)


def _event(event: Node, *, plain: bool) -> Iterator[Finding]:
    entries = event.entries()
    yield from _whole(event, plain=plain)
    for name in CONDITIONS:
        for path, entry in _below(entries, name):
            yield from _condition(path, entry)
    yield from wrong_paths(event, plain=plain)
    amounts = [(name, entries[name]) for name in ("cost", "turns") if name in entries]
    for name, entry in (*amounts, *_below(entries, "tokens", TokensDoc.model_fields)):
        yield from _amount(name, entry)
    for name, entry in _below(entries, "error", ErrorDoc.model_fields):
        yield from _value(name, entry, entry.node)
    if "structured" in entries:
        yield from _structured(entries["structured"])


def _whole(event: Node, *, plain: bool) -> Iterator[Finding]:
    entries = event.entries()
    each = entries.get("each")
    if not any(name in RULES or name not in EventDoc.model_fields for name in entries):
        yield event, ("E201", "this event says nothing", "", "write a rule such as cost, result or line")
    if "where" in entries and each is None:
        what = "`where` is about elements, and no `each` lists any"
        yield entries["where"], ("E214", what, "", "write `each`, or move it to `match`")
    if plain and each is not None:
        yield each, ("E214", "a line of text has no elements", "", "remove `each`")
    for name, model in (("tokens", TokensDoc), ("error", ErrorDoc), ("result", ResultDoc)):
        entry = entries.get(name)
        keys = entry.node.entries() if entry else {}
        if entry and isinstance(entry.node.value, dict) and not keys:
            yield entry, ("E201", f"{name} is empty", "", f"write one of: {listed(model.model_fields)}")
        if name == "result" and len(keys) > 1 and set(keys) <= set(model.model_fields):
            yield entry or event, ("E214", "result has more than one key", "", "keep one of them")
    clear = dict(_below(entries, "result")).get("clear")
    if clear is not None and value_of(clear.node) is False:
        yield clear.node, ("E211", "clear cannot be false", "", "write `clear: true`, or remove it")


def _below(
    entries: dict[str, Entry], name: str, known: Iterable[str] | None = None
) -> list[tuple[str, Entry]]:
    """Answer the entries below one entry; those that are unknown are the business of the shape."""
    below = entries[name].node.entries() if name in entries else {}
    names = below if known is None else known
    return [(key, entry) for key, entry in below.items() if key in names]


def _nothing(node: Node) -> bool:
    return node.value == "" and not node.style


def _condition(path: str, entry: Entry) -> Iterator[Finding]:
    if isinstance(entry.node.value, dict):
        yield from _only(path, entry, TESTS)
        for name, test in entry.node.entries().items():
            yield from _test(name, test)
    else:
        yield from _options(path, entry)


def _only(name: str, entry: Entry, known: tuple[str, ...]) -> Iterator[Finding]:
    """Exactly one of the known keys."""
    keys = entry.node.entries()
    wrong = [(below, unknown_key(key, known, later=False)) for key, below in keys.items() if key not in known]
    yield from wrong
    if not wrong and len(keys) != 1:
        yield entry, ("E214", f"{quoted(name)} needs exactly one of {listed(known)}", "", "keep one of them")


def _options(name: str, entry: Entry) -> Iterator[Finding]:
    """One scalar, or a list of them."""
    if isinstance(entry.node.value, list) and not entry.node.value:
        yield entry.node, ("E201", f"{quoted(name)} is empty", "", "write at least one")
    if _nothing(entry.node):
        what = f"{quoted(name)} must be a value, found nothing"
        yield entry, ("E202", what, "", 'write null for that of JSON, or "" for empty text')
    for node in entry.node.items() if isinstance(entry.node.value, list) else [entry.node]:
        if not isinstance(node.value, str):
            what = f"{quoted(name)} must be a single value, found {found(node)}"
            yield node, ("E202", what, "", "write a word, a number, true, false or null")


def _test(name: str, test: Entry) -> Iterator[Finding]:
    if name == "not":
        yield from _options(name, test)
    elif name == "like":
        yield from _pattern(test)
    elif name == "exists" and not isinstance(value_of(test.node), bool):
        what = f"exists must be true or false, found {found(test.node)}"
        yield test.node, ("E202", what, "", "write true or false")


def _pattern(entry: Entry, *, group: bool = False) -> Iterator[Finding]:
    written = entry.node.text()
    if not written or not isinstance(value_of(entry.node), str):
        what = f"like must be text, found {found(entry.node)}"
        yield entry, ("E202", what, "", "write a regular expression in quotes")
        return
    compiled = _compiled(written)
    if isinstance(compiled, str):
        what = f"like {quoted(written)} is no regular expression: {compiled}"
        yield entry.node, ("E216", what, "", "mend it")
    elif group and not compiled.groups:
        what = f"like {quoted(written)} has no group"
        yield entry.node, ("E216", what, "", "put the wanted part in ( )")


def _compiled(pattern: str) -> re.Pattern[str] | str:
    """Answer the pattern, or why it is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return error.msg if isinstance(error, re.error) else "it is too large"


def _amount(name: str, entry: Entry) -> Iterator[Finding]:
    listed_ = isinstance(entry.node.value, list)
    if listed_ and not entry.node.value:
        yield entry.node, ("E201", f"{name} is empty", "", "write at least one")
    for node in entry.node.items() if listed_ else [entry.node]:
        if not isinstance(node.value, dict):
            what = f"{name} must be a mapping, found {found(node)}"
            fix = "write {add: …}, {total: …}, {session: …} or {count: …}"
            yield entry if _nothing(node) else node, ("E202", what, "", fix)
            continue
        sums = {key: below for key, below in node.entries().items() if key != LESS}
        yield from _only(name, Entry(node.line, node.column, Node(sums, node.line, node.column)), SUMS)
        for key, source in node.entries().items():
            value = value_of(source.node)
            number = key == "add" and isinstance(value, int | float) and not isinstance(value, bool)
            if number and isinstance(value, int | float) and value < 0:
                what = f"add must be at least 0, found {quoted(source.node.text())}"
                yield source.node, ("E212", what, "", "change the number")
            elif not number and key in {*SUMS, LESS} and not isinstance(value, str):
                yield source, _no_path(key, source.node)


def _value(name: str, entry: Entry, node: Node) -> Iterator[Finding]:
    if isinstance(node.value, list):
        if not node.value:
            yield node, ("E201", f"{name} is empty", "", "write at least one")
        for item in node.value:
            yield from _value(name, entry, item)
        return
    if isinstance(node.value, dict):
        yield from _part(name, node)
        return
    value = value_of(node)
    if not isinstance(value, str) and not (name == "retryable" and isinstance(value, bool)):
        yield entry if _nothing(node) else node, _no_path(name, node)


def _structured(entry: Entry) -> Iterator[Finding]:
    name, path = "structured", entry
    if isinstance(entry.node.value, dict):
        if not entry.node.value:
            yield entry.node, ("E201", f"{name} is empty", "", f"write `{WRITTEN}:` and a path")
            return
        yield from _only(name, entry, (WRITTEN,))
        if WRITTEN not in entry.node.entries():
            return
        name, path = WRITTEN, entry.node.entries()[WRITTEN]
    if not isinstance(path.node.value, str) or not isinstance(value_of(path.node), str):
        yield path if _nothing(path.node) else path.node, _no_path(name, path.node)


def _part(name: str, node: Node) -> Iterator[Finding]:
    keys = node.entries()
    for key, below in keys.items():
        if key not in {"path", "like"}:
            yield below, unknown_key(key, ("path", "like"), later=False)
    for key in ("path", "like"):
        if key not in keys:
            yield node, ("E201", f"{name} needs {quoted(key)}", "", f"write `{key}:`")
    if "like" in keys:
        yield from _pattern(keys["like"], group=True)
    if "path" in keys and not isinstance(value_of(keys["path"].node), str):
        yield keys["path"], _no_path("path", keys["path"].node)


def _no_path(name: str, node: Node) -> Wording:
    return "E202", f"{name} must be a path, found {found(node)}", "", TRY_PATH
