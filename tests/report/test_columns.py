"""Tables of tasks fit where they are shown, and keep what matters most."""

from __future__ import annotations

import pytest

from specrun.report.columns import fitted
from specrun.report.text import width

ROWS = (
    ("TASK", "STATUS", "AGENT", "NOTE"),
    ("auth/login-page", "succeeded", "claude", "three files changed, all tests pass"),
)
CHOICES = ((0, 1, 2, 3), (0, 1, 3), (0, 1))


def test_without_a_terminal_everything_is_there_but_what_says_nothing() -> None:
    assert fitted(ROWS, None, CHOICES, ())[1].split()[:3] == ["auth/login-page", "succeeded", "claude"]
    assert fitted(ROWS, None, CHOICES, {2})[0].split() == ["TASK", "STATUS", "NOTE"]


@pytest.mark.parametrize(
    ("room", "heads"),
    [
        (70, "TASK STATUS AGENT NOTE"),
        (48, "TASK STATUS AGENT NOTE"),
        (47, "TASK STATUS NOTE"),
        (30, "TASK STATUS"),
    ],
)
def test_what_matters_least_goes_first_and_the_note_is_cut(room: int, heads: str) -> None:
    lines = fitted(ROWS, room, CHOICES, ())
    assert lines[0].split() == heads.split()
    assert max(map(width, lines)) <= room


def test_a_long_address_is_cut_before_the_state_is() -> None:
    lines = fitted(ROWS, 20, CHOICES, ())
    assert lines[1].split() == ["auth/l...", "succeeded"]
