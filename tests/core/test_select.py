"""Tests how tasks are named on the command line."""

from __future__ import annotations

import pytest

from specrun.core.select import expand, fits, select, wild
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


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["auth/*"], ["auth/api", "auth/schema"]),
        (["*/api"], ["auth/api", "shop/api"]),
        (["a*"], ["auth/api", "shop/api"]),
        (["A?I"], ["auth/api", "shop/api"]),
        (["[cs]*"], ["auth/schema", "shop/cart"]),
        (["cart", "s*/c*", "shop/*"], ["shop/cart", "shop/api"]),
        (["*"], [*KNOWN]),
        ([], []),
    ],
)
def test_globs_mean_all_that_they_fit_each_once(names: list[str], found: list[str]) -> None:
    assert list(expand(names, KNOWN)) == found


def test_a_glob_without_a_slash_is_not_about_the_name_of_the_spec() -> None:
    assert list(expand(["sh*"], [TaskId("shop/api"), TaskId("auth/show")])) == ["auth/show"]


def test_an_address_is_itself_even_where_it_looks_like_a_glob() -> None:
    known = [TaskId("s/t[os=linux]"), TaskId("s/to")]
    assert list(expand(["s/t[os=linux]"], known)) == ["s/t[os=linux]"]


@pytest.mark.parametrize(
    ("name", "what", "fix"),
    [
        ("api", "'api' is in several specs", "name one of auth/api, shop/api"),
        ("athu/*", "no task fits 'athu/*'", "did you mean auth/api"),
        ("schem-*", "no task fits 'schem-*'", "did you mean auth/schema?"),
        ("!api*", "no task fits '!api*'", "did you mean"),
        ("zzz*", "no task fits 'zzz*'", "name one of auth/api, auth/schema, shop/api, shop/cart"),
    ],
)
def test_names_and_globs_that_fit_nothing_tell_the_nearest(name: str, what: str, fix: str) -> None:
    with pytest.raises(UsageProblem) as caught:
        expand([name], KNOWN)
    assert caught.value.what == what
    assert caught.value.fix.startswith(fix)


def test_words_fit_by_themselves_or_as_a_glob() -> None:
    assert [fits(word, "team-web") for word in ("TEAM-web", "team", "team-*", "w*")] == [
        True,
        False,
        True,
        False,
    ]
    assert [wild(name) for name in ("a", "a/b", "a*", "a?", "[ab]")] == [False, False, True, True, True]
