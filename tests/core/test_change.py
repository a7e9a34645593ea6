"""The words of a plan hang together."""

from __future__ import annotations

from specrun.core.change import FAILING, SYMBOLS, Action, Plan, ReasonCode
from specrun.core.plan import plan
from tests.core.make import desired, task, world


def test_every_action_has_a_symbol_of_its_own() -> None:
    assert set(SYMBOLS) == set(Action)
    assert len(set(SYMBOLS.values())) == len(SYMBOLS)


def test_holds_are_the_decisions_to_hold() -> None:
    made = plan(desired(task("a"), only=frozenset()), world())
    assert [one.reasons[0].code for one in made.holds] == [ReasonCode.NOT_SELECTED]
    assert ReasonCode.NOT_SELECTED not in FAILING
    assert Plan(decisions=(), changes=()).converged
