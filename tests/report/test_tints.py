"""Tests which words get colours, and that nothing else of a line changes."""

from __future__ import annotations

import pytest

from specrun.core.change import Action
from specrun.report.colour import PLAIN, Paint, Role
from specrun.report.text import clean
from specrun.report.tints import ACTIONS, action, differences, explained

PAINT = Paint(on=True)


@pytest.mark.parametrize("what", Action)
def test_each_action_has_a_colour(what: Action) -> None:
    row = f"+ {what}  demo/{what}  why"
    assert action(row, what, PAINT) == f"{PAINT(f'+ {what}', ACTIONS[what])}  demo/{what}  why"
    assert action(row, what, PLAIN) == row


ROWS = [
    "  - old",
    "  + new",
    "  --- recorded",
    "  +++ now",
    "-gone",
    "  + ",
    "a - b",
    "x",
    "",
    "-- item",
    "+- item",
    "-",
]


def test_lines_that_are_gone_or_have_come() -> None:
    told = [*differences(ROWS, PAINT)]
    assert told[:2] == [f"  {PAINT('- old', Role.BAD)}", f"  {PAINT('+ new', Role.GOOD)}"]
    assert told[4] == PAINT("-gone", Role.BAD)
    # Items of lists are not the sides of a patch.
    assert told[9:] == [PAINT("-- item", Role.BAD), PAINT("+- item", Role.GOOD), PAINT("-", Role.BAD)]
    assert [told[place] for place in (2, 3, 6, 7, 8)] == [ROWS[place] for place in (2, 3, 6, 7, 8)]
    assert [clean(one) for one in told] == ROWS
    assert [*differences(ROWS, PLAIN)] == ROWS


EXPLAINED = [
    "demo/a failed: exit code 1",
    "checks:",
    "  BAD  test: pytest",
    "  ok   lint: ruff check .",
    "       ok to say anything here",
    "attempts:",
    "  #1 (round 2)  failed  shell",
    "    changed  prompt",
    "    same     env",
    "next apply: retry: failed, then edited",
    "next apply: nothing: gone",
]


def test_an_explanation() -> None:
    told = [*explained(EXPLAINED, PAINT)]
    assert told[0] == f"{PAINT('demo/a', Role.STRONG)} {PAINT('failed', Role.BAD)}: exit code 1"
    assert told[1] == PAINT("checks:", Role.STRONG)
    assert told[2] == f"  {PAINT('BAD', Role.BAD)}  test: pytest"
    assert told[6] == f"  #1 (round 2)  {PAINT('failed', Role.BAD)}  shell"
    assert told[7] == f"    {PAINT('changed', Role.CARE)}  prompt"
    assert told[8] == EXPLAINED[8]
    assert told[9] == f"next apply: {PAINT('retry', Role.BAD)}: failed, then edited"
    assert told[10] == EXPLAINED[10]
    assert [clean(one) for one in told] == EXPLAINED
    assert [*explained(EXPLAINED, PLAIN)] == EXPLAINED


def test_a_headline_without_a_reason() -> None:
    told = [*explained(["demo/a succeeded (gone from the specs)"], PAINT)]
    assert told == [f"{PAINT('demo/a', Role.STRONG)} {PAINT('succeeded', Role.GOOD)} (gone from the specs)"]
