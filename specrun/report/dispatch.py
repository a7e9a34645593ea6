"""Shows what an apply is about to do, so that a person can say yes or no to it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from specrun.core.agent import Price
from specrun.core.change import Action, Decision, Plan, ReasonCode
from specrun.core.forecast import WORKING
from specrun.core.reasons import named
from specrun.core.safety import Unsafe
from specrun.core.task import Desired, Task, TaskId
from specrun.report import caps as caps_
from specrun.report.table import plain
from specrun.report.text import cut, line, width
from specrun.report.words import awaited, count, money, when, why

_COLUMNS = ((0, 1, 2, 3, 4, 5), (0, 1, 4, 5), (0, 4, 5), (0, 5))
_KEYS = {ReasonCode.FROZEN: "freeze", ReasonCode.DISABLED: "enabled", ReasonCode.SKIPPED: "when"}
STARTING = frozenset({*WORKING, Action.VERIFY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """What an apply would start, at most `workers` at once, and what it would change in the records.

    `checked` of the tasks are checked again without their agents. `cap` is what one attempt of each other may
    cost in all, in USD, but for `uncapped` tasks that nothing holds. `prices` tells by name what agents can
    say of their cost. `renamed` are (former, present) addresses, `forgotten` tasks whose records go.
    """

    tasks: tuple[tuple[Decision, Task], ...]
    checked: int
    live: int
    workers: int
    cap: Decimal
    uncapped: int
    prices: Mapping[str, Price]
    renamed: tuple[tuple[TaskId, TaskId], ...] = ()
    forgotten: tuple[TaskId, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether it changes anything that a person would be asked about."""
        return bool(self.tasks or self.renamed or self.forgotten)


def _selected(desired: Desired) -> frozenset[TaskId]:
    return frozenset(desired.tasks) & (frozenset(desired.tasks) if desired.only is None else desired.only)


def dispatch(desired: Desired, plan: Plan, prices: Mapping[str, Price]) -> Dispatch:
    """Pick what is to be started out of a plan and add it up."""
    chosen = tuple(
        (one, desired.tasks[one.task_id])
        for one in plan.decisions
        if one.action in STARTING and one.task_id in _selected(desired)
    )
    specs = {task.spec for _, task in chosen}
    allowed = desired.max_workers or sum(desired.specs[spec].max_workers for spec in specs)
    caps = [caps_.holding(task, prices) for one, task in chosen if one.action is not Action.VERIFY]
    return Dispatch(
        tasks=chosen,
        checked=len(chosen) - len(caps),
        live=len(plan.live),
        workers=min(allowed, len(chosen)),
        cap=sum((cap for cap in caps if cap is not None), Decimal(0)),
        uncapped=caps.count(None),
        prices=prices,
        renamed=tuple((one.moved_from, one.task_id) for one in plan.decisions if one.moved_from is not None),
        forgotten=tuple(one.task_id for one in plan.decisions if one.action is Action.PRUNE and one.ready),
    )


def text(shown: Dispatch, now: float, *, room: int | None = None) -> str:
    """Answer the tasks as a table (in `room` columns where given) with totals, and what else changes.

    `now` is in seconds since the epoch.
    """
    return "\n".join([*(_table(shown, now, room) if shown.tasks else []), *_amended(shown)]) + "\n"


def _table(shown: Dispatch, now: float, room: int | None) -> list[str]:
    rows = [
        (line(task.id), *_agent(decision, task, shown.prices), why(decision), when(decision, now, task))
        for decision, task in shown.tasks
    ]
    heads = ("task", "agent", "model", "budget", "reason", "start")
    return [*_fitted([heads, *rows], room), totals(shown)]


def _amended(shown: Dispatch) -> Iterator[str]:
    if shown.renamed:
        pairs = named(f"{line(old)} -> {line(new)}" for old, new in shown.renamed)
        yield f"{_some(len(shown.renamed), 'task gets', 'tasks get')} a new name, branch included: {pairs}."
    if shown.forgotten:
        names = named(map(line, shown.forgotten))
        yield f"{_some(len(shown.forgotten), 'record is', 'records are')} taken away: {names}."


def _some(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def dangers(unsafe: Sequence[Unsafe]) -> str:
    """Answer in one line in which ways a plan goes too far, and for which tasks."""
    told = [line(one.told) + (f": {named(map(line, one.tasks))}" if one.tasks else "") for one in unsafe]
    return f"this goes too far to be done unasked: {'; '.join(told)}"


def _agent(decision: Decision, task: Task, prices: Mapping[str, Price]) -> tuple[str, str, str]:
    if decision.action is Action.VERIFY:
        return "-", "-", "-"
    return line(task.agent), line(task.model or "-"), caps_.told(task, prices)


def _fitted(rows: Sequence[Sequence[str]], room: int | None) -> list[str]:
    """Leave out what matters least until the rest fits; at last lines are cut."""
    told: list[str] = []
    for kept in _COLUMNS:
        heads, *cells = [[row[place] for place in kept] for row in rows]
        told = plain(heads, cells).split("\n")
        if room is None or max(map(width, told)) <= room:
            return told
    return [cut(one, room or 0) for one in told]


def totals(shown: Dispatch) -> str:
    """Answer the line under the table."""
    starting = len(shown.tasks) - shown.checked
    most = "up to " if any(_open(one, task) for one, task in shown.tasks) else ""
    told = [f"{most}{count(starting, 'task')} to start"] if starting or not shown.checked else []
    if shown.checked:
        told.append(f"{count(shown.checked, 'task')} to check again, without an agent")
    told.append(f"at most {count(shown.workers, 'worker')} at once")
    if shown.live:
        told.append(f"{count(shown.live, 'worker')} running already")
    sums = [f"at most {money(shown.cap)} per round of attempts"] if shown.cap else []
    if shown.uncapped:
        sums.append(f"no cap for {count(shown.uncapped, 'task')}")
    if sums:
        told.append(" and ".join(sums))
    return ", ".join(told) + "."


def _open(decision: Decision, task: Task) -> bool:
    """Whether only the end of an upstream will tell if a task runs."""
    return decision.action is Action.DEFERRED or bool(awaited(decision, task)[1])


def withheld(desired: Desired, plan: Plan, names: Collection[TaskId]) -> list[str]:
    """Say of tasks that a person has named why they do not run all the same, and what would let them."""
    told = (
        (one, desired.tasks[one.task_id])
        for one in plan.decisions
        if one.task_id in names and one.action is Action.HOLD and one.task_id in desired.tasks
    )
    return [
        f"{line(task.id)} stays as it is, {why(one)}; fix: {_let_go(one.reasons[0].code, task)}"
        for one, task in told
        if one.reasons[0].code in _KEYS
    ]


def _let_go(code: ReasonCode, task: Task) -> str:
    if code is ReasonCode.FROZEN and not task.freeze:
        return f"specrun unfreeze {task.id}"
    return f"edit `{_KEYS[code]}` in {line(task.where.file)}"
