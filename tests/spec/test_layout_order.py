"""The table of orders names every key of the models, and anchors stay before what uses them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from specrun.spec.keys import known_keys
from specrun.spec.layout_order import ANY, FILE, KINDS, SPACED, Names, arranged, below, rank
from specrun.spec.schema import SpecDoc
from specrun.spec.schema_settings import SettingsDoc

Path = tuple[str | int, ...]


def keys(path: Path) -> set[str]:
    return {*known_keys(SpecDoc, path), *known_keys(SettingsDoc, path)}


def places(kind: str = FILE, path: Path = ()) -> Iterator[tuple[str, Path]]:
    """Every kind of the table with a path of the models that leads to it."""
    yield kind, path
    for key in keys(path) if KINDS[kind].order else (ANY,):
        inner = below(kind, key)
        if inner:
            yield from places(inner, (*path, key))


PLACES = [*places()]


def test_the_table_names_exactly_the_keys_of_the_models() -> None:
    ordered = [(kind, path) for kind, path in PLACES if KINDS[kind].order]
    named = {(kind, path): set(KINDS[kind].order) for kind, path in ordered}
    assert named == {(kind, path): keys(path) for kind, path in ordered}
    assert {kind for kind, _ in PLACES} == set(KINDS)


def test_the_table_leads_to_every_mapping_of_the_models() -> None:
    forgotten = [
        (*path, key)
        for kind, path in PLACES
        for key in (keys(path) if KINDS[kind].order else (ANY,))
        if (keys((*path, key)) or keys((*path, key, ANY))) and not below(kind, key)
    ]
    assert forgotten == []


def test_no_key_stands_twice_in_an_order() -> None:
    assert all(len(set(kind.order)) == len(kind.order) for kind in KINDS.values())
    assert set(KINDS) > SPACED


def test_long_texts_and_what_grows_come_last() -> None:
    assert KINDS["task"].order[-3:] == ("prompt", "template", "with")
    assert KINDS[FILE].order[:2] == ("version", "name")
    assert rank(FILE, "tasks") > max(rank(FILE, key) for key in ("domains", "vars", "checks"))


def test_unknown_keys_come_after_known_ones_and_free_ones_last() -> None:
    written = ["x-b", "zzz", "prompt", "x-a", "aaa", "title"]
    order = [written[number] for number in arranged("task", written, [Names()] * 6)]
    assert order == ["title", "prompt", "zzz", "aaa", "x-b", "x-a"]


def test_without_an_order_nothing_moves() -> None:
    for kind in ("", "tasks", "unheard of"):
        assert arranged(kind, ["b", "a", "x-c", "version"], [Names()] * 4) == [0, 1, 2, 3]
    assert below("", "tasks") == below("vars", "retry") == ""


def names(sets: str = "", uses: str = "") -> Names:
    return Names(frozenset(sets.split()), frozenset(uses.split()))


@pytest.mark.parametrize(
    ("entries", "order"),
    [
        ({"x-d": names("d"), "retry": names(uses="d"), "version": names()}, "version x-d retry"),
        ({"x-a": names("a"), "x-b": names("b", "a"), "name": names(uses="b")}, "x-a x-b name"),
        ({"vars": names("a"), "timeout": names(uses="a"), "retry": names(uses="a")}, "vars timeout retry"),
        ({"vars": names("a"), "env": names(uses="a"), "agent": names("a")}, "vars env agent"),
        ({"vars": names("a"), "env": names("a"), "agent": names(uses="a")}, "vars env agent"),
        ({"vars": names("a"), "env": names("b"), "agent": names(uses="c")}, "agent env vars"),
        ({"retry": names(uses="a"), "name": names(uses="a"), "x-a": names("a")}, "name retry x-a"),
    ],
)
def test_anchors_stay_before_what_uses_them(entries: dict[str, Names], order: str) -> None:
    written = [*entries]
    first = [written[number] for number in arranged(FILE, written, [*entries.values()])]
    assert first == order.split()
    again = arranged(FILE, first, [entries[key] for key in first])
    assert again == sorted(again)


def test_a_long_chain_of_anchors_is_no_deep_recursion() -> None:
    count = 5_000
    chain = [names(f"a{number}", f"a{number - 1}") for number in range(count)]
    written = [f"x-{number}" for number in range(count)]
    order = arranged(FILE, [*written, "name"], [*chain, names(uses=f"a{count - 1}")])
    assert order == list(range(count + 1))
