"""Tests how components are taken apart into the edits of a spec."""

from __future__ import annotations

import pytest

from specrun.core.difference import Difference
from specrun.core.impact import CLASSES, Impact
from specrun.core.task import Json
from specrun.errors import Where
from specrun.report.edits import Edit, edits, keyed


def differing(component: str, before: Json, after: Json) -> Difference:
    impact = Impact.WORK if component.startswith("upstream:") else CLASSES[component]
    return Difference(component=component, impact=impact, before=before, after=after)


def parts(*found: Difference) -> list[tuple[str, Json, Json]]:
    return [(one.path, one.before, one.after) for one in edits(found, lambda _: None)]


@pytest.mark.parametrize(
    ("component", "before", "after", "told"),
    [
        ("agent", "claude", "codex", [("agent", "claude", "codex")]),
        ("env", {"A": "1", "B": "2"}, {"A": "1", "C": "3"}, [("env.B", "2", None), ("env.C", None, "3")]),
        ("with", {"a": {"b": 1, "c": 2}}, {"a": {"b": 3, "c": 2}}, [("with.a.b", 1, 3)]),
        (
            "edges",
            ["a:all", "b:all"],
            ["a:output"],
            [("depends_on.a", "all", "output"), ("depends_on.b", "all", None)],
        ),
        (
            "permissions",
            ["edit", [], []],
            ["full", [], ["x"]],
            [("permissions.deny", [], ["x"]), ("permissions.mode", "edit", "full")],
        ),
        (
            "retry",
            [0, ["error"], 0.0, 1.0, None, "fresh"],
            [2, ["error"], 0.0, 1.0, None, "fresh"],
            [("retry.limit", 0, 2)],
        ),
        ("judge", [["ok"], ["no"]], [["ok"], ["bad"]], [("judge.fail", ["no"], ["bad"])]),
        ("judge", None, [["ok"], []], [("judge", None, {"pass": ["ok"], "fail": []})]),
        ("rewind", ["api", 1], ["api", 2], [("judge.rewind.limit", 1, 2)]),
        ("protect", [None, []], [["a"], []], [("protect", None, ["a"])]),
        ("protect", [None, []], [None, [["", "go"]]], [("project", [], [["", "go"]])]),
        ("upstream:api", "01", "02", [("result of api", "01", "02")]),
        (
            "reads",
            {"a": "1", "b": "2"},
            {"a": "3", "c": "4"},
            [("reads a", "1", "3"), ("reads b", "2", None), ("reads c", None, "4")],
        ),
        ("outputs", {"required": ["a"]}, {"required": ["b"]}, [("outputs.required", ["a"], ["b"])]),
    ],
)
def test_each_edit_has_the_name_that_a_spec_gives_it(
    component: str, before: Json, after: Json, told: list[tuple[str, Json, Json]]
) -> None:
    assert parts(differing(component, before, after)) == told


def test_checks_are_told_by_name_and_folder() -> None:
    first: Json = ["test", "pytest", ""]
    second: Json = ["lint", "ruff", ""]
    old: Json = [first, second]
    new: Json = [["test", "pytest -q", "web"], ["types", "mypy", ""]]
    assert parts(differing("checks", old, new)) == [
        ("checks.lint", "ruff", None),
        ("checks.test", "pytest", "(in web) pytest -q"),
        ("checks.types", None, "mypy"),
    ]
    assert parts(differing("checks", old, [second, first])) == [
        ("checks", ["test", "lint"], ["lint", "test"])
    ]


def test_variables_and_templates_come_before_the_prompt_that_they_make() -> None:
    before: Json = {"pages": [["", "p"], ["a.j2", "1"]], "vars": {"who": "world", "deep": {"x": 1}}}
    after: Json = {
        "pages": [["", "p"], ["a.j2", "2"], ["b.j2", "3"]],
        "vars": {"who": "you", "deep": {"x": 2}},
    }
    found = edits(
        [
            differing("prompt", "hello world", "hello you"),
            differing("timeout", 60, 90),
            differing("sources", before, after),
        ],
        lambda name: Where("specs/a.yaml", 7) if name in {"prompt", "vars.who"} else None,
    )
    assert [(one.path, one.where.line if one.where else None) for one in found] == [
        ("template a.j2", None),
        ("template b.j2", None),
        ("vars.deep.x", None),
        ("vars.who", 7),
        # It is written as it was: its own place would lead astray.
        ("prompt", None),
        ("timeout", None),
    ]
    assert [one.opaque for one in found] == [True, True, False, False, False, False]


def test_a_prompt_that_was_edited_itself_is_told_with_its_place() -> None:
    sources = [
        differing("sources", {"pages": [["", page]], "vars": {}}, {"pages": [["", "2"]], "vars": {}})
        for page in ("1",)
    ]
    (prompt,) = edits([*sources, differing("prompt", "a", "b")], lambda _: Where("s.yaml", 3))
    assert (prompt.path, prompt.where) == ("prompt", Where("s.yaml", 3))


def test_an_older_record_does_not_tell_where_its_prompt_came_from() -> None:
    found = edits(
        [differing("sources", None, {"pages": [["", "2"]], "vars": {}}), differing("prompt", "a", "b")],
        lambda _: Where("s.yaml", 3),
    )
    assert [(one.path, one.where) for one in found] == [("prompt", Where("s.yaml", 3))]


def test_the_nearest_place_is_told() -> None:
    places = {"env": Where("s.yaml", 3), "env.B": Where("s.yaml", 5), "judge.rewind": Where("s.yaml", 8)}
    found = edits(
        [
            differing("env", {"A": "1", "B": "1"}, {"A": "2", "B": "2"}),
            differing("rewind", ["a", 1], ["b", 1]),
        ],
        places.get,
    )
    assert [(one.path, one.where.line if one.where else 0) for one in found] == [
        ("env.A", 3),
        ("env.B", 5),
        ("judge.rewind.to", 8),
    ]


def test_what_a_later_specrun_may_have_written_is_no_trouble() -> None:
    assert parts(differing("sources", {"pages": "?", "vars": []}, {"pages": [["", 1, 2], 3]})) == []
    assert parts(differing("checks", "?", [["a"], 3])) == []
    assert parts(differing("protect", "?", ["a"])) == []
    assert parts(differing("edges", None, ["a:all"])) == [("depends_on.a", None, "all")]
    assert keyed("agent", ["a"]) == ["a"]


def test_impacts_stay_in_their_order() -> None:
    found = edits(
        [
            differing("model", "a", "b"),
            differing("checks", [], [["t", "x", ""]]),
            differing("env", {}, {"A": "1"}),
        ],
        lambda _: None,
    )
    assert [one.impact for one in found] == [Impact.WORK, Impact.VERIFY, Impact.LIVE]
    assert isinstance(found[0], Edit)
