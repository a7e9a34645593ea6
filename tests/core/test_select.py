"""Tests how tasks are named on the command line."""

from __future__ import annotations

import pytest

from specrun.core.select import select
from specrun.core.task import TaskId
from specrun.errors import UsageProblem

KNOWN = [TaskId(name) for name in ("auth/api", "auth/schema", "shop/api", "shop/cart")]


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["auth/api"], ["auth/api"]),
        (["cart"], ["shop/cart"]),
        (["CART", "shop/cart", "schema"], ["shop/cart", "auth/schema"]),
        ([], []),
    ],
)
def test_select(names: list[str], found: list[str]) -> None:
    assert list(select(names, KNOWN)) == found


@pytest.mark.parametrize(
    ("name", "what", "fix"),
    [
        ("api", "'api' is in several specs", "name one of auth/api, shop/api"),
        ("auth/shema", "there is no task 'auth/shema'", "did you mean auth/schema?"),
        ("crat", "there is no task 'crat'", "did you mean shop/cart?"),
        ("zzz", "there is no task 'zzz'", "name one of auth/api, auth/schema, shop/api, shop/cart"),
    ],
)
def test_unknown_names_tell_the_nearest(name: str, what: str, fix: str) -> None:
    with pytest.raises(UsageProblem) as caught:
        select([name], KNOWN)
    assert (caught.value.what, caught.value.fix) == (what, fix)


def test_many_tasks_are_not_all_told() -> None:
    with pytest.raises(UsageProblem) as caught:
        select(["zzz"], [TaskId(f"s/t{number}") for number in range(99)])
    assert caught.value.fix == "see `specrun list`"


def test_no_tasks() -> None:
    with pytest.raises(UsageProblem, match="no tasks"):
        select(["a"], [])
