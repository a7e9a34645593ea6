"""Puts colours on lines that are laid out already: actions, differences, findings of an explanation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from specrun.core.change import Action
from specrun.report.colour import Paint, Role
from specrun.report.roles import word

ACTIONS = {
    Action.RUN: Role.GOOD,
    Action.RERUN: Role.CARE,
    Action.CASCADE: Role.CARE,
    Action.RETRY: Role.BAD,
    Action.VERIFY: Role.NEWS,
    Action.ADOPT: Role.NEWS,
    Action.STOP: Role.BAD,
    Action.PRUNE: Role.BAD,
    Action.MOVE: Role.NEWS,
    Action.DEFERRED: Role.FAINT,
    Action.HOLD: Role.CARE,
    Action.REUSE: Role.FAINT,
}
"""In which colour each action is told."""

_CHANGED = re.compile(r"^( *)([-+])( .*|[^-+ ].*)$")
"""A line of a text that is gone or has come; not those that name the two sides of a patch."""
_WORD = re.compile(r"^( +)(ok|BAD|changed|new|unknown)(?= )")
"""The word before a check, or before a component."""
_NEXT = re.compile(r"^(next apply: )(\w+)")
_ATTEMPT = re.compile(r"^(  #\d+(?: \(round \d+\))? +)(\w+)")
_MARKS = {"ok": Role.GOOD, "BAD": Role.BAD, "changed": Role.CARE, "new": Role.GOOD, "unknown": Role.FAINT}


def action(row: str, what: Action, paint: Paint) -> str:
    """Colour the mark and the word of an action that a line begins with."""
    head, found, rest = row.partition(str(what))
    return f"{paint(head + found, ACTIONS[what])}{rest}"


def differences(rows: Iterable[str], paint: Paint) -> Iterator[str]:
    """Colour lines of texts that are gone, and those that have come."""
    for row in rows:
        found = _CHANGED.match(row) if paint.on else None
        if found is None:
            yield row
        else:
            role = Role.BAD if found[2] == "-" else Role.GOOD
            yield f"{found[1]}{paint(found[2] + found[3], role)}"


def explained(rows: Iterable[str], paint: Paint) -> Iterator[str]:
    """Colour an explanation: the state in its first line, and the words that other lines begin with."""
    for number, row in enumerate(differences(rows, paint)):
        if not paint.on:
            yield row
        elif number == 0:
            yield _headline(row, paint)
        elif row.endswith(":") and not row.startswith(" "):
            yield paint(row, Role.STRONG)
        else:
            yield _begun(row, paint)


def _begun(row: str, paint: Paint) -> str:
    row = _WORD.sub(lambda found: f"{found[1]}{paint(found[2], _MARKS[found[2]])}", row)
    row = _ATTEMPT.sub(lambda found: f"{found[1]}{word(found[2], paint)}", row)
    return _NEXT.sub(lambda found: found[1] + _next(found[2], paint), row)


def _headline(row: str, paint: Paint) -> str:
    """Colour address and state, which are the first two words."""
    address, _, rest = row.partition(" ")
    state, colon, more = rest.partition(":")
    name, blank, gone = state.partition(" ")
    return f"{paint(address, Role.STRONG)} {word(name, paint)}{blank}{gone}{colon}{more}"


def _next(told: str, paint: Paint) -> str:
    known = {str(one): role for one, role in ACTIONS.items()}
    return paint(told, known[told]) if told in known else told
