"""Shows work that goes on as a block of lines: one per task, how far it is, what it took, which keys help."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from specrun.core.change import Plan, ReasonCode, Start, Verify
from specrun.core.estimate import History, remaining
from specrun.core.task import Desired, TaskId
from specrun.core.world import Attempt, World
from specrun.ports import AttemptKey
from specrun.report.colour import PLAIN, Paint, Role
from specrun.report.pricing import lasting
from specrun.report.status import Row, State, standing
from specrun.report.tasklines import TROUBLED, WORKING, Layout, held, ranked
from specrun.report.text import cut, line, width
from specrun.report.words import brief, cost, count, money

_BAR = range(4, 21)
_TOLD = (State.RUNNING, State.VERIFYING, *TROUBLED)
_LEAST = 5
"""Lines of a block from which on it says which keys help, and from three on what everything took."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What there is to show: the world of one look and what would become of it.

    `elsewhere` are open attempts of other branches, `applying` the specs with a specrun at work on them, None
    where that is the one which shows it. `only` are the tasks to be shown, None for all but those that are
    not selected, and `heading` says how they were selected. `left` is the time left in seconds, lowest and
    highest, None where nobody knows. `started` are attempts that have begun since the look.
    """

    desired: Desired
    world: World
    plan: Plan
    elsewhere: tuple[Attempt, ...] = ()
    applying: tuple[str, ...] | None = None
    only: frozenset[TaskId] | None = None
    left: tuple[float, float] | None = None
    heading: str = ""
    started: tuple[AttemptKey, ...] = ()

    def foretold(self) -> Seen:
        """Answer the same with the time left, by what attempts in this repo have taken before."""
        history = History.of(self.world.runs.values())
        return replace(self, left=remaining(self.desired, self.world, self.plan, history))

    def rows(self, now: float) -> list[Row]:
        """Answer how the tasks stand; `now` is in seconds since the epoch."""
        # A turn shows the world from before it; what it has just started is at work by now.
        begun = {
            change.decision.task_id: State.RUNNING if isinstance(change, Start) else State.VERIFYING
            for change in self.plan.changes
            if isinstance(change, Start | Verify)
        }
        found = standing(self.desired, replace(self.world, now=now), self.plan).rows
        since = max(now - self.world.now, 0.0)
        return [
            replace(row, state=begun[row.task_id], seconds=since) if row.task_id in begun else row
            for row in found
            if self._meant(row)
        ]

    def _meant(self, row: Row) -> bool:
        if self.only is not None:
            return row.task_id in self.only
        return all(one.code is not ReasonCode.NOT_SELECTED for one in row.decision.reasons)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What changes between two looks: the time, in seconds since the epoch, and the last line of each worker.

    `keys` says which keys help.
    """

    now: float
    said: Mapping[TaskId, str] = field(default_factory=dict)
    keys: str = ""


def block(seen: Seen, moment: Moment, *, room: int, rows: int, paint: Paint = PLAIN) -> tuple[str, ...]:
    """Answer at most `rows` lines of at most `room` columns; ASCII but for what users and workers wrote."""
    found = seen.rows(moment.now)
    foot = _foot(seen, found, moment, room)
    if rows < _LEAST:
        foot = foot[:1]
    foot = foot[: max(rows, 0)]
    layout = Layout.of(found, moment.said, moment.now, room)
    told = list(_folded(found, layout, max(rows - len(foot), 0), paint))
    *firm, last = [cut(one, room) for one in foot] or [""]
    ends = [*firm, paint(last, Role.FAINT) if moment.keys and len(foot) > 1 else last] if foot else []
    return (*told, *ends)


def _folded(found: Sequence[Row], layout: Layout, space: int, paint: Paint) -> Iterator[str]:
    """Answer the lines of the tasks in `space` lines: what is done is folded first, then what waits.

    Workers give way to nobody.
    """
    groups = [group for group in ranked(found) if group]
    for place, group in enumerate(groups):
        working = group[0].state in WORKING and not held(group[0])
        after = 0 if working else len(groups) - place - 1
        mine = max(space - after, min(space, 1))
        settled = place == len(groups) - 1 and group[0].state not in (*WORKING, *TROUBLED, State.PENDING)
        shown = group if len(group) <= mine else [] if settled else group[: max(mine - 1, 0)]
        yield from (layout.line(row, paint) for row in shown)
        space -= len(shown)
        if len(shown) < len(group) and space:
            yield paint(cut(f"  {_counted(group[len(shown) :], more=bool(shown))}", layout.room), Role.FAINT)
            space -= 1


def _counted(rows: Sequence[Row], *, more: bool) -> str:
    states = Counter(row.state for row in rows)
    told = ", ".join(f"{states[state]} {state}" for state in State if states[state])
    return f"and {told}" if more else told


def _foot(seen: Seen, found: Sequence[Row], moment: Moment, room: int) -> list[str]:
    states = Counter(row.state for row in found)
    left = f", {lasting(*seen.left)} left" if seen.left else ""
    told = (bar(states, len(found), room, left), totals(seen, found), seen.heading, moment.keys)
    return [one for one in told if one]


def bar(states: Counter[State], total: int, room: int, left: str = "") -> str:
    """Answer how far it is: `[####....] 5/12, 2 running, 1 failed, about 3 min left`, as far as it fits."""
    done = total - states[State.PENDING] - sum(states[state] for state in WORKING)
    told = f"{done}/{total}"
    for state in _TOLD:
        if states[state]:
            told += f", {states[state]} {state}"
    told += left if width(told + left) <= room else ""
    spare = min(room - width(told) - 3, _BAR[-1])
    if spare not in _BAR:
        return told
    full = spare * done // total if total else spare
    return f"[{'#' * full}{'.' * (spare - full)}] {told}"


def totals(seen: Seen, found: Sequence[Row]) -> str:
    """Answer what all of it takes: `3/4 workers, 0.52 of 5.00 USD, 1.2M tok`, and who else is at work."""
    busy = sum(row.state in WORKING and not held(row) for row in found)
    told = [f"{busy}/{_workers(seen.desired, found)} workers", _cost(seen.desired, found), _tokens(found)]
    if seen.applying is not None:
        told.append(
            f"specrun is applying {', '.join(map(line, seen.applying))}"
            if seen.applying
            else "nobody is applying"
        )
    if seen.elsewhere:
        told.append(f"{count(len(seen.elsewhere), 'attempt')} of other branches")
    return ", ".join(one for one in told if one)


def _workers(desired: Desired, found: Sequence[Row]) -> int:
    """Answer how many workers there may be at once for what is to be done."""
    unfinished = {row.task_id for row in found if row.state in (*WORKING, State.PENDING)}
    specs = {name.partition("/")[0] for name in unfinished} & desired.specs.keys() or desired.specs.keys()
    return desired.max_workers or sum(desired.specs[name].max_workers for name in specs)


def _cost(desired: Desired, found: Sequence[Row]) -> str:
    """Say what the tasks have cost so far and what their specs may spend; nothing where nothing costs."""
    # What a worker has cost so far is not known before it says so for the first time.
    amounts = [
        one
        for row in found
        for place, one in enumerate(row.costs, 1)
        if one is not None or row.state not in WORKING or place < len(row.costs)
    ]
    limits = [
        desired.specs[name].budget
        for name in {row.task_id.partition("/")[0] for row in found if row.agent not in desired.free}
        if name in desired.specs
    ]
    known = [one for one in limits if one is not None]
    limit = money(sum(known, Decimal(0))) if known and len(known) == len(limits) else ""
    if not (limit or any(one != 0 for one in amounts)):
        return ""
    told = cost(amounts) or money(Decimal(0))
    return f"{told.removesuffix(' USD')} of {limit}" if limit else told


def _tokens(found: Sequence[Row]) -> str:
    counted: Counter[str] = Counter()
    for row in found:
        former = row.run.attempts if row.run else ()
        for counts in (*(one.tokens for one in former if one.number != row.attempt), row.tokens):
            counted.update(counts or {})
    return brief(counted) if counted else ""
