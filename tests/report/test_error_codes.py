"""Tests that every code of a problem is told, and none that does not exist."""

from __future__ import annotations

import re
from pathlib import Path

from specrun.report.error_codes import CODES, GROUPS, page
from specrun.report.handbook import text

SPEC = Path(__file__).parents[2] / "specrun"


def test_the_codes_are_those_that_are_used() -> None:
    used = {
        code
        for room in ("spec", "imports", "commands", "wiring.py")
        for path in ([SPEC / room] if room.endswith(".py") else sorted((SPEC / room).rglob("*.py")))
        for code in re.findall(r'"(E\d{3})"', path.read_text())
    }
    assert used == set(CODES)
    assert [*CODES] == sorted(CODES)


def test_the_page_has_them_by_what_they_are_about() -> None:
    told = text(page())
    assert all(f"\n{title}:\n" in told for title in GROUPS.values())
    assert all(f"\n  {code}  " in told for code in CODES)
