"""Documents keep what is right, and every complaint knows its place."""

from __future__ import annotations

import pytest

from specrun.errors import Problem
from specrun.spec.parse import parse
from specrun.spec.schema import SpecDoc
from specrun.spec.shape import document, key_place
from specrun.spec.text import read_text

HEAD = "version: 1\nname: demo\nagent: shell\n"


def shaped(source: str) -> tuple[SpecDoc | None, tuple[Problem, ...]]:
    text, _ = read_text("f", source.encode(), 100_000)
    node, found = parse(text)
    assert node is not None
    assert found == ()
    return document(text, node, SpecDoc)


def test_one_bad_task_does_not_hide_the_others() -> None:
    doc, problems = shaped(
        HEAD + "tasks:\n  a: {prompt: x}\n  b: {promt: x}\n  c: {prompt: [1], priority: x}\n"
    )
    assert doc is not None
    assert list(doc.tasks) == ["a"]
    assert [(each.where.line, each.where.column, each.code) for each in problems] == [
        (6, 7, "E200"),
        (7, 15, "E202"),
        (7, 30, "E202"),
    ]


def test_missing_top_level_keys_leave_the_rest_to_be_checked() -> None:
    doc, problems = shaped("tasks:\n  a: {prompt: x}\n")
    assert doc is not None
    assert (doc.name, doc.version) == ("unnamed", 1)
    assert [each.code for each in problems] == ["E201", "E201"]


def test_free_keys_are_left_out_without_a_word() -> None:
    doc, problems = shaped(HEAD + "x-top: 1\ntasks:\n  a: {prompt: x, x-note: {y: 1}}\n")
    assert doc is not None
    assert problems == ()
    assert doc.tasks["a"].prompt == "x"


def test_free_keys_may_stand_in_lists() -> None:
    doc, problems = shaped(
        HEAD + "models: {rules: [{complexity: low, model: m, x-why: cheap}]}\ntasks:\n  a: {prompt: x}\n"
    )
    assert problems == ()
    assert doc is not None
    assert doc.models is not None
    assert doc.models.rules[0].model == "m"


def test_free_words_inside_of_values_stay() -> None:
    doc, _ = shaped(HEAD + "vars: {x-a: 1}\ntasks:\n  a: {prompt: x}\n")
    assert doc is not None
    assert doc.vars == {"x-a": 1}


def test_a_misspelt_key_is_not_missing_too() -> None:
    for check, codes in (("{name: x, script: y}", ["E200"]), ("{name: x, xyzzy: y}", ["E201", "E200"])):
        _, problems = shaped(HEAD + f"tasks:\n  a: {{prompt: x, checks: [{check}]}}\n")
        assert [each.code for each in problems] == codes


@pytest.mark.parametrize("value", ["3", "[1]", "text", "null"])
def test_tasks_of_a_wrong_kind(value: str) -> None:
    doc, problems = shaped(HEAD + f"tasks: {value}\n")
    assert doc is None or doc.tasks == {}
    assert [each.code for each in problems] == ["E202"]


def test_an_odd_number_is_told_once() -> None:
    _, problems = shaped(HEAD + "max_workers: 0x10\ntasks:\n  a: {prompt: x}\n")
    assert [(each.code, each.where.line) for each in problems] == [("E113", 4)]


def test_the_place_of_a_key() -> None:
    text, _ = read_text("f", b"a:\n  b: 1\n", 100)
    node, _ = parse(text)
    assert node is not None
    assert key_place(node, ("a", "b")) == (2, 3)
    assert key_place(node, ()) == (1, 1)
