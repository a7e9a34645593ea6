"""Holds the change of an attempt against what its task may touch."""

from __future__ import annotations

from collections.abc import Sequence

from specrun.core.contract import Contract
from specrun.core.glob import matches
from specrun.core.reasons import NOTHING_CHANGED, OUTSIDE_LINKS, OUTSIDE_TOUCHES, named, told
from specrun.core.world import CarriedFile


def shortfall(contract: Contract, carried: Sequence[CarriedFile], outside: Sequence[str]) -> str:
    """Say why a change is not what was asked for, "" when it is.

    `outside` names links in it that lead out of the tree: what lies behind them would be checked, and is no
    part of the work.
    """
    if contract.judge is not None or not (contract.touches or contract.checks):
        return ""
    strange = [file.path for file in carried if not matches(contract.touches, file.path)]
    if contract.touches and strange:
        return told(OUTSIDE_TOUCHES, named(strange))
    if outside:
        return told(OUTSIDE_LINKS, named(outside))
    return told(NOTHING_CHANGED) if contract.touches and not carried else ""
