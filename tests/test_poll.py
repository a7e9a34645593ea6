"""Checks the waiting itself."""

from __future__ import annotations

import itertools

import pytest

from tests.poll import until


def test_answers_the_first_truthy_value() -> None:
    counter = itertools.count()
    assert until(lambda: max(0, next(counter) - 3)) == 1


def test_a_condition_that_never_holds_fails_with_its_last_value() -> None:
    with pytest.raises(AssertionError, match=r"still \[\] after 0 s"):
        until(list, timeout=0)
