"""Tests the builder of orders."""

from __future__ import annotations

from tests.store.ordering import CHECKS, check_order, key, order, proof


def test_an_order_and_its_key_agree() -> None:
    made = order(3, grant="g")

    assert (made.task_id, made.number, made.grant) == (key(3).task_id, 3, "g")


def test_the_run_of_a_check_is_one_of_the_proof() -> None:
    made = check_order(4, 1)

    assert (made.key.check, made.name) == (4, proof().checks[made.index].name)
    assert made.key == key(check=4)
    assert proof().checks == CHECKS
