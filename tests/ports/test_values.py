"""What crosses the sockets cannot change on the way."""

from __future__ import annotations

import dataclasses

import pytest

from specrun import ports
from specrun.core.task import TaskId
from specrun.ports import AttemptKey, values


def test_every_value_is_frozen_and_of_fixed_shape() -> None:
    found = [
        value
        for value in vars(values).values()
        if isinstance(value, type) and value.__module__ == values.__name__
    ]
    assert found
    for value in found:
        assert dataclasses.is_dataclass(value)
        assert value.__dataclass_params__.frozen  # type: ignore[attr-defined]  # dataclasses keep it there
        assert hasattr(value, "__slots__")
        assert value.__name__ in ports.__all__


def test_keys_of_the_same_attempt_are_equal() -> None:
    assert {AttemptKey(TaskId("demo/a"), 1), AttemptKey(TaskId("demo/a"), 1)} == {
        AttemptKey(TaskId("demo/a"), 1)
    }
    with pytest.raises(dataclasses.FrozenInstanceError):
        AttemptKey(TaskId("demo/a"), 1).number = 2  # type: ignore[misc]
