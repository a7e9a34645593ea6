"""Tests that every word has a meaning, and that no meaning is left of a word that is gone."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

import pytest

from specrun.commands.signals import LINGER
from specrun.core.change import Action, ReasonCode
from specrun.core.event import EventKind
from specrun.core.world import Status
from specrun.errors import ExitCode
from specrun.report.meanings import ACTIONS, EVENTS, EXIT_CODES, REASONS, STATES, STATUSES
from specrun.report.status import State

TABLES: list[tuple[type[Enum], Mapping[Enum, str]]] = [
    (Action, ACTIONS),  # type: ignore[list-item]
    (EventKind, EVENTS),  # type: ignore[list-item]
    (ExitCode, EXIT_CODES),  # type: ignore[list-item]
    (ReasonCode, REASONS),  # type: ignore[list-item]
    (State, STATES),  # type: ignore[list-item]
    (Status, STATUSES),  # type: ignore[list-item]
]


@pytest.mark.parametrize(("words", "told"), TABLES, ids=lambda one: getattr(one, "__name__", ""))
def test_each_word_is_told_in_one_sentence_in_the_order_of_the_words(
    words: type[Enum], told: Mapping[Enum, str]
) -> None:
    assert [*told] == [*words]
    assert all(one[0] in "`'" or one[0].isupper() for one in told.values())
    assert all(one.endswith(".") for one in told.values())


def test_what_a_second_ctrl_c_does_is_told_with_its_time() -> None:
    assert f"a second one within {LINGER:g} s stops them" in EXIT_CODES[ExitCode.INTERRUPTED]
