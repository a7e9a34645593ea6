"""Shows what `specrun doctor` found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from specrun.report.diff import aligned
from specrun.report.text import line


class Finding(Protocol):
    """One thing that was looked at: what it is like, and what to do where it is not `ok`."""

    @property
    def name(self) -> str:
        """What was looked at."""

    @property
    def ok(self) -> bool:
        """Whether specrun can work with it."""

    @property
    def notice(self) -> bool:
        """Whether it is told for information only."""

    @property
    def what(self) -> str:
        """What it is like."""

    @property
    def fix(self) -> str:
        """What to do about it."""


def text(findings: Sequence[Finding]) -> str:
    """Answer one line per finding, and one more where something is to be done."""
    rows = aligned([(_mark(one), line(one.name), line(one.what)) for one in findings])
    told = []
    for row, one in zip(rows, findings, strict=True):
        told.append(row)
        if one.fix and not one.ok:
            told.append(f"     fix: {line(one.fix)}")
    return "".join(f"{row}\n" for row in told)


def _mark(one: Finding) -> str:
    if not one.ok:
        return "BAD"
    return "-" if one.notice else "ok"
