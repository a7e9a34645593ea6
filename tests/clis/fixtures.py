"""Fixtures for tests with real CLIs: `stub`, and `seat`, which seats any of them at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.clis.pins import Missing, lacking
from tests.clis.seats import Seat, take_seat
from tests.stub import Stub

TakeSeat = Callable[[str], Seat]


@pytest.fixture
def stub() -> Iterator[Stub]:
    """Answer a stub of the test's own; what it does comes with the prompts."""
    with Stub() as one:
        yield one


@pytest.fixture
def seat(tmp_path: Path, stub: Stub) -> TakeSeat:
    """Answer a function that seats a CLI by name.

    It skips where this machine cannot have the CLI, and fails where it should and has not.
    """

    def take(name: str) -> Seat:
        if reason := lacking(name):
            pytest.skip(reason)
        try:
            return take_seat(name, tmp_path / "seats" / name, stub.url)
        except Missing as missing:
            pytest.fail(str(missing))

    return take
