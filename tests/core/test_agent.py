"""What a declared agent can do follows from what its declaration says how to do."""

from __future__ import annotations

import pytest

from specrun.core.agent import Declaration, Mode, Price, Traits, traits_of

BARE = Declaration(name="x", argv=("x",))


def test_a_bare_declaration_promises_nothing() -> None:
    traits = traits_of(BARE)
    assert traits == Traits(price=Price.UNKNOWN, models=False)
    assert (traits.prose, traits.structured, traits.hands_in) == (True, False, False)


@pytest.mark.parametrize(
    ("fields", "trait", "value"),
    [
        ({"meter": {"events": [{"line": "x"}, {"cost": {"add": "usd"}}]}}, "price", Price.REPORTED),
        ({"meter": {"events": [{"turns": {"add": 1}}]}}, "turns", True),
        ({"turns_flag": "--turns"}, "turns", True),
        ({"model_flag": "--model"}, "models", True),
        ({"allow_flag": "--a", "deny_flag": "--d"}, "rules", True),
        ({"allow_flag": "--a"}, "rules", False),
        ({"resume": ("--resume", "{session}")}, "resumes", True),
        ({"config_home": "X_HOME"}, "isolates", True),
        ({"permissions": {Mode.READ: ("--dry",), Mode.FULL: ()}}, "modes", {Mode.READ, Mode.FULL}),
    ],
)
def test_each_trait_has_its_ground(fields: dict[str, object], trait: str, value: object) -> None:
    declaration = Declaration(name="x", argv=("x",), **fields)  # type: ignore[arg-type] # one row, one type
    assert getattr(traits_of(declaration), trait) == value
