"""The order in which the keys of a file are written: one table for all mappings that have words of ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

FILE = "file"
"""The kind of the top of a file, spec or settings."""
SPACED = frozenset({"tasks", "domains", "agents"})
"""Kinds of mappings whose entries stand apart, unless each takes a single line."""
ANY = "*"
FREE = "x-"

_WHERE = ("executor", "workspace", "inherit_config")
_MEANS = ("env", "secrets", "permissions")
_LIMITS = ("max_turns", "timeout", "idle_timeout", "log_limit", "retry")
_SHARED = {"permissions": "permissions", "retry": "retry", "checks": "checks"}
_COMMANDS = ("type", "test", "lint", "build")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of mapping or list: its keys in order, and of which kind are the values below them.

    `ANY` stands for every key or item. Without an order, keys stay as they were written.
    """

    order: tuple[str, ...] = ()
    below: Mapping[str, str] = field(default_factory=dict)


KINDS = {
    FILE: Kind(
        (
            *("version", "name", "description", "labels", "checklist", "agent", *_WHERE),
            *("max_workers", "on_change_while_running", "thresholds", "project", *_MEANS, "budget", *_LIMITS),
            *("models", "checks", "protect", "vars", "agents", "domains", "tasks", "moved", "removed"),
        ),
        {
            **dict.fromkeys(("thresholds", "project", "budget", "models", "agents", "domains", "tasks"), ""),
            **_SHARED,
            "moved": "moves",
        },
    ),
    "domains": Kind(below={ANY: "domain"}),
    "domain": Kind(
        (
            *("description", "keywords", "template", "agent", "model", *_WHERE, "max_workers"),
            *(*_MEANS, *_LIMITS, "checks", "protect"),
        ),
        _SHARED,
    ),
    "tasks": Kind(below={ANY: "task"}),
    "task": Kind(
        (
            *("title", "item", "description", "labels", "complexity", "domain", "depends_on", "when"),
            *("enabled", "freeze", "priority", "rerun", "agent", "model", *_WHERE, *_MEANS, *_LIMITS),
            *("reads", "touches", "protect", "checks", "judge", "outputs", "prompt", "template", "with"),
        ),
        {**_SHARED, "depends_on": "edges", "judge": "judge"},
    ),
    "edges": Kind(below={ANY: "edge"}),
    "edge": Kind(("on", "carry")),
    "judge": Kind(("pass", "fail", "rewind"), {"rewind": "rewind"}),
    "rewind": Kind(("to", "limit")),
    "retry": Kind(("limit", "on", "delay", "factor", "max_delay", "jitter", "strategy")),
    "budget": Kind(("limit", "per_task", "on_exceed", "unknown_price")),
    "permissions": Kind(("mode", "allow", "deny")),
    "thresholds": Kind(("reruns", "reruns_from", "stops")),
    "moves": Kind(below={ANY: "move"}),
    "move": Kind(("from", "to")),
    "checks": Kind(below={ANY: "check"}),
    "check": Kind(("name", "run", "path")),
    "project": Kind((*_COMMANDS, "paths"), {"paths": "projects"}),
    "projects": Kind(below={ANY: "commands"}),
    "commands": Kind(_COMMANDS),
    "models": Kind(("default", "rules"), {"rules": "rules"}),
    "rules": Kind(below={ANY: "rule"}),
    "rule": Kind(("match", "complexity", "domain", "model")),
    "agents": Kind(below={ANY: "agent"}),
    "agent": Kind(
        (
            *("argv", "prompt", "model_flag", "models", "success", "version", "tested", "env", "permissions"),
            *("allow_flag", "deny_flag", "budget_flag", "turns_flag", "session_flag", "resume"),
            *("config_home", "config", "cleanup", "meter"),
        ),
        {"permissions": "modes", "meter": "meter"},
    ),
    "modes": Kind(("read", "edit", "full")),
    "meter": Kind(("format", "events"), {"events": "events"}),
    "events": Kind(below={ANY: "event"}),
    "event": Kind(
        (
            *("match", "each", "where", "session_id", "model", "success", "turns", "cost", "tokens"),
            *("result", "structured", "error", "denied", "line", "text", "piece"),
        ),
        {"tokens": "tokens of an event", "result": "result", "error": "error", "denied": "denied"},
    ),
    "tokens of an event": Kind(("input", "output", "cache_read", "cache_write")),
    "result": Kind(("set", "append", "clear")),
    "error": Kind(("message", "status", "retryable")),
    "denied": Kind(("id", "what")),
}
"""Every kind by its name; in `below`, "" means the kind that is called as the key."""


def below(kind: str, key: str) -> str:
    """Answer the kind of the value of a key, ANY for an item; "" where nothing is known about it."""
    known = KINDS[kind].below if kind in KINDS else {}
    found = known.get(key, known.get(ANY))
    return "" if found is None else found or key


def rank(kind: str, key: str) -> int:
    """Answer the place of a key: unknown ones come after the known ones, those with x- last."""
    order = KINDS[kind].order if kind in KINDS else ()
    if not order:
        return 0
    if key in order:
        return order.index(key)
    return len(order) + key.startswith(FREE)


@dataclass(frozen=True, slots=True)
class Names:
    """The anchors that a part of a file sets, and those that it uses."""

    sets: frozenset[str] = frozenset()
    uses: frozenset[str] = frozenset()

    def __or__(self, other: Names) -> Names:
        return Names(self.sets | other.sets, self.uses | other.uses)


def arranged(kind: str, keys: Sequence[str], names: Sequence[Names]) -> list[int]:
    """Answer the numbers of entries in the order in which they are written.

    What uses an anchor never comes before what sets it: that is pulled to the front of its first use.
    """
    needs = _needs(names)
    answer: list[int] = []
    done: set[int] = set()
    for number in sorted(range(len(keys)), key=lambda one: rank(kind, keys[one])):
        wanted = {number}
        open_ = [number]
        while open_:
            fresh = needs[open_.pop()] - wanted - done
            wanted |= fresh
            open_ += fresh
        answer += sorted(wanted - done - {number}) + [number] * (number not in done)
        done |= wanted
    return answer


def _needs(names: Sequence[Names]) -> list[set[int]]:
    """Answer for each entry those before it that it must stay behind."""
    needs: list[set[int]] = [set() for _ in names]
    setters: dict[str, int] = {}
    users: dict[str, list[int]] = {}
    for number, one in enumerate(names):
        for name in one.uses | one.sets:
            needs[number].update({setters[name]} if name in setters else ())
        for name in one.sets:
            # Whoever meant an earlier anchor of that name must not come to mean this one.
            needs[number].update(users.pop(name, ()))
            setters[name] = number
        for name in one.uses - one.sets:
            users.setdefault(name, []).append(number)
    return needs
