"""A runtime is a value: what it does not hold, it must read again."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from tests.core.make import desired
from tests.fakes import State, runtime


def test_a_runtime_cannot_be_changed() -> None:
    made = runtime(desired(), State())
    with pytest.raises(FrozenInstanceError):
        made.branch = "other"  # type: ignore[misc] # the point of the test
