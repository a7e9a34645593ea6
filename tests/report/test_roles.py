"""Tests the colours of states."""

from __future__ import annotations

import pytest

from specrun.report.colour import PLAIN, Paint, Role
from specrun.report.roles import role, table, word
from specrun.report.status import State

PAINT = Paint(on=True)


@pytest.mark.parametrize(
    ("state", "means"),
    [
        (State.RUNNING, Role.NEWS),
        (State.SUCCEEDED, Role.GOOD),
        (State.FAILED, Role.BAD),
        (State.BLOCKED, Role.CARE),
        (State.FROZEN, Role.FAINT),
    ],
)
def test_every_state_means_something(state: State, means: Role) -> None:
    assert role(state) is means


def test_a_word_is_coloured_where_that_is_wanted() -> None:
    assert word("failed", PAINT) == "\x1b[31mfailed\x1b[0m"
    assert word("failed", PLAIN) == "failed"


def test_states_of_a_table_are_coloured_in_their_column_only() -> None:
    text = "\nTASK         STATUS\ndemo/failed  failed  failed\ndemo/cut     fai\n\nfailed\n"
    told = table(text, [State.FAILED, State.FAILED], PAINT)
    assert told == text.replace("  failed  failed", "  \x1b[31mfailed\x1b[0m  failed")
    assert table(text, [State.FAILED, State.FAILED], PLAIN) == text


def test_what_is_no_table_stays_as_it_is() -> None:
    assert table("0 tasks", [], PAINT) == "0 tasks"
