"""Waits for a condition instead of sleeping for a guess."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(condition: Callable[[], T], timeout: float = 20.0) -> T:
    """Answer the first truthy value of `condition`; AssertionError after `timeout` seconds without one.

    The limit only ends a broken test: a passing one takes as long as the condition needs.
    """
    deadline = time.monotonic() + timeout
    pause = 0.001
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"still {value!r} after {timeout:g} s")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.05)
    return value
