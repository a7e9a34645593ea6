"""Says what a plan and its tasks may cost and take, from what attempts have cost and taken before."""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal

from specrun.core.agent import Price
from specrun.core.change import Action, Decision
from specrun.core.estimate import Estimate
from specrun.core.schedule import spent_by_spec
from specrun.core.task import Task
from specrun.report import caps
from specrun.report.preview import Preview
from specrun.report.text import line
from specrun.report.words import count, money

_USD = " USD"
_SMALLEST = Decimal("0.0001")
_MINUTE = 60
_LONG = 2 * 3600
_UNPAID = frozenset({Action.MOVE, Action.PRUNE, Action.VERIFY})
NO_HISTORY = "no history"


def who(preview: Preview, decision: Decision) -> str:
    """Say who would do it, for how much: `[shell]`, `[claude opus, 0.40-1.10 USD (6 samples)]`."""
    task = preview.task(decision)
    if task is None:
        return ""
    if decision.action in _UNPAID:
        return "[no agent]"
    named = line(f"{task.agent} {task.model or ''}")
    found = preview.estimates.tasks.get(task.id)
    if found is None or preview.prices.get(task.agent) is Price.FREE:
        return f"[{named}]"
    return f"[{named}, {foreseen(preview, task, found)}]"


def foreseen(preview: Preview, task: Task, found: Estimate) -> str:
    """Say what one attempt may cost: a range with its samples, else that nobody knows, and the cap."""
    if found.usd is not None:
        others = " of others" if found.basis == "model" else ""
        return f"{dollars(*found.usd)} ({count(found.samples, 'sample')}{others})"
    cap = caps.told(task, preview.prices)
    return f"{NO_HISTORY}, {cap}" if cap == caps.NO_CAP else f"{NO_HISTORY}, at most {cap}"


def dollars(low: Decimal, high: Decimal) -> str:
    """Say a range of money: `0.40-1.10 USD`, or one amount where both are the same."""
    first, last = (_amount(one) for one in (low, high))
    return f"{last}{_USD}" if first == last else f"{first}-{last}{_USD}"


def _amount(usd: Decimal) -> str:
    return money(max(usd, _SMALLEST) if usd else usd).removesuffix(_USD)


def total(preview: Preview) -> str:
    """Say what all of it may cost and how long it may take; "" where no agent would start."""
    if not preview.estimates.tasks:
        return ""
    cost, time = _cost(preview), _time(preview)
    if time:
        return f"{cost}, {time}." if cost else f"Cost: {NO_HISTORY}{_capped(preview)}; {time}."
    return f"{cost}; time: {NO_HISTORY}." if cost else f"Cost and time: {NO_HISTORY}{_capped(preview)}."


def _cost(preview: Preview) -> str:
    """Say what it may cost, "" where nobody knows anything of that."""
    found = preview.estimates
    if all(one.basis == "free" for one in found.tasks.values()):
        return "No cost"
    told = [*_known(preview), *_unknown(preview)]
    return f"Cost {' + '.join(told)}" if told else ""


def _known(preview: Preview) -> Iterator[str]:
    found = preview.estimates
    if found.usd is not None:
        samples = f" ({count(found.samples, 'sample')})"
        limit = _limit(preview)
        told = dollars(*found.usd)
        yield f"{told.removesuffix(_USD)} of {limit}{samples}" if limit else f"{told}{samples}"
    if found.deferred_usd:
        yield f"up to {money(found.deferred_usd)} for deferred tasks"


def _unknown(preview: Preview) -> Iterator[str]:
    found = preview.estimates
    if found.unknown and (found.usd is not None or found.deferred_usd):
        yield f"{NO_HISTORY} of {count(found.unknown, 'task')}{_capped(preview)}"


def _capped(preview: Preview) -> str:
    """Say what the tasks without a history cost at most, where each has a cap: `, at most 5.00 USD`."""
    names = [name for name, one in preview.estimates.tasks.items() if not one.basis]
    held = [caps.holding(preview.desired.tasks[name], preview.prices) for name in names]
    known = [one for one in held if one is not None]
    return f", at most {money(sum(known, Decimal(0)))}" if known and len(known) == len(held) else ""


def _limit(preview: Preview) -> str:
    """Say what the specs may still spend, where each that costs something has a limit."""
    names = {name.partition("/")[0] for name, one in preview.estimates.tasks.items() if one.basis != "free"}
    limits = [preview.desired.specs[name].budget for name in sorted(names)]
    known = [one for one in limits if one is not None]
    if not known or len(known) < len(limits):
        return ""
    spent = spent_by_spec(preview.desired, preview.world.runs)
    left = sum(known, Decimal(0)) - sum((spent.get(name, Decimal(0)) for name in names), Decimal(0))
    whole = left == sum(known, Decimal(0))
    return money(max(left, Decimal(0))) + ("" if whole else " left")


def _time(preview: Preview) -> str:
    seconds = preview.estimates.seconds
    return "" if seconds is None else f"{lasting(*seconds)} on {count(workers(preview), 'worker')}"


def workers(preview: Preview) -> int:
    """Answer how many workers can be busy at once with what may run."""
    desired, names = preview.desired, [*preview.estimates.tasks]
    specs = {name.partition("/")[0] for name in names}
    allowed = desired.max_workers or sum(desired.specs[name].max_workers for name in specs)
    return min(allowed, len(names))


def lasting(low: float, high: float) -> str:
    """Say a range of times so coarsely that nobody takes it for a promise: `about 12-35 min`."""
    if high < _MINUTE:
        return "under a minute"
    unit, size = ("h", 3600) if high > _LONG else ("min", _MINUTE)
    first, last = math.floor(low / size), math.ceil(high / size)
    if first == last:
        return f"about {last} {unit}"
    return f"about {first}-{last} {unit}" if first else f"up to {last} {unit}"
