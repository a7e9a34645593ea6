"""Reads JSON: a list of tasks with `description`, `complexity` and `cwd`, or an object with such `tasks`."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from specrun.core.unseen import HIDDEN, hidden_name, quoted
from specrun.errors import InvalidSpec, Problem
from specrun.imports.entry import Entry, Listing
from specrun.imports.page import MAX_TASKS, Page, Row
from specrun.imports.tags import level, model

FORM = "json"
UPSTREAMS = ("depends_on", "dependsOn")
WORDS = ("description", "prompt", "title", "id", "complexity", "model", "domain", "cwd", "skill")
TOP = ("tasks", "title", "name", "description")

_BEGINS = re.compile(r"\s*(?:\[\s*[{\"]|\{|\[\s*\]\s*$)")
_COMMENT = re.compile(r"[ \t]*//.*")
_SPACE = re.compile(r"[ \t\n\r]*")
_ABROAD = re.compile(r"~|[A-Za-z]:|\\")
_DECODER = json.JSONDecoder()


def looks_like(page: Page) -> bool:
    """Whether a list is meant as JSON."""
    return _BEGINS.match(_bare(page)) is not None


def read(page: Page, root: str) -> Listing:
    """Answer the entries; `root` is the absolute path of the repo. Raises InvalidSpec."""
    document = _Document(page, _bare(page))
    try:
        return document.listing(root)
    except json.JSONDecodeError as error:
        row = Row(line=error.lineno, column=error.colno, text="")
        what = f"this is no JSON: {error.msg[:1].lower()}{error.msg[1:]}"
        raise InvalidSpec(
            (page.problem(row, "E104", what, "mend it, or write one task per line"),)
        ) from error
    except (RecursionError, ValueError) as error:
        row = Row(line=1, text="")
        what = "the JSON is nested too deeply, or holds a number that is too large"
        raise InvalidSpec((page.problem(row, "E109", what, "write a list of plain objects"),)) from error


def _bare(page: Page) -> str:
    """Answer the text with blanks in place of the lines before it that are comments."""
    lines = list(page.lines)
    for number, line in enumerate(lines):
        if _COMMENT.fullmatch(line):
            lines[number] = " " * len(line)
        elif line.strip():
            break
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class _Value:
    """A value with its place in the text."""

    value: Any
    at: int


@dataclass(slots=True)
class _Document:
    page: Page
    text: str
    problems: list[Problem] = field(default_factory=list)
    unknown: dict[str, None] = field(default_factory=dict)

    def listing(self, root: str) -> Listing:
        top = self._value(0)
        if self._skip(self._end(top.at)) < len(self.text):
            raise json.JSONDecodeError(
                "something stands behind the end", self.text, self._skip(self._end(top.at))
            )
        found = self._members(top.at) if isinstance(top.value, dict) else {"tasks": top}
        tasks = found.get("tasks", top)
        if not isinstance(tasks.value, list):
            self._say(tasks, "E202", "there is no list of tasks", "write a list, or an object with `tasks`")
            raise InvalidSpec(tuple(self.problems))
        if len(tasks.value) > MAX_TASKS:
            what = f"the list has {len(tasks.value):,} tasks (limit {MAX_TASKS})"
            self._say(tasks, "E110", what, "split it into several")
            raise InvalidSpec(tuple(self.problems))
        self.unknown |= {name: None for name in found if name not in TOP}
        entries = [entry for one in self._elements(tasks.at) if (entry := self._entry(one, root))]
        if self.problems:
            raise InvalidSpec(tuple(self.problems))
        return Listing(
            entries=tuple(entries),
            form=FORM,
            title=self._text(found, "title") or self._text(found, "name"),
            description=self._text(found, "description"),
            notes=tuple(f"Key {quoted(name)} is unknown and was left out." for name in self.unknown),
        )

    def _entry(self, one: _Value, root: str) -> Entry | None:
        if isinstance(one.value, str):
            return Entry(rows=self._rows(one))
        if not isinstance(one.value, dict):
            self._say(one, "E202", f"no task: {_kind(one.value)}", "write an object with a `description`")
            return None
        found = self._members(one.at)
        self.unknown |= {name: None for name in found if name not in (*WORDS, *UPSTREAMS)}
        said = [found[name] for name in ("prompt", "description", "title") if self._text(found, name)]
        if not said:
            self._say(one, "E201", "the task says nothing", "write a `description`")
            return None
        return Entry(
            rows=self._rows(said[0]),
            title=self._text(found, "title") or self._text(found, "description").split("\n")[0],
            id=self._text(found, "id"),
            domain=self._text(found, "domain"),
            complexity=self._checked(found, "complexity"),
            model=self._checked(found, "model"),
            skill=self._text(found, "skill").removeprefix("/"),
            upstreams=tuple(self._upstreams(found)),
            also=self._folder(found, root),
        )

    def _text(self, found: Mapping[str, _Value], name: str) -> str:
        """Answer a text, or a number as it is written; a problem for anything else."""
        one = found.get(name)
        if one is None or one.value is None:
            return ""
        value = one.value
        if isinstance(value, bool) or not isinstance(value, str | int):
            self._say(one, "E202", f"{name} must be text, found {_kind(value)}", "write it in quotes")
            return ""
        text = str(value).replace("\r\n", "\n")
        if hidden := HIDDEN.search(text):
            self._say(
                one, "E118", f"invisible character {hidden_name(hidden.group())} in {name}", "remove it"
            )
            return ""
        return text.strip()

    def _checked(self, found: Mapping[str, _Value], name: str) -> str:
        text = self._text(found, name)
        if text:
            row = replace(self._row(found[name]), text=text)
            self.problems += (level if name == "complexity" else model)(self.page, row)
        return text.casefold() if name == "complexity" else text

    def _upstreams(self, found: Mapping[str, _Value]) -> Iterator[Row]:
        for name in UPSTREAMS:
            one = found.get(name)
            listed = one is not None and isinstance(one.value, list)
            for each in self._elements(one.at) if one and listed else [one] if one else []:
                text = self._text({name: each}, name)
                if text:
                    yield replace(self._row(each), text=text)

    def _folder(self, found: Mapping[str, _Value], root: str) -> tuple[str, ...]:
        """Answer the sentence about the folder to work in, nothing where that is the repo itself."""
        written = self._text(found, "cwd")
        if not written:
            return ()
        top = posixpath.normpath(root)
        path = posixpath.normpath(posixpath.join(top, written))
        if _ABROAD.match(written) or not f"{path}/".startswith(f"{top.rstrip('/')}/") or "\n" in written:
            what = f"cwd {quoted(written)} is outside of this repo ({quoted(top)})"
            self._say(found["cwd"], "E403", what, "remove it, or run specrun in that repo: it works in one")
            return ()
        inside = posixpath.relpath(path, top)
        return () if inside == "." else (f"Work in the folder `{inside}`.",)

    def _rows(self, one: _Value) -> tuple[Row, ...]:
        row = self._row(one)
        lines = self._text({"text": one}, "text").split("\n")
        return tuple(replace(row, text=line) for line in lines)

    def _row(self, one: _Value) -> Row:
        before = self.text[: one.at]
        line = before.count("\n") + 1
        return Row(line=line, column=one.at - (before.rfind("\n") + 1) + 1, text="")

    def _say(self, one: _Value, code: str, what: str, fix: str) -> None:
        self.problems.append(self.page.problem(self._row(one), code, what, fix))

    def _skip(self, at: int) -> int:
        found = _SPACE.match(self.text, at)
        return found.end() if found else at

    def _value(self, at: int) -> _Value:
        start = self._skip(at)
        return _Value(_DECODER.raw_decode(self.text, start)[0], start)

    def _end(self, at: int) -> int:
        return _DECODER.raw_decode(self.text, at)[1]

    def _elements(self, at: int) -> Iterator[_Value]:
        """Answer the items of a list that is known to be right."""
        place = self._skip(at + 1)
        while self.text[place] != "]":
            yield (one := self._value(place))
            place = self._skip(self._end(one.at))
            place = self._skip(place + (self.text[place] == ","))

    def _members(self, at: int) -> dict[str, _Value]:
        """Answer the values of an object that is known to be right, by their keys."""
        found: dict[str, _Value] = {}
        place = self._skip(at + 1)
        while self.text[place] != "}":
            key = self._value(place)
            colon = self._skip(self._end(key.at))
            one = self._value(colon + 1)
            found[key.value] = one
            place = self._skip(self._end(one.at))
            place = self._skip(place + (self.text[place] == ","))
        return found


def _kind(value: object) -> str:
    kinds: Sequence[tuple[type, str]] = (
        (bool, "true or false"),
        (str, "text"),
        (int, "a number"),
        (float, "a number"),
        (list, "a list"),
        (dict, "an object"),
    )
    return next((word for kind, word in kinds if isinstance(value, kind)), "null")
