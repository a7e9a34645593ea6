"""Takes the tags out of entries: `(id: api)`, `(depends_on: db)`, `[Skill: name]`, `→ /skill` and others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from specrun.core.unseen import quoted
from specrun.errors import Problem
from specrun.imports.entry import Entry
from specrun.imports.page import Page, Row

LEVELS = ("low", "medium", "high")
MODEL = re.compile(r"[^\s-]\S{0,199}")
SKILL = re.compile(r"\w[\w:./-]{0,99}")

_TAG = re.compile(
    r"[(（]\s*(?P<key>id|depends[ _-]?on|domain|complexity|model|skill)\s*[:：](?P<value>[^()（）]*)[)）]"
    r"|[(（]\s*depends\s+on\s+(?P<ids>#?[a-z]{0,3}-?\d[\w\s,、&.–-]{0,400})[)）]"
    r"|\[\s*skill\s*[:：](?P<skill>[^\[\]]*)\]"
    r"|(?:→|->|=>)\s*/(?P<arrow>\w(?:[\w:.-]{0,98}\w)?)(?=$|[\s()（）\[,.;|])",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\s,、，;&+]+")
_BINDERS = frozenset({"and", "und", "y", "et", "및", "と", "和", "none", "-"})
_RANGE = re.compile(r"([A-Za-z]{0,3}-?)(\d{1,5})(?:\.\.|[–-])([A-Za-z]{0,3}-?)(\d{1,5})")
_ID = re.compile(r"[A-Za-z]{0,3}-?\d+[a-z]?(?:(?:\.\.|[–-])[A-Za-z]{0,3}-?\d+)?")
_WIDEST = 500
"""Names that one range, and one tag, can stand for: no list has more tasks."""
_MOST = 100
"""Tags of one line that are looked at."""


def untagged(page: Page, entry: Entry) -> tuple[Entry, list[Problem]]:
    """Answer an entry with what its tags say, and without them; tags in code fences are text."""
    problems: list[Problem] = []
    said: dict[str, Row] = {}
    upstreams = list(entry.upstreams)
    rows = []
    for row in entry.rows:
        tags = [] if row.fenced else list(islice(filter(_is_tag, _TAG.finditer(row.text)), _MOST))
        for key, value in (_value(row, found) for found in tags):
            problems += _wrong(page, said.get(key), key, value)
            if key == "depends_on":
                upstreams += islice(names(value), _WIDEST)
            else:
                said[key] = value
        rows.append(_closed(row, tags))
    told = replace(
        entry,
        rows=tuple(rows),
        id=_text(said, "id", entry.id),
        domain=_text(said, "domain", entry.domain),
        complexity=_text(said, "complexity", entry.complexity).casefold(),
        model=_text(said, "model", entry.model),
        skill=_text(said, "skill", entry.skill).removeprefix("/"),
        upstreams=tuple(upstreams),
    )
    return told, problems


def _text(said: Mapping[str, Row], key: str, otherwise: str) -> str:
    return said[key].text if key in said else otherwise


def names(row: Row) -> Iterator[Row]:
    """Answer the names in a list such as `db, ui and T003-T005`, each with its place."""
    for found in _NAME.finditer(row.text):
        at = row.part(*found.span())
        for bare in _listed(found.group()):
            yield from (replace(at, text=name) for name in _counted(bare))


def _listed(text: str) -> Iterator[str]:
    words = (word.strip("\"'`“”‘’#.") for word in _NAME.findall(text))
    return (word for word in words if word and word.casefold() not in _BINDERS)


def level(page: Page, row: Row) -> list[Problem]:
    """Answer what is wrong with a complexity."""
    if row.text.casefold() in LEVELS:
        return []
    what = f"unknown complexity {quoted(row.text)}"
    return [page.problem(row, "E207", what, f"write one of: {', '.join(LEVELS)}")]


def model(page: Page, row: Row) -> list[Problem]:
    """Answer what is wrong with the name of a model."""
    if MODEL.fullmatch(row.text):
        return []
    return [
        page.problem(row, "E202", f"{quoted(row.text)} is no name of a model", "write a name such as sonnet")
    ]


def _is_tag(found: re.Match[str]) -> bool:
    """Whether it is one: `(depends on 3 services)` is none."""
    ids = found.group("ids")
    return ids is None or all(map(_ID.fullmatch, _listed(ids)))


def _value(row: Row, found: re.Match[str]) -> tuple[str, Row]:
    for group, key in (("value", ""), ("ids", "depends_on"), ("skill", "skill"), ("arrow", "skill")):
        if found.group(group) is not None:
            return key or _key(found.group("key")), row.part(*found.span(group))
    raise AssertionError(found)  # pragma: no cover - each alternative has one of the groups


def _key(written: str) -> str:
    word = written.casefold()
    return "depends_on" if word.startswith("depends") else word


def _wrong(page: Page, before: Row | None, key: str, row: Row) -> list[Problem]:
    """Answer what is wrong with a tag, given the one of the same key before it."""
    if not row.text:
        return [page.problem(row, "E202", f"{key} says nothing", "write a value, or remove the tag")]
    if before and before.text.casefold() != row.text.casefold():
        what = f"{key} is said twice: {quoted(before.text)} and {quoted(row.text)}"
        return [page.problem(row, "E202", what, "keep one of them")]
    return _CHECKS[key](page, row) if key in _CHECKS else []


def _skill(page: Page, row: Row) -> list[Problem]:
    if SKILL.fullmatch(row.text.removeprefix("/")):
        return []
    return [page.problem(row, "E202", f"{quoted(row.text)} is no name of a skill", "write its bare name")]


_CHECKS: dict[str, Callable[[Page, Row], list[Problem]]] = {
    "complexity": level,
    "model": model,
    "skill": _skill,
}


def _counted(name: str) -> Iterator[str]:
    """Answer the names of a range such as T003-T005."""
    found = _RANGE.fullmatch(name)
    if not found or found.group(3) not in {"", found.group(1)}:
        yield name
        return
    head, first, _, last = found.groups()
    numbers = range(int(first), int(last) + 1)
    if not 1 < len(numbers) <= _WIDEST or (not head and len(first) != len(last)):
        yield name
        return
    yield from (f"{head}{number:0{len(first)}}" for number in numbers)


def _closed(row: Row, tags: Sequence[re.Match[str]]) -> Row:
    """Answer a row without its tags, and without the gaps that they leave."""
    if not tags:
        return row
    ends = [0, *(found.end() for found in tags)]
    starts = [*(found.start() for found in tags), len(row.text)]
    parts = [row.text[end:start] for end, start in zip(ends, starts, strict=True)]
    indent = parts[0] if parts[0].strip() else ""
    words = [part.strip() for part in parts if part.strip()]
    text = "".join(word if word[0] in ",.;:" else f" {word}" for word in words).strip()
    return replace(row, text=indent[: len(indent) - len(indent.lstrip())] + text)
