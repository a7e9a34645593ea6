"""Puts colours on lines that are laid out already: actions, differences, findings of an explanation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

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

_CHANGED = re.compile(r"^( *)(([-+]).*)$")
"""A line of a text that is gone or has come."""
_SIDES = (re.compile(r"^ *--- "), re.compile(r"^ *\+\+\+ "))
"""The two lines, one below the other, that name the sides of a patch."""
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
    told = [*rows]
    sides = {place + more for place in range(len(told)) if _sides(told[place : place + 2]) for more in (0, 1)}
    for number, row in enumerate(told):
        found = _CHANGED.match(row) if paint.on else None
        if found is None or number in sides:
            yield row
        else:
            yield f"{found[1]}{paint(found[2], Role.BAD if found[3] == '-' else Role.GOOD)}"


def _sides(pair: Sequence[str]) -> bool:
    """Whether two lines name the sides of a patch; a line alone may be an item of a list that is gone."""
    return len(pair) == len(_SIDES) and all(side.match(row) for side, row in zip(_SIDES, pair, strict=True))


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
