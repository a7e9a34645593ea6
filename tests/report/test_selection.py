"""Tests what is told of a selection."""

from __future__ import annotations

from dataclasses import replace

from specrun.core.change import Action, ReasonCode
from specrun.core.choice import Choice
from specrun.core.task import TaskId
from specrun.report.documents import pretty
from specrun.report.selection import ended, entry, event, heading, nothing, told
from tests.report.values import decision, plan


def ids(*names: str) -> tuple[TaskId, ...]:
    return tuple(TaskId(f"auth/{name}") for name in names)


NONE = Choice(words=(), of=3, selected=frozenset(ids("api", "web", "docs")), only=None)
ONE = Choice(
    words=("--target api",),
    of=12,
    selected=frozenset(ids("api", "schema", "seed")),
    only=frozenset(ids("api", "schema", "seed")),
    left_out={Action.RUN: ids("web", "docs"), Action.HOLD: ids("lint")},
)


def test_nothing_is_told_without_a_selection() -> None:
    assert (told(NONE), heading(NONE), entry(NONE)) == ("", "", None)


def test_a_selection_says_what_it_leaves_out() -> None:
    assert told(ONE) == (
        "Selection: 3 of 12 tasks (--target api). "
        "Left out: 2 that would run (web, docs), 1 held (lint); not converged without them."
    )
    assert heading(ONE) == "Selection: 3 of 12 tasks (--target api)."


def test_nothing_left_out_is_said_too() -> None:
    assert told(replace(ONE, left_out={})) == (
        "Selection: 3 of 12 tasks (--target api). Nothing is left out that has anything to do."
    )


def test_every_action_has_its_words() -> None:
    for action in Action:
        assert "Left out: 1 " in told(replace(ONE, left_out={action: ids("web")}))


def test_what_a_person_has_to_know_beside() -> None:
    more = replace(
        ONE,
        left_out={},
        only=ONE.selected | {TaskId("auth/work")},
        replace=frozenset(ids("api", "seed")),
        dropped=ids("gone"),
        waiting={TaskId("auth/api"): ids("web", "docs")},
        unheard=(("--label slwo", "slow"), ("--label x", "")),
    )
    assert told(more) == (
        "Selection: 3 of 12 tasks (--target api). Nothing is left out that has anything to do. "
        "To run once more: api, seed. Not to run once more, for it is not selected: gone. "
        "A verdict may send back work. Waiting for what is left out: api for web, docs. "
        "No task has --label slwo; did you mean slow? No task has --label x."
    )


def test_replace_alone_is_no_narrower_selection() -> None:
    marked = replace(NONE, words=("--replace api",), replace=frozenset(ids("api")))
    assert "To run once more: auth/api." not in told(marked)
    assert told(marked) == "To run once more: api."


def test_the_end_tells_nothing_that_was_still_to_come() -> None:
    done = plan(*(decision(name, Action.REUSE) for name in ONE.selected))
    more = replace(
        ONE,
        only=ONE.selected | {TaskId("auth/work")},
        replace=frozenset(ids("api")),
        dropped=ids("gone"),
        waiting={TaskId("auth/api"): ids("web"), TaskId("auth/seed"): ids("docs")},
        unheard=(("--label x", ""),),
    )
    assert ended(more, done) == (f"{told(ONE)} Not run once more, for it was not selected: gone.")
    open_ = plan(decision("auth/api", Action.RUN, (ReasonCode.NEW, "")), decision("auth/seed", Action.REUSE))
    assert ended(more, open_).endswith(" Waiting for what is left out: api for web.")
    marked = replace(NONE, words=("--replace api",), replace=frozenset(ids("api")))
    assert (ended(marked, done), ended(NONE, done)) == ("", "")


def test_several_specs_are_told_apart_and_many_names_are_cut() -> None:
    several = {Action.RUN: (TaskId("shop/web"), *ids("web"))}
    assert "2 that would run (shop/web, auth/web)" in told(replace(ONE, left_out=several))
    gone = replace(ONE, dropped=(TaskId("shop/api"),))
    assert "not selected: shop/api." in told(gone)
    many = {Action.RUN: ids(*(f"t{number}" for number in range(8)))}
    assert "8 that would run (t0, t1, t2, t3, t4 (+3 more))" in told(replace(ONE, left_out=many))


def test_nothing_that_matches_is_said_with_the_nearest_word() -> None:
    assert nothing(replace(ONE, words=("--failed",))) == "Nothing matches --failed."
    slip = replace(ONE, words=("--label slwo",), unheard=(("--label slwo", "slow"),))
    assert nothing(slip) == "Nothing matches --label slwo. No task has --label slwo; did you mean slow?"
    assert heading(slip).endswith("(--label slwo). No task has --label slwo; did you mean slow?")


def test_what_a_person_typed_is_harmless() -> None:
    typed = replace(ONE, words=("--label \x1b[31mred\n",), unheard=(("--label \x1b[31mred\n", ""),))
    for text in (told(typed), heading(typed), nothing(typed)):
        assert "\x1b" not in text
        assert "\n" not in text


def test_scripts_get_every_address() -> None:
    more = replace(ONE, waiting={TaskId("auth/api"): ids("web")}, replace=frozenset(ids("api")))
    assert entry(more) == {
        "selectors": ["--target api"],
        "selected": ["auth/api", "auth/schema", "auth/seed"],
        "of": 12,
        "replace": ["auth/api"],
        "sent_back": [],
        "left_out": {"run": ["auth/web", "auth/docs"], "hold": ["auth/lint"]},
        "waiting": {"auth/api": ["auth/web"]},
    }
    line = event(more)
    assert (line["type"], line["selection"], line["message"]) == ("selection", entry(more), told(more))
    assert pretty(line) == pretty(event(replace(more)))
