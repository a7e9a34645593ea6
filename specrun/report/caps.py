"""Says what one attempt of a task may cost at most."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from specrun.core.agent import Price
from specrun.core.task import Task
from specrun.report.words import money

NO_CAP = "no cap"


def holding(task: Task, prices: Mapping[str, Price]) -> Decimal | None:
    """Answer the cap in USD that holds for an attempt, None where none does.

    `prices` tells by name what agents can say of their cost: one that says nothing cannot be held.
    """
    price = prices.get(task.agent, Price.REPORTED)
    if price is Price.FREE:
        return Decimal(0)
    return None if price is Price.UNKNOWN else task.budget


def told(task: Task, prices: Mapping[str, Price]) -> str:
    """Say it in words: `1.00 USD`, `no cap`, or `-` for what costs nothing."""
    if prices.get(task.agent) is Price.FREE:
        return "-"
    cap = holding(task, prices)
    return NO_CAP if cap is None else money(cap)
