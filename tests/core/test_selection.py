"""The laws of selectors: what each means alone, and that no two of them ever surprise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.core.graph import downstream
from specrun.core.selection import Ground, Picked, Selectors, excluded, pick, unheard, upstream
from specrun.core.task import Task, TaskId
from specrun.errors import UsageProblem
from tests.core.make import task, tid

# a -> b -> d -> e, a -> c -> d, f alone
TASKS = {
    one.id: one
    for one in (
        task("a", labels=("slow", "team-web")),
        task("b", "a", domain="backend"),
        task("c", "a", domain="frontend", labels=("slow",)),
        task("d", "b", "c", domain="backend"),
        task("e", "d"),
        task("f"),
    )
}
GROUND = Ground(
    tasks=TASKS,
    known=(*TASKS, tid("gone")),
    failed=frozenset({tid("a"), tid("c")}),
    changed=frozenset({tid("c"), tid("d"), tid("gone")}),
)


def picked(**asked: Any) -> str:
    """What selectors mean, in letters."""
    return letters(pick(Selectors(**asked), GROUND).selected)


def letters(names: Iterable[TaskId]) -> str:
    return " ".join(sorted(name.removeprefix("s/") for name in names))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, "a b c d e f gone"),
        ({"target": ("d",)}, "a b c d"),
        ({"only": ("d",)}, "d"),
        ({"names": ("d", "gone")}, "d gone"),
        ({"from_": ("b",)}, "b d e"),
        ({"until": ("b",)}, "a b"),
        ({"from_": ("b",), "until": ("d",)}, "b d"),
        ({"from_": ("b", "c"), "until": ("d",), "only": ("f",)}, "b c d f"),
        ({"from_": ("a",), "until": ("d",), "target": ("f",)}, "a b c d f"),
        ({"exclude": ("c",)}, "a b f gone"),
        ({"target": ("d",), "exclude": ("b",)}, "a c"),
        ({"only": ("d",), "exclude": ("a",)}, ""),
        ({"failed": True}, "a c"),
        ({"failed": True, "changed": True}, "c"),
        ({"label": ("slow",)}, "a c"),
        ({"label": ("team-*", "SLOW")}, "a c"),
        ({"domain": ("backend", "frontend")}, "b c d"),
        ({"domain": ("backend",), "label": ("slow",)}, ""),
        ({"target": ("b",), "failed": True}, "a"),
        ({"replace": ("f",)}, "a b c d e f gone"),
        ({"replace": ("f",), "only": ("b",)}, "b f"),
        ({"replace": ("f",), "only": ("b",), "domain": ("backend",)}, "b"),
        ({"target": ("*",), "exclude": ("f", "gone")}, "a b c d e"),
    ],
)
def test_what_selectors_mean(asked: dict[str, object], found: str) -> None:
    assert picked(**asked) == found


def test_what_is_to_run_once_more_is_among_the_selected_or_told() -> None:
    found = pick(Selectors(replace=("a", "f"), failed=True), GROUND)
    assert (letters(found.replace), letters(found.dropped)) == ("a", "f")


def test_nothing_between_two_tasks_is_a_slip() -> None:
    with pytest.raises(UsageProblem) as caught:
        picked(from_=("d",), until=("a",))
    assert caught.value.what == "no task lies on the way from d to a"


@pytest.mark.parametrize("flag", ["names", "target", "only", "from_", "until", "replace", "exclude"])
def test_unknown_names_are_told_whatever_else_is_selected(flag: str) -> None:
    with pytest.raises(UsageProblem, match="no task 'zzz'"):
        picked(**{"failed": True, flag: ("zzz",)})


def test_words_are_the_same_in_any_order() -> None:
    one = Selectors(
        names=("x",), target=("b", "a", "b"), from_=("c",), failed=True, label=("w",), exclude=("z",)
    )
    assert one.words == ("x", "--target a", "--target b", "--from c", "--failed", "--label w", "--exclude z")
    assert replace(one, target=("a", "b")).words == one.words
    assert Selectors().words == ()


@pytest.mark.parametrize(
    ("asked", "naming", "filtering", "narrowing", "closing"),
    [
        (Selectors(), False, False, False, False),
        (Selectors(replace=("a",)), False, False, False, False),
        (Selectors(exclude=("a",)), False, False, True, True),
        (Selectors(only=("a",)), True, False, True, False),
        (Selectors(until=("a",)), True, False, True, True),
        (Selectors(domain=("a",)), False, True, True, False),
    ],
)
def test_what_kind_of_selection_it_is(
    asked: Selectors, *, naming: bool, filtering: bool, narrowing: bool, closing: bool
) -> None:
    told = (asked.naming, asked.filtering, asked.narrowing, asked.closing)
    assert told == (naming, filtering, narrowing, closing)


def test_labels_and_domains_that_no_task_has_are_told_with_the_nearest() -> None:
    asked = Selectors(label=("slwo", "slow"), domain=("backnd", "zzz", "front*"))
    assert unheard(asked, GROUND) == (
        ("--label slwo", "slow"),
        ("--domain backnd", "backend"),
        ("--domain zzz", ""),
    )


# ------------------------------------------------------------------------------------------- laws

_NAMES = [letters([name]) for name in TASKS]
_ids = st.lists(st.sampled_from([*_NAMES, "*", "s/[abc]"]), max_size=2).map(tuple)
_asked = st.builds(
    Selectors,
    names=_ids,
    target=_ids,
    only=_ids,
    from_=_ids,
    until=st.just(()),  # a way that does not exist is refused; --until has laws of its own
    failed=st.booleans(),
    changed=st.booleans(),
    label=st.lists(st.sampled_from(["slow", "team-*"]), max_size=2).map(tuple),
    domain=st.lists(st.sampled_from(["backend", "frontend"]), max_size=2).map(tuple),
    replace=_ids,
    exclude=_ids,
)


@st.composite
def grounds(draw: st.DrawFn) -> Ground:
    """Any graph over the same names, any of them failed or changed."""
    tasks: dict[TaskId, Task] = {}
    for place, name in enumerate(_NAMES):
        after = draw(st.sets(st.sampled_from(_NAMES[:place]))) if place else set[str]()
        labels = draw(st.sets(st.sampled_from(["slow", "team-web"])))
        domain = draw(st.sampled_from([None, "backend", "frontend"]))
        made = task(name, *sorted(after), labels=tuple(sorted(labels)), domain=domain)
        tasks[made.id] = made
    known = tuple(tasks)
    some = st.frozensets(st.sampled_from(known))
    return Ground(tasks=tasks, known=known, failed=draw(some), changed=draw(some))


def _above(tasks: Mapping[TaskId, Task], name: TaskId) -> set[TaskId]:
    """The slow and plain way to say what a task depends on."""
    found = {name}
    for edge in tasks[name].edges:
        found |= _above(tasks, edge.upstream)
    return found


@given(grounds(), _asked)
def test_exclude_wins_and_takes_dependents_along(ground: Ground, asked: Selectors) -> None:
    out = pick(asked, ground)
    for name in excluded(asked, ground):
        assert name not in out.selected | out.replace
    left = pick(replace(asked, exclude=()), ground).selected
    assert out.selected == left - excluded(asked, ground)
    assert all(
        downstream(ground.tasks, frozenset({name})) <= excluded(asked, ground)
        for name in excluded(asked, ground)
    )


@given(grounds(), _asked)
def test_filters_never_widen_and_meet_one_by_one(ground: Ground, asked: Selectors) -> None:
    bare = replace(asked, failed=False, changed=False, label=(), domain=())
    kept = pick(bare, ground).selected
    for flag in ("failed", "changed", "label", "domain"):
        if getattr(asked, flag):
            kept &= pick(replace(bare, **{flag: getattr(asked, flag)}), ground).selected
    assert pick(asked, ground).selected == kept


@given(grounds(), st.sampled_from(_NAMES))
def test_target_holds_all_upstreams_and_nothing_else(ground: Ground, name: str) -> None:
    assert pick(Selectors(target=(name,)), ground).selected == _above(ground.tasks, tid(name))


@given(grounds(), st.lists(st.sampled_from(_NAMES), min_size=1))
def test_only_adds_nothing(ground: Ground, names: list[str]) -> None:
    assert pick(Selectors(only=tuple(names)), ground).selected == {tid(name) for name in names}


@given(grounds(), st.sampled_from(_NAMES), st.sampled_from(_NAMES))
def test_from_and_until_meet_on_the_way(ground: Ground, first: str, last: str) -> None:
    below = pick(Selectors(from_=(first,)), ground).selected
    above = pick(Selectors(until=(last,)), ground).selected
    if tid(first) not in above:
        with pytest.raises(UsageProblem):
            pick(Selectors(from_=(first,), until=(last,)), ground)
    else:
        assert pick(Selectors(from_=(first,), until=(last,)), ground).selected == below & above


@given(grounds(), _asked, st.integers())
def test_order_and_repetition_mean_nothing(ground: Ground, asked: Selectors, seed: int) -> None:
    chance = Random(seed)
    shuffled = {
        one.name: tuple(chance.sample((value + value), 2 * len(value)))
        for one in fields(asked)
        if isinstance(value := getattr(asked, one.name), tuple)
    }
    other = replace(asked, **shuffled)  # type: ignore[arg-type]
    assert pick(other, ground) == pick(asked, ground)
    assert other.words == asked.words


@given(grounds(), _asked)
def test_what_is_replaced_is_selected_and_marks_only(ground: Ground, asked: Selectors) -> None:
    found, bare = pick(asked, ground), pick(replace(asked, replace=()), ground)
    assert found.replace <= found.selected
    assert found.selected <= bare.selected | found.replace
    assert not found.replace & found.dropped
    if not asked.naming:
        assert found.selected == bare.selected


@given(grounds(), st.frozensets(st.sampled_from(_NAMES)))
def test_upstream_is_the_mirror_of_downstream(ground: Ground, names: frozenset[str]) -> None:
    roots = frozenset(map(tid, names))
    for name in ground.known:
        assert (name in upstream(ground.tasks, roots)) == bool(
            downstream(ground.tasks, frozenset({name})) & roots
        )


def test_an_upstream_that_is_not_loaded_is_not_selected() -> None:
    alone = {tid("x"): task("x", "other/y")}
    assert pick(Selectors(target=("x",)), Ground(tasks=alone, known=tuple(alone))) == Picked(
        selected=frozenset({tid("x")}), replace=frozenset(), dropped=frozenset()
    )
