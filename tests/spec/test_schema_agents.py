"""A whole declaration has a shape, and free keys may stand anywhere in it."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from specrun.spec.schema_agents import AgentDoc, EventDoc, MeterDoc


def test_a_declaration_may_be_small() -> None:
    assert AgentDoc.model_validate({"argv": ["x"]}).models == {}


@pytest.mark.parametrize(
    "values",
    [
        {"argv": []},
        {"argv": "x"},
        {"prompt": "argument"},
        {"permissions": {"write": []}},
        {"cleanup": 3},
        {"config": {"../x": ""}},
        {"env": {"1A": ""}},
    ],
)
def test_nothing_else_is_taken(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        AgentDoc.model_validate(values)


def test_only_what_was_written_reaches_the_engine() -> None:
    meter = MeterDoc.model_validate({"events": [{"match": {"a": None}, "cost": {"add": 1}}]})
    assert meter.model_dump(exclude_unset=True) == {"events": [{"match": {"a": None}, "cost": {"add": 1}}]}


def test_an_answer_may_be_the_value_of_a_path_or_written_in_one() -> None:
    for told in ("a.b", {"json": "a.b"}):
        assert EventDoc.model_validate({"structured": told}).structured == told
