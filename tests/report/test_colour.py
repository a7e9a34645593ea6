"""Tests that text is coloured by its meaning, and left alone where colour is not wanted."""

from __future__ import annotations

import pytest

from specrun.report.colour import NAMES, PLAIN, Paint, Role
from specrun.report.text import clean


@pytest.mark.parametrize("role", Role)
def test_each_role_has_a_colour_of_its_own_and_leaves_the_text(role: Role) -> None:
    painted = Paint(on=True)("words", role)
    assert painted == f"\x1b[{role}mwords\x1b[0m"
    assert clean(painted) == "words"


def test_where_colour_is_not_wanted_nothing_is_added() -> None:
    assert [PLAIN("words", role) for role in Role] == ["words"] * len(Role)
    assert PLAIN.name("words", 3) == "words"


def test_nothing_is_not_coloured() -> None:
    assert Paint(on=True)("", Role.BAD) == ""


def test_names_get_colours_in_turn() -> None:
    paint = Paint(on=True)
    told = [paint.name("api", number) for number in range(len(NAMES) + 1)]
    assert len(set(told)) == len(NAMES)
    assert told[0] == told[-1]
