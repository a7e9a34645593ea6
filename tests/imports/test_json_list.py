"""JSON lists are read with their places, and everything odd in them is told at once."""

from __future__ import annotations

from typing import Any

import pytest

from specrun.errors import InvalidSpec
from specrun.imports import json_list
from specrun.imports.entry import Listing
from specrun.imports.page import MAX_TASKS, opened


def read(text: str) -> Listing:
    page = opened(text, "f")
    assert json_list.looks_like(page)
    return json_list.read(page, "/top/repo")


def problems(text: str) -> list[str]:
    with pytest.raises(InvalidSpec) as caught:
        read(text)
    return [str(one) for one in caught.value.problems]


@pytest.mark.parametrize("text", ["[Skill: x] do", "[ ] box", "[P] a", "- [ ] a", "do {it}", "", "1"])
def test_what_is_no_json(text: str) -> None:
    assert not json_list.looks_like(opened(text, "f"))


def test_everything_that_a_task_may_say() -> None:
    found = read(
        '// a comment\n\n{"title": "Shop", "description": "All of it", "tasks": [\n'
        '  {"id": 7, "title": " Create it ", "description": "a\\nb", "complexity": "HIGH", "model": "opus",\n'
        '   "domain": "backend", "skill": "/tidy", "cwd": "x/../y z", "dependsOn": ["a", 2]},\n'
        '  "plain", {"prompt": "only", "title": null, "depends_on": "plain"}]}\n'
    )
    assert (found.title, found.description, found.notes) == ("Shop", "All of it", ())
    first, second, third = found.entries
    assert [row.text for row in first.rows] == ["a", "b"]
    assert (first.id, first.title, first.complexity, first.model) == ("7", "Create it", "high", "opus")
    assert (first.domain, first.skill, first.also) == ("backend", "tidy", ("Work in the folder `y z`.",))
    assert [(one.text, one.line, one.column) for one in first.upstreams] == [("a", 5, 76), ("2", 5, 81)]
    assert (second.place.text, second.place.line, second.place.column) == ("plain", 6, 3)
    assert (third.place.text, third.title, [one.text for one in third.upstreams]) == ("only", "", ["plain"])


def test_a_title_beside_a_prompt() -> None:
    (one,) = read('[{"prompt": "do", "description": "Say\\nmore"}]').entries
    assert (one.place.text, one.title) == ("do", "Say")
    (one,) = read('[{"title": "Only"}]').entries
    assert (one.place.text, one.title) == ("Only", "Only")
    assert read('{"name": "n", "tasks": []}').title == "n"


def test_unknown_keys_are_told_once() -> None:
    found = read('{"tasks": [{"title": "a", "due": 1}, {"title": "b", "due": 2}], "owner": "x"}')
    assert found.notes == (
        'Key "owner" is unknown and was left out.',
        'Key "due" is unknown and was left out.',
    )


def test_line_ends_of_windows_are_line_ends_within_texts_too() -> None:
    (one,) = read('[{"description": "first\\r\\nsecond"}]').entries
    assert [row.text for row in one.rows] == ["first", "second"]


@pytest.mark.parametrize(
    ("cwd", "also"),
    [
        (".", ()),
        ("/top/repo", ()),
        ("/top/repo/", ()),
        ("", ()),
        ("a/b/", ("Work in the folder `a/b`.",)),
        ("/top/repo/a", ("Work in the folder `a`.",)),
        ("..a", ("Work in the folder `..a`.",)),
    ],
)
def test_folders_of_the_repo(cwd: str, also: tuple[str, ...]) -> None:
    (one,) = read(f'[{{"title": "a", "cwd": "{cwd}"}}]').entries
    assert one.also == also


@pytest.mark.parametrize(
    "cwd", ["..", "a/../..", "/top", "/top/repository", "~/x", "C:/x", "\\\\\\\\host", "/", "a\\nb"]
)
def test_folders_outside_of_it(cwd: str) -> None:
    (told,) = problems(f'[{{"title": "a",\n"cwd": "{cwd}"}}]')
    assert told.startswith("f:2:8: error[E403]: cwd ")
    assert told.endswith(
        'is outside of this repo ("/top/repo"); fix: remove it, or run specrun in that repo: it works in one'
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[{"title": }]', ["f:1:12: error[E104]: this is no JSON: expecting value"]),
        ('[{"title": "a"}] x', ["f:1:18: error[E104]: this is no JSON: something stands behind the end"]),
        ('{"task": []}', ["f:1:1: error[E202]: there is no list of tasks"]),
        ('{"tasks": {}}', ["f:1:11: error[E202]: there is no list of tasks"]),
        (
            '["a", 3, [], null]',
            [
                "f:1:7: error[E202]: no task: a number",
                "f:1:10: error[E202]: no task: a list",
                "f:1:14: error[E202]: no task: null",
            ],
        ),
        (
            '["a", {}, true, 1.5]',
            [
                "f:1:7: error[E201]: the task says nothing",
                "f:1:11: error[E202]: no task: true or false",
                "f:1:17: error[E202]: no task: a number",
            ],
        ),
        (
            '[{"title": ["a"]}]',
            [
                "f:1:12: error[E202]: title must be text, found a list",
                "f:1:2: error[E201]: the task says nothing",
            ],
        ),
        (
            '[{"title": "a", "id": true, "model": "-m", "complexity": "x"}]',
            [
                "f:1:23: error[E202]: id must be text, found true or false",
                'f:1:58: error[E207]: unknown complexity "x"',
                'f:1:38: error[E202]: "-m" is no name of a model',
            ],
        ),
        (
            '[{"title": "a\\u001b[2J"}]',
            [
                "f:1:12: error[E118]: invisible character U+001B in title",
                "f:1:2: error[E201]: the task says nothing",
            ],
        ),
        ('["a\\ud800"]', ["f:1:2: error[E118]: invisible character U+D800 in text"]),
        (
            '[{"title": "a", "depends_on": [{}]}]',
            ["f:1:32: error[E202]: depends_on must be text, found an object"],
        ),
        ('[{"title": ' + "[" * 100_000, ["f:1:1: error[E109]: the JSON is nested too deeply"]),
        ('[{"id": 1' + "0" * 5000 + "}]", ["f:1:1: error[E109]: the JSON is nested too deeply"]),
        (f'["a"{",1" * MAX_TASKS}]', ["f:1:1: error[E110]: the list has 501 tasks (limit 500)"]),
    ],
)
def test_what_is_wrong_is_located(text: str, told: list[str]) -> None:
    found = problems(text)
    pairs: list[tuple[Any, str]] = list(zip(found, told, strict=True))
    assert [one for one, start in pairs if not one.startswith(start)] == []
