"""Tests the builder of orders."""

from __future__ import annotations

from tests.store.ordering import key, order


def test_an_order_and_its_key_agree() -> None:
    made = order(3, grant="g")

    assert (made.task_id, made.number, made.grant) == (key(3).task_id, 3, "g")
