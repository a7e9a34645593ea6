"""Tests that values of the wrong kind are refused with the name of their key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from specrun.core.task import Json
from specrun.store import json_values as module
from specrun.store.json_values import each, get, mapping, newer, newer_items, optional, text, whole


@pytest.mark.parametrize(
    ("read", "good", "bad"),
    [
        (text, ["", "x"], [None, 1, ["x"]]),
        (whole, [0, -1, 10**30], [True, 1.0, "1", None]),
        (module.amount, [0, 7], [-1, False, 0.5]),
        (module.duration, [0, 1.5, 10**9], [-0.1, True, "1", 1e10, 10**400]),
        (module.listed, [[], [1]], ["x", {}, None]),
        (optional(whole), [None, 1], ["1"]),
    ],
    ids=["text", "whole", "amount", "duration", "listed", "optional"],
)
def test_only_the_expected_kind_is_read(
    read: Callable[[Json], Any], good: list[Json], bad: list[Json]
) -> None:
    assert [read(value) for value in good] == good
    for value in bad:
        with pytest.raises(ValueError, match="expected"):
            read(value)


def test_lists_are_read_item_by_item() -> None:
    assert each(text)(["a", "b"]) == ("a", "b")
    with pytest.raises(ValueError, match=r"^names is .*: a string is expected$"):
        get({"names": ["a", 1]}, "names", each(text))


def test_keys_are_named() -> None:
    assert get({"a": 1}, "a", whole) == 1
    with pytest.raises(ValueError, match=r"^a is missing$"):
        get({}, "a", whole)
    with pytest.raises(ValueError, match=r"^a is 'x': an integer is expected$"):
        get({"a": "x"}, "a", whole)
    with pytest.raises(ValueError, match=r"^record is not an object$"):
        mapping("record", [])


def test_a_newer_list_may_be_missing_and_tells_of_the_item_that_is_wrong() -> None:
    assert newer_items({}, "rows", whole) == ()
    assert newer_items({"rows": [1, 2]}, "rows", whole) == (1, 2)
    with pytest.raises(ValueError, match=r"^rows is '1': a list is expected$"):
        newer_items({"rows": 1}, "rows", whole)
    with pytest.raises(ValueError, match=r"^an integer is expected$"):
        newer_items({"rows": ["x"]}, "rows", whole)


def test_a_newer_key_may_be_missing_but_not_wrong() -> None:
    assert newer({}, "a", whole, 3) == 3
    assert newer({"a": 4}, "a", whole, 3) == 4
    with pytest.raises(ValueError, match=r"^a is 'None'"):
        newer({"a": None}, "a", whole, 3)
