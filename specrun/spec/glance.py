"""Finds names in specs without understanding them: quick, and content with what is broken or half written.

For whoever completes a command line: what is written in an odd way is not found, and nothing is ever wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from specrun.spec.find import SETTINGS, read, spec_names
from specrun.spec.find import Refusal as Unread

_LIMIT = 1 << 20
_KEY = re.compile(r"""^([ ]*)(["']?)([A-Za-z0-9][A-Za-z0-9_-]*)\2[ ]*:(?=\s|$)(.*)$""")
# Possessive, so that no line, whoever wrote it, takes longer than its length.
_ITEM = re.compile(r"""^[ ]*-[ ]++(["']?)([^"'#\[\]{},:&*!|>][^"'#\[\]{},:]*+)\1[ ]*+(?:#.*)?$""")
_FLOW = re.compile(r"""[\[,][ ]*+(["']?)([^"'\[\]{},:]++)\1[ ]*+(?=[,\]])""")
_NAMED = re.compile(r"""\bname[ ]*:[ ]*["']?([A-Za-z0-9][A-Za-z0-9_-]*)""")
_INLINE = re.compile(r"""[{,][ ]*["']?([A-Za-z0-9][A-Za-z0-9_-]*)["']?[ ]*:[ ]*\{""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """What a person may name: spec names with their files, tasks as (spec, id), labels, domains, checks."""

    specs: dict[str, str]
    tasks: tuple[tuple[str, str], ...]
    labels: tuple[str, ...]
    domains: tuple[str, ...]
    checks: tuple[str, ...]


def glance(root: Path) -> Glance:
    """Answer what the specs of a repository name, as far as it is written as nearly everybody writes it."""
    specs = spec_names(root)
    texts = {name: _text(root, file) for name, file in specs.items()}
    rows = {name: text.splitlines() for name, text in texts.items()}
    settings = _text(root, SETTINGS).splitlines()
    every = [row for found in (*rows.values(), settings) for row in found]
    return Glance(
        specs=specs,
        tasks=tuple((name, task) for name, found in rows.items() for task in keys(found, "tasks")),
        labels=tuple(dict.fromkeys(values(every, "labels"))),
        domains=tuple(
            dict.fromkeys(one for found in (*rows.values(), settings) for one in keys(found, "domains"))
        ),
        checks=tuple(dict.fromkeys(_checks(every))),
    )


def _text(root: Path, file: str) -> str:
    data = read(root, file, _LIMIT)
    return "" if isinstance(data, Unread) else data[:_LIMIT].decode("utf-8", "replace")


def keys(rows: list[str], top: str) -> Iterator[str]:
    """Answer the keys below a key at the top of a file, be they in lines of their own or in braces."""
    inside, indent = False, 0
    for row in rows:
        match = _KEY.match(row)
        if match is None:
            continue
        if not match[1]:
            inside, indent = match[3] == top, 0
            yield from _INLINE.findall(match[4]) if inside else ()
        elif inside and indent in {0, len(match[1])}:
            indent = len(match[1])
            yield match[3]


def values(rows: list[str], key: str) -> Iterator[str]:
    """Answer the items of all lists below a key, in brackets or in lines of their own."""
    listed, brackets = False, re.compile(rf"\b{key}[ ]*:[ ]*(\[[^\[\]]*\])")
    for row in rows:
        yield from (one[1].strip() for found in brackets.findall(row) for one in _FLOW.findall(found))
        match = _KEY.match(row)
        if match is not None:
            listed = match[3] == key and not match[4].strip()
        elif listed and (item := _ITEM.match(row)):
            yield item[2].strip()


def _checks(rows: list[str]) -> Iterator[str]:
    """Answer the names of checks: words of lists, and names of commands of one's own."""
    inside = -1
    yield from values(rows, "checks")
    for row in rows:
        match = _KEY.match(row)
        yield from _NAMED.findall(row.partition("checks:")[2])
        if match is not None and match[3] == "checks":
            inside = len(match[1])
        elif match is not None and len(match[1]) <= inside:
            inside = -1
        elif inside >= 0:
            yield from _NAMED.findall(row)
