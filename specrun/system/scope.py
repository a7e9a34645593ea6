"""Finds values in the events of a stream by the paths, conditions and templates of a meter's declaration."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

_HOLE = re.compile(r"\{([^{}]+)\}")
_SEARCHED = 4096  # what a pattern is looked for in, so that a slow one stays bearable
_MISSING = object()
_DEEP = 64  # levels of a value that every reader and writer of JSON can take


class Entry:
    """One entry of a declaration, with its conditions ready to be tried."""

    def __init__(self, entry: Mapping[str, Any]) -> None:
        self.rules = entry
        match = {path: _Condition(wanted) for path, wanted in entry.get("match", {}).items()}
        finds = any(condition.finds for condition in match.values())
        # Most events concern few entries: those that a name and a value rule out cost next to nothing.
        self._names = [] if finds else [pair for pair in match.items() if pair[0].isidentifier()]
        self._match = [pair for pair in match.items() if pair not in self._names]
        self._where = [(path, _Condition(wanted)) for path, wanted in entry.get("where", {}).items()]
        self._each = entry.get("each")

    def scopes(self, event: dict[str, Any]) -> Iterator[Scope]:
        """Answer what the rules apply to: nothing, the event, or the elements that it lists."""
        for name, condition in self._names:
            if not condition.holds(event.get(name, _MISSING), {}):
                return
        top = Scope(event, event)
        if not top.holds(self._match):
            return
        if self._each is None:
            yield top
            return
        for element in _elements(top.first(self._each)):
            inner = Scope(element, event, top.groups)
            if inner.holds(self._where):
                yield inner


class Scope:
    """A value that paths begin at, and the event around it."""

    def __init__(self, here: Any, event: dict[str, Any], groups: Mapping[str, str] | None = None) -> None:  # noqa: ANN401 - any JSON value
        self._here = here
        self._event = event
        self.groups = dict(groups or {})
        """What the named groups of patterns have found."""

    def holds(self, conditions: list[tuple[str, _Condition]]) -> bool:
        """Whether all conditions hold; the named groups of patterns become paths."""
        return all(condition.holds(self._one(path), self.groups) for path, condition in conditions)

    def all(self, path: Any) -> list[Any] | None:  # noqa: ANN401 - any JSON value
        """Answer everything that a path leads to; None where it leads nowhere, not even to an empty list."""
        if not isinstance(path, str):
            return None
        if path in self.groups:
            return [self.groups[path]]
        whole = path.startswith("^.")
        values = [self._event if whole else self._here]
        for name in (path[2:] if whole else path).split("."):
            before = values
            if name == "*":
                values = [inner for value in before for inner in _elements(value)]
                found = [value for value in before if isinstance(value, dict | list)]
            else:
                values = found = [step for value in before if (step := _step(value, name)) is not _MISSING]
            if before and not found:
                return None
        return values

    def first(self, path: Any) -> Any:  # noqa: ANN401 - any JSON value
        """Answer the first value that a path leads to, None where there is none."""
        found = self.all(path)
        value = found[0] if found else None
        return sound(value) if isinstance(value, str) else value

    def value(self, wanted: Any) -> Any:  # noqa: ANN401 - any JSON value
        """Answer a value as a declaration words it: a path, a boolean, a part of a text, or alternatives."""
        if isinstance(wanted, list):
            return next((found for one in wanted if (found := self.value(one)) is not None), None)
        if isinstance(wanted, dict):
            text = self.first(wanted.get("path"))
            found = re.search(wanted.get("like", ""), text[:_SEARCHED]) if isinstance(text, str) else None
            return found[1] if found and found.re.groups else None
        return wanted if isinstance(wanted, bool) else self.first(wanted)

    def fill(self, template: str, limit: int) -> str:
        """Answer a template with its values, on one line of at most `limit` characters."""

        def put(hole: re.Match[str]) -> str:
            values = (self.first(path) for path in hole[1].split("|"))
            return next((shown(value, _SEARCHED) for value in values if value not in (None, "")), "")

        line = " ".join(_HOLE.sub(put, template).split())
        return line if len(line) <= limit else f"{line[: limit - 1]}…"

    def _one(self, path: str) -> Any:  # noqa: ANN401 - any JSON value
        found = self.all(path)
        return found[0] if found else _MISSING


class _Condition:
    """What a value has to be."""

    def __init__(self, wanted: Any) -> None:  # noqa: ANN401 - any JSON value
        told = wanted if isinstance(wanted, dict) else {}
        self._exists: bool | None = told.get("exists")
        self._like = re.compile(told["like"]) if "like" in told else None
        self._not = "not" in told
        options = told.get("not") if isinstance(wanted, dict) else wanted
        self._options = {(type(o), o) for o in (options if isinstance(options, list) else [options])}
        self.finds = self._like is not None
        """Whether it may find named groups."""

    def holds(self, value: Any, groups: dict[str, str]) -> bool:  # noqa: ANN401 - any JSON value
        if self._exists is not None:
            return (value is not _MISSING) is self._exists
        if self._like is not None:
            found = self._like.search(value[:_SEARCHED]) if isinstance(value, str) else None
            groups.update({name: text or "" for name, text in found.groupdict().items()} if found else {})
            return found is not None
        same = not isinstance(value, dict | list) and (type(value), value) in self._options
        return same is not self._not


def _step(value: Any, name: str) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        return value.get(name, _MISSING)
    if isinstance(value, list) and name.isdecimal() and int(name) < len(value):
        return value[int(name)]
    return _MISSING


def _elements(value: Any) -> list[Any]:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def shown(value: Any, limit: int) -> str:  # noqa: ANN401 - any JSON value
    """Answer a value as people read it, at most `limit` characters of it; nothing for null."""
    if isinstance(value, str):
        return value[:limit]
    if value is None:
        return ""
    import json

    try:
        return sound(json.dumps(value, ensure_ascii=False)[:limit])
    except (RecursionError, ValueError):
        return "…"


def sane(value: Any, limit: int) -> Any:  # noqa: ANN401 - any JSON value
    """Answer a value as it can be written and read everywhere: finite, not too deep, its text sound.

    None for one that cannot, or that takes more than `limit` bytes as JSON.
    """
    import json

    if not _within(value, _DEEP):
        return None
    try:
        text = sound(json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")))
    except ValueError:
        return None
    return json.loads(text) if len(text.encode()) <= limit else None


def parsed(text: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Answer the value that a text of JSON stands for, None for all else."""
    import json

    if not isinstance(text, str):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _within(value: Any, levels: int) -> bool:  # noqa: ANN401 - any JSON value
    return levels >= 0 and all(_within(inner, levels - 1) for inner in _elements(value))


def sound(text: str) -> str:
    """Answer a text that can be written as UTF-8: halves of characters, as JSON may hold, are replaced."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
