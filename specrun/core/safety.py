"""What makes a plan too risky to be carried out unasked: the limits, and how a plan goes beyond them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Beyond these a plan is refused unless a person insists.

    `reruns` is the share (0 to 1) of the succeeded tasks that one edit may have run again, where at least
    `reruns_from` have succeeded; `stops` is how many running workers one plan may stop.
    """

    reruns: float = 1 / 3
    reruns_from: int = 5
    stops: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsafe:
    """One way in which a plan goes too far: a code (emptied, renamed, reruns, stops), words, and whom."""

    code: str
    told: str
    tasks: tuple[str, ...] = ()
