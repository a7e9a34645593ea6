"""Edges lead where people said, never in a circle, and none is more than is needed."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.imports.entry import Entry, Listing
from specrun.imports.linking import linked, reduced
from specrun.imports.page import Row, opened

PAGE = opened("\n" * 9, "f")


def entry(line: int, *upstreams: str, number: str = "", name: str = "", done: bool = False) -> Entry:
    rows = tuple(Row(line=line, column=10 + place, text=text) for place, text in enumerate(upstreams))
    return Entry(rows=(Row(line=line, text="x"),), id=name, number=number, upstreams=rows, done=done)


def listing(
    *entries: Entry, order: tuple[tuple[int, int], ...] = (), said: tuple[tuple[int, int], ...] = ()
) -> Listing:
    return Listing(entries=entries, form="x", order=order, said=said)


def test_names_are_ids_as_written_or_not_and_numbers_that_are_counted_once() -> None:
    found = listing(
        entry(1, number="1", name="My API"),
        entry(2, "my-api", "MY API", number="2"),
        entry(3, "1", "２", number="3"),
        entry(4, "b", number="3"),
    )
    assert linked(PAGE, found, ["my-api", "b", "c", "d"]) == ({0: set(), 1: {0}, 2: {1}, 3: {1}}, (), [])
    assert len(linked(PAGE, listing(entry(1, number="3"), entry(2, "3", number="3")), ["a", "b"])[2]) == 1


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        (
            [entry(1, "apx")],
            ['f:1:10: error[E205]: depends_on names unknown task "apx"; fix: did you mean "api"?'],
        ),
        ([entry(1, "zzz")], ['f:1:10: error[E205]: depends_on names unknown task "zzz"; fix: known: api']),
        ([entry(1, "api")], ['f:1:10: error[E205]: task "api" depends on itself; fix: remove it']),
        (
            [entry(1, "b"), entry(2, "c"), entry(3, "x", "api")],
            [
                'f:3:10: error[E205]: depends_on names unknown task "x"; fix: known: api, b, c',
                "f:1:10: error[E205]: cycle api → b → c → api; fix: remove one of these edges",
            ],
        ),
    ],
)
def test_what_cannot_be_is_told_at_its_place(entries: list[Entry], told: list[str]) -> None:
    assert [str(one) for one in linked(PAGE, listing(*entries), ["api", "b", "c"][: len(entries)])[2]] == told


def test_a_circle_that_stands_apart_is_told_at_the_entry() -> None:
    found = linked(PAGE, listing(entry(1), entry(2), said=((0, 1), (1, 0))), ["a", "b"])[2]
    assert [str(one) for one in found] == [
        "f:1:1: error[E205]: cycle a → b → a; fix: remove one of these edges"
    ]


def test_only_a_few_known_names_are_listed() -> None:
    entries = [entry(1, "zzz"), *(entry(1) for _ in range(8))]
    (told,) = linked(PAGE, listing(*entries), list("abcdefghi"))[2]
    assert told.fix == "known: a, b, c, d, e, f, g, h, …"


def test_done_entries_hold_nobody_up_and_may_name_anybody() -> None:
    found = listing(entry(1, "gone", done=True), entry(2, "a"), entry(3, "a", "b"), order=((1, 0), (2, 1)))
    assert linked(PAGE, found, ["a", "b", "c"]) == (
        {1: set(), 2: {1}},
        ("2 edges on items that are done were dropped.",),
        [],
    )


def test_people_are_believed_more_than_the_form() -> None:
    found = listing(entry(1, "c"), entry(2), entry(3), order=((1, 0), (2, 1)))
    assert linked(PAGE, found, ["a", "b", "c"]) == (
        {0: {2}, 1: {0}, 2: set()},
        ("1 edge of the form was dropped, since others say the opposite.",),
        [],
    )


def test_who_cannot_wait_for_one_waits_for_those_above_it() -> None:
    found = listing(entry(1), entry(2, "c"), entry(3), order=((1, 0), (2, 1)))
    assert linked(PAGE, found, ["a", "b", "c"])[0] == {0: set(), 1: {2}, 2: {0}}


@given(st.integers(1, 7), st.data())
def test_the_fewest_edges_that_mean_the_same(count: int, data: st.DataObject) -> None:
    pairs = list(itertools.combinations(range(count), 2))
    chosen = data.draw(st.sets(st.sampled_from(pairs))) if pairs else set()
    edges = {place: {low for low, high in chosen if high == place} for place in range(count)}
    fewer = reduced(edges)
    assert closed(fewer) == closed(edges)
    for place, upstreams in fewer.items():
        for one in upstreams:
            assert closed({**fewer, place: upstreams - {one}}) != closed(edges)


def closed(edges: dict[int, set[int]]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for place in sorted(edges):
        found[place] = edges[place].union(*(found[one] for one in edges[place]))
    return found
