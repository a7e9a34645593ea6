"""Says when the run of an agent has taken more than it may: money or turns."""

from __future__ import annotations

from decimal import Decimal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from specrun.system.meter import Meter


class Caps:
    """The caps that only a meter can hold; those that are absent or null hold nothing."""

    def __init__(self, limits: Mapping[str, Any]) -> None:
        budget = limits.get("budget")
        self._budget = None if budget is None else Decimal(budget)
        self._turns: int | None = limits.get("max_turns")

    def crossed(self, meter: Meter) -> tuple[str, str]:
        """Answer the cause that ends the run and a sentence with figure and cap, or two times nothing."""
        cost, turns = meter.cost, meter.turns
        if self._budget is not None and cost is not None and cost > self._budget:
            return "budget", f"it cost {cost:f} USD, and its budget is {self._budget:f} USD"
        if self._turns is not None and turns is not None and turns > self._turns:
            return "max_turns", f"it took {turns} turns, and it may take {self._turns}"
        return "", ""
