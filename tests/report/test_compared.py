"""Tests how a task is held against its record."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from specrun.core.impact import Impact
from specrun.core.task import Json
from specrun.core.world import Fingerprint
from specrun.errors import Where
from specrun.report.compared import components, entries, short, told

AT = Where("specs/demo.yaml", 7)


def print_(unknown: tuple[str, ...] = (), **values: Json) -> Fingerprint:
    return Fingerprint(work="", verify="", live="", components=values, unknown=unknown)


def rows(now: Fingerprint | None, before: Fingerprint | None, **places: Where) -> list[str]:
    return [*told(components(now, before, places.get), 80)]


def test_components_stand_by_class_with_what_became_of_them() -> None:
    # A component that is absent is no other than one that is null.
    now = print_(("prompt",), agent="shell", checks=[["test", "x", ""]], timeout=90.0, env={})
    before = print_(agent="claude", prompt="old", timeout=90.0, env={}, model=None)
    assert rows(now, before, agent=AT, timeout=AT) == [
        "  work: an edit runs the task again",
        "    changed  agent",
        '      agent: "claude" -> "shell" (specs/demo.yaml:7)',
        "    same     env      {}",
        "    unknown  prompt   known when its upstreams have ended",
        "  verify: an edit checks the work again",
        "    changed  checks",
        '      checks.test: none -> "x"',
        "  live: an edit gives a task that failed new attempts, and leaves finished work alone",
        "    same     timeout  1m30s  (specs/demo.yaml:7)",
    ]


def test_without_a_record_all_is_new_and_without_a_task_nothing_is_known() -> None:
    assert rows(print_(agent="shell"), None) == [
        "  work: an edit runs the task again",
        '    new      agent  "shell"',
    ]
    assert rows(None, print_(agent="shell"))[1] == "    unknown  agent  known when its upstreams have ended"


def test_where_a_prompt_comes_from_is_told_only_where_that_has_changed() -> None:
    sources: dict[str, Any] = {"pages": [["", "1"]], "vars": {"who": "you"}}
    before: dict[str, Any] = {"pages": [["", "1"]], "vars": {"who": "world"}}
    assert rows(print_(sources=sources), print_(sources=sources)) == []
    assert rows(print_(sources=sources), print_(sources=before)) == [
        "  meta: for explanations only",
        "    changed  sources",
        '      vars.who: "world" -> "you"',
    ]


def test_a_long_value_is_cut_and_leaves_its_place_in_sight() -> None:
    (_, row) = rows(print_(prompt="x" * 300), None, prompt=AT)
    assert row.endswith("...  (specs/demo.yaml:7)")
    assert len(row) <= 80


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("prompt", "one\ntwo\nthree", '"one" and 2 more lines'),
        ("upstream:api", "0123456789abcdef", "digest 0123456789ab"),
        ("checks", [["test", "x", ""], ["lint", "y", ""]], "test, lint"),
        ("protect", [None, []], "the usual files"),
        ("protect", [["a"], []], 'the usual files, ["a"]'),
        ("retry", [1, ["error"]], '{"limit": 1, "on": ["error"]}'),
        ("agent", "sh\x1b[2J", '"sh\\u001b[2J"'),
    ],
)
def test_values_in_one_line(name: str, value: Json, said: str) -> None:
    assert short(name, value) == said


def test_what_a_later_specrun_has_recorded_is_left_out() -> None:
    found = components(print_(agent="a"), print_(agent="a", novelty=1), lambda _: None)
    assert [(one.name, one.impact, one.word) for one in found] == [("agent", Impact.WORK, "same")]


def test_entries_for_scripts() -> None:
    found = components(print_(agent="a"), print_(agent="b"), lambda _: AT)
    assert entries(found) == [
        {
            "component": "agent",
            "class": "work",
            "state": "changed",
            "before": "b",
            "after": "a",
            "file": "specs/demo.yaml",
            "line": 7,
        }
    ]
    assert entries([replace(found[0], where=None)])[0] != entries(found)[0]
