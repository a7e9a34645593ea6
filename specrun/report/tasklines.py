"""Writes one line per task of a view: mark, address, state, time, cost, tokens, and what is to be said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from specrun.core.change import Action, ReasonCode
from specrun.core.task import TaskId
from specrun.report.colour import Paint, Role
from specrun.report.roles import role as role_of
from specrun.report.status import Row, State, detail
from specrun.report.text import cut, line, pad, width
from specrun.report.words import brief, money, reason, span, why

WORKING = (State.RUNNING, State.VERIFYING, State.COLLECTING)
TROUBLED = (State.FAILED, State.ERRORED, State.LOST, State.CANCELLED, State.BLOCKED)
DONE = (State.SUCCEEDED, State.ACCEPTED)

_MARKS = {
    **dict.fromkeys(WORKING, ">"),
    **dict.fromkeys(TROUBLED, "!"),
    **dict.fromkeys(DONE, "+"),
    State.PENDING: ".",
}
_SETTLED, _STOPPED, _STUCK = "-", "x", "!"
_PLAIN = (State.RUNNING, State.PENDING, *DONE)
"""States that the mark tells where there is no room for words."""
_WAITS = frozenset(
    {ReasonCode.UPSTREAM_PENDING, ReasonCode.MAX_WORKERS, ReasonCode.RETRY_DELAY, ReasonCode.BUDGET_WAIT}
)
_USUAL = {"time": "59m 59s", "cost": "0.1234 USD", "tokens": "999.9k tok"}
"""What the columns of these names have room for at least, where anything stands in them."""
_NARROW = 60
"""Columns below which lines are words in a row, and no table."""
_STATE, _GAP, _SHORTEST, _MINUTE = 10, 2, 16, 60
_SETS = ((("time", "cost", "tokens"), 24), (("time", "cost"), 16), (("time", "cost"), 0), (("time",), 0))
"""What may stand between the state and the note, and the columns that the note has to get then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where everything stands on lines of `room` columns.

    `cells` maps the columns after the state to their widths; `address` and `note` are widths, 0 for none.
    `said` is what workers wrote last, by task.
    """

    room: int
    address: int
    cells: Mapping[str, int]
    note: int
    said: Mapping[TaskId, str]
    now: float

    @classmethod
    def of(cls, rows: Sequence[Row], said: Mapping[TaskId, str], now: float, room: int) -> Layout:
        """Fit the columns of all these rows, so that they stay where they are whatever is folded.

        `now` is in seconds since the epoch.
        """
        longest = max((width(line(row.task_id)) for row in rows), default=0)
        if room < _NARROW:
            return cls(room=room, address=min(longest, room // 2), cells={}, note=0, said=said, now=now)
        widths = {name: max((width(_cell(row, name)) for row in rows), default=0) for name in _USUAL}
        # Amounts grow and lose their last zeros meanwhile; what stands behind them should not move.
        widths = {
            name: max(wide, len(_USUAL[name])) for name, wide in widths.items() if wide or name == "time"
        }
        for names, least in _SETS:
            cells = {name: widths[name] for name in names if name in widths}
            rest = room - 2 - _STATE - sum(_GAP + one for one in cells.values()) - _GAP
            address = min(longest, max(rest - (least + _GAP if least else 0), _SHORTEST))
            note = rest - address - _GAP
            if note >= least:
                break
        return cls(room=room, address=min(address, rest), cells=cells, note=max(note, 0), said=said, now=now)

    def line(self, row: Row, paint: Paint) -> str:
        """Answer the line of a task, coloured by its state."""
        stopped, stuck = row.decision.action is Action.STOP, held(row)
        mark = _STOPPED if stopped else _STUCK if stuck else _MARKS.get(row.state, _SETTLED)
        role = Role.CARE if stopped or stuck else role_of(row.state)
        address, note = cut(line(row.task_id), self.address), self._note(row)
        if self.room < _NARROW:
            word = "" if row.state in _PLAIN else f" {row.state}"
            begin = cut(f"{mark} {pad(address, self.address)}{word}", self.room)
            time = "" if row.state in TROUBLED else _cell(row, "time")
            rest = cut(" ".join(part for part in (time, note) if part), max(self.room - width(begin) - 1, 0))
            return f"{paint(begin, role)} {rest}".rstrip()
        words = pad(str(row.state), _STATE if self.cells or note else 0)
        cells = "".join(
            " " * (_GAP + wide - width(_cell(row, name))) + _cell(row, name)
            for name, wide in self.cells.items()
        )
        begin = f"{paint(mark, role)} {pad(address, self.address)}{' ' * _GAP}{paint(words, role)}"
        end = cut(note, self.note)
        return (f"{begin}{cells}{' ' * _GAP}{paint(end, Role.FAINT)}" if end else f"{begin}{cells}").rstrip()

    def _note(self, row: Row) -> str:
        if row.state is State.PENDING:
            return _wait(row, self.now)
        if row.state not in WORKING or held(row):
            return line(detail(row))
        if row.decision.action is Action.STOP:
            return line(why(row.decision))
        return ": ".join(part for part in (line(row.checking), line(self.said.get(row.task_id, ""))) if part)


def _wait(row: Row, now: float) -> str:
    """Say what a task waits for, and everything that is known of it where it waits for nothing."""
    decision = row.decision
    if decision.not_before > now:
        return f"starts in {span(round(decision.not_before - now) or 1)}"
    waits = [one for one in decision.reasons if one.code in _WAITS]
    return "; ".join(line(reason(one)) for one in waits or decision.reasons)


def _cell(row: Row, name: str) -> str:
    if name == "time":
        return "" if row.seconds is None else _elapsed(row.seconds, going_on=row.state in WORKING)
    if name == "tokens":
        return brief(row.tokens) if row.tokens else ""
    known = row.cost if row.costs else None
    if known is None:
        return "" if row.state in WORKING or not row.costs else money(None)
    return money(known) if known else ""


def _elapsed(seconds: float, *, going_on: bool) -> str:
    """Say a time; one that goes on in whole seconds, so that its line changes once a second."""
    if not going_on:
        return span(seconds)
    return f"{int(seconds)}s" if seconds < _MINUTE else span(int(seconds))


def held(row: Row) -> bool:
    """Whether the work is done, but may not be collected: its branch is in use, say."""
    return row.state in WORKING and row.decision.action is Action.HOLD


def ranked(rows: Iterable[Row]) -> tuple[list[Row], list[Row], list[Row], list[Row]]:
    """Sort out who is at work, who is in trouble, who waits, and what is done or left alone."""
    found: tuple[list[Row], list[Row], list[Row], list[Row]] = ([], [], [], [])
    for row in rows:
        found[_rank(row)].append(row)
    return found


def _rank(row: Row) -> int:
    if row.state in TROUBLED or held(row):
        return 1
    if row.state in WORKING:
        return 0
    return 2 if row.state is State.PENDING else 3
