"""Reads the stream of an agent CLI as a declaration says: cost, tokens, success, and lines for people.

A declaration is plain JSON, as in `agents: {NAME: {meter: …}}`:

    {"format": "jsonl" | "text", "events": [ENTRY, …]}

Each line is an event: an object, or in text `{"line": …}`. Every entry whose `match` holds applies, in order:

    match: {PATH: CONDITION}      each: PATH, where: {PATH: CONDITION}  (the rest applies to each element)
    cost, turns: AMOUNT           tokens: {input | output | cache_read | cache_write: AMOUNT}
    session_id, model: PATH       result: {set: PATH} | {append: PATH} | {clear: true}
    structured: PATH              (an answer in JSON, the last one) | {json: PATH}: in a text of JSON
    success: true | false         error: {message, status, retryable: VALUE}
    denied: {id: PATH, what: TEMPLATE}
    line: TEMPLATE                text: PATH                (one line, all lines of the transcript)
    piece: PATH                   (text of the transcript that the next event may go on with)

    CONDITION  a scalar, a list of them, {not: …}, {like: REGEX}, {exists: true | false}
    AMOUNT     {add: PATH or number} | {total: PATH} | {session: PATH} | {count: PATH}; of a list the first
               that is there; `session` is a total over all runs of one conversation, `count` how many
               different texts there were; `less: PATH` beside it is taken off what is found
    VALUE      a PATH, a boolean, {path: PATH, like: REGEX} (its first group); of a list the first there is
    PATH       names joined by dots; `*` stands for every element, a leading `^.` for the whole event
    TEMPLATE   text with {PATH|PATH}: the first that is there; named groups of `like` are paths too

Amounts are numbers of at least 0, or texts like `12`, `1,234`, `0.0037`, `2.4k` and `1.1M`.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal

from specrun.system import scope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

KINDS = ("input", "output", "cache_read", "cache_write")
"""Tokens are counted apart: what was sent, what came back, and what a cache gave and took."""

RESULT_LIMIT = 64 * 1024
STRUCTURED_LIMIT = 64 * 1024
"""Bytes of an answer as JSON; a larger one counts as none."""
DENIALS_LIMIT = 100
LINE_LIMIT = 240
_MESSAGE_LIMIT = 2000
_WORD_LIMIT = 500
_TEXT_LIMIT = 64 * 1024
_DIFFERENT = 100_000  # texts that are kept to tell them apart
_LONGEST = 16 * 1024 * 1024  # a line beyond that is not worth the memory that its values would take
_MOST = 10**15  # an amount beyond that is no amount, and costs time to write down
_PLACES = 10  # more than any price has; beyond that floats are noise

_NUMERAL = re.compile(
    r"([0-9]{1,16}|[1-9][0-9]{0,2}(?:,[0-9]{3}){1,4})(\.[0-9]{1,20})?(e[-+]?[0-9]{1,2})?([km]?)",
    re.IGNORECASE,
)
_MANY = {"": 1, "k": 10**3, "m": 10**6}


class Meter:
    """What a stream has told so far; feed it whole lines, without secrets.

    `earlier` are the `session` totals of runs before this one in the same conversation, by kind of token and
    `cost`. Values that are missing or of another type than expected are passed over: a CLI may say more, and
    differently, with each release.
    """

    def __init__(self, declaration: Mapping[str, Any], earlier: Mapping[str, Any] | None = None) -> None:
        self._text = declaration.get("format") == "text"
        self._entries = [scope.Entry(entry) for entry in declaration.get("events", ())]
        self._earlier = dict(earlier or {})
        self._amounts: dict[str, Decimal] = {}
        self._words: dict[str, str] = {}
        self._result = ""
        self._has_result = False
        self._structured: Any = None
        self._success: bool | None = None
        self._error: dict[str, Any] | None = None
        self._denials: dict[str, str] = {}
        self._seen: dict[str, set[str]] = {}
        self._held = ""

    @property
    def cost(self) -> Decimal | None:
        """The cost of this run in USD, None while unknown."""
        return self._amounts.get("cost")

    @property
    def turns(self) -> int | None:
        """How often the model has answered in this run, None while unknown."""
        found = self._amounts.get("turns")
        return None if found is None else int(found)

    def feed(self, line: str) -> list[str]:
        """Take one line without its end; answers what it is for people, in lines."""
        line = scope.sound(line.rstrip())
        event = self._event(line)
        if event is None:
            return self._after([_cut(line, LINE_LIMIT if _braced(line) else _TEXT_LIMIT)] if line else [])
        shown = [_cut(line, _TEXT_LIMIT)] if self._text and line else []
        pieces: list[str] = []
        for entry in self._entries:
            for found in entry.scopes(event):
                shown += self._apply(entry.rules, found)
                pieces += self._put_together(found.first(entry.rules.get("piece")))
        return self._after(shown) + pieces if shown else pieces

    def state(self) -> dict[str, Any]:
        """Answer everything as JSON values; null is unknown, never nothing."""
        tokens = {kind: int(self._amounts[kind]) for kind in KINDS if kind in self._amounts}
        return {
            "cost_usd": None if self.cost is None else format(self.cost, "f"),
            "tokens": tokens or None,
            "turns": self.turns,
            "session_id": self._words.get("session_id"),
            "model": self._words.get("model"),
            "result": self._result if self._has_result else None,
            "structured": self._structured,
            "success": self._success,
            "error": self._error,
            "denials": list(self._denials.values()),
        }

    def _after(self, shown: list[str]) -> list[str]:
        """Put what pieces have left before something else."""
        held, self._held = self._held if shown else "", "" if shown else self._held
        return [held, *shown] if held.strip() else shown

    def _put_together(self, piece: Any) -> list[str]:  # noqa: ANN401 - any JSON value
        """Answer the lines that a piece of text completes; the rest waits for the next one."""
        if not isinstance(piece, str):
            return []
        *lines, self._held = (self._held + piece).split("\n")
        if len(self._held) > _TEXT_LIMIT:
            lines, self._held = [*lines, self._held], ""
        return [_cut(line, _TEXT_LIMIT) for line in lines]

    def _event(self, line: str) -> dict[str, Any] | None:
        if self._text:
            return {"line": line}
        if not _braced(line) or len(line) > _LONGEST:
            return None
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            return None
        return value if isinstance(value, dict) else None

    def _apply(self, rules: Mapping[str, Any], found: scope.Scope) -> Iterator[str]:
        for name in ("cost", "turns"):
            self._count(name, rules.get(name), found)
        for kind, amount in rules.get("tokens", {}).items():
            self._count(kind, amount, found)
        for name in ("session_id", "model"):
            word = found.first(rules.get(name))
            if isinstance(word, str) and word.isprintable() and 0 < len(word) <= _WORD_LIMIT:
                self._words[name] = word
        self._take_result(rules.get("result", {}), found)
        self._take_structured(rules.get("structured"), found)
        self._judge(rules, found)
        if "denied" in rules:
            self._deny(rules["denied"], found)
        if "line" in rules:
            yield found.fill(rules["line"], LINE_LIMIT)
        told = found.first(rules.get("text"))
        if isinstance(told, str) and told.strip():
            yield from _cut(told.strip("\n"), _TEXT_LIMIT).split("\n")

    def _count(self, name: str, amount: Any, found: scope.Scope) -> None:  # noqa: ANN401 - any JSON value
        for one in amount if isinstance(amount, list) else [amount] if amount else []:
            less = _sum(found, one.get("less")) or 0
            for mode, source in one.items():
                value = self._different(name, found.first(source)) if mode == "count" else _sum(found, source)
                if value is not None and mode != "less":
                    self._book(name, mode, max(value - less, Decimal(0)))
                    return

    def _different(self, name: str, text: Any) -> Decimal | None:  # noqa: ANN401 - any JSON value
        if not isinstance(text, str):
            return None
        seen = self._seen.setdefault(name, set())
        if len(seen) < _DIFFERENT:
            seen.add(text[:_WORD_LIMIT])
        return Decimal(len(seen))

    def _book(self, name: str, mode: str, value: Decimal) -> None:
        if mode == "add":
            value += self._amounts.get(name, Decimal(0))
        elif mode == "session":
            value = max(value - (_number(self._earlier.get(name)) or 0), Decimal(0))
        self._amounts[name] = value

    def _take_result(self, rule: Mapping[str, Any], found: scope.Scope) -> None:
        for mode, source in rule.items():
            if mode == "clear":
                self._result, self._has_result = "", False
                continue
            text = found.first(source)
            if isinstance(text, str):
                before = self._result if mode == "append" else ""
                room = RESULT_LIMIT - len(before)
                self._result, self._has_result = before + text[:room] if room else before, True

    def _take_structured(self, source: Any, found: scope.Scope) -> None:  # noqa: ANN401 - any JSON value
        written = isinstance(source, dict)
        value = found.first(source.get("json") if written else source)
        if value is not None:
            value = scope.parsed(value) if written else value
            self._structured = scope.sane(value, STRUCTURED_LIMIT)

    def _deny(self, rule: Mapping[str, Any], found: scope.Scope) -> None:
        what = found.fill(rule["what"], LINE_LIMIT)
        name = scope.shown(found.first(rule.get("id")), _WORD_LIMIT)
        if (name or what) and len(self._denials) < DENIALS_LIMIT:
            self._denials[name or what] = what or name

    def _judge(self, rules: Mapping[str, Any], found: scope.Scope) -> None:
        if "success" in rules:
            self._success = bool(rules["success"])
            if self._success:
                self._error = None
        error = rules.get("error")
        if error:
            message, status = found.value(error.get("message")), found.value(error.get("status"))
            retryable = found.value(error.get("retryable"))
            self._error = {
                "message": " ".join(scope.shown(message, _MESSAGE_LIMIT).split()),
                "status": _whole(status),
                "retryable": retryable if isinstance(retryable, bool) else None,
            }


def _sum(found: scope.Scope, source: Any) -> Decimal | None:  # noqa: ANN401 - any JSON value
    """Add up what a path leads to; None where there is nothing, 0 for an empty collection."""
    if isinstance(source, int | float):
        return _number(source)
    values = found.all(source)
    numbers = [number for value in values or () if (number := _number(value)) is not None]
    if values is None or (values and not numbers):
        return None
    return sum(numbers, Decimal(0))


def _number(value: Any) -> Decimal | None:  # noqa: ANN401 - any JSON value
    """Answer a number of at least 0, None for all else and for what is beyond all reason."""
    if isinstance(value, str):
        number = _numeral(value)
    elif isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _MOST:
        number = Decimal(repr(round(value, _PLACES)))
    else:
        return None
    return None if number is None or number > _MOST else number


def _numeral(text: str) -> Decimal | None:
    found = _NUMERAL.fullmatch(text.strip()) if len(text) < _WORD_LIMIT else None
    if found is None:
        return None
    whole, part, power, many = (group or "" for group in found.groups())
    return Decimal(whole.replace(",", "") + part + power) * _MANY[many.lower()]


def _whole(value: Any) -> int | None:  # noqa: ANN401 - any JSON value
    number = _number(value)
    return int(number) if number is not None and number == int(number) else None


def _braced(line: str) -> bool:
    return line.lstrip().startswith("{")


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
