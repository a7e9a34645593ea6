"""Globs, folders, types and words mean something, or the place says why not."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from specrun.errors import Problem
from specrun.spec.node import Node
from specrun.spec.parse import parse
from specrun.spec.sense_proof import level_of_proof, project_of_proof, task_of_proof
from specrun.spec.text import Text, read_text


def said(check: Callable[[Text, Node], Iterator[Problem]], source: str) -> list[str]:
    text, _ = read_text("f", source.encode(), 100_000)
    node, _ = parse(text)
    assert node is not None
    return [f"{each.where.line}:{each.where.column} {each.code} {each.what}" for each in check(text, node)]


@pytest.mark.parametrize(
    "glob",
    [
        "src/**",
        "./a",
        "*",
        "a b",
        "[!a]*.py",
        ".github",
        "a..b",
        "{a}",
        "ünï",
        "~a",
        "x" * 200,
        "a:b/c",
        "日　本",
    ],
)
def test_globs_that_mean_something(glob: str) -> None:
    assert said(level_of_proof, f'protect: ["{glob}", "!{glob[:199]}"]\n') == []
    assert said(task_of_proof, f'touches: ["{glob}"]\n') == []


@pytest.mark.parametrize(
    ("glob", "what"),
    [
        ("/a", "does not begin at the repo root"),
        ("!~/a", "does not begin at the repo root"),
        ("c:/a", "does not begin at the repo root"),
        ("a/../b", "leaves the repository"),
        ("..", "leaves the repository"),
        ("a\\\\b", "holds a backslash"),
        ("a\\tb", "holds a control character"),
        ("a\\u202eb", "holds a control character"),
        ("", "names nothing"),
        ("! ", "names nothing"),
        ("x" * 201, "is longer than 200 characters"),
        ("a.{b,c}", "has a choice in braces"),
    ],
)
def test_globs_that_do_not(glob: str, what: str) -> None:
    (line,) = said(level_of_proof, f'protect: ["{glob}"]\n')
    assert line.startswith("1:11 E219 glob ")
    assert line.endswith(what)


def test_touches_make_no_exceptions() -> None:
    assert said(level_of_proof, "protect: ['!a']\n") == []
    assert said(task_of_proof, "touches: ['!a']\n") == ['1:11 E219 glob "!a" makes an exception']


def test_checks_stay_in_the_repo() -> None:
    assert said(level_of_proof, "checks: [test, {path: web}, {path: ~}, {path: .}]\n") == []
    assert said(level_of_proof, "checks: [{path: a/../../b}, {path: .git}]\n") == [
        '1:17 E401 path "a/../../b" leaves the repository',
        '1:36 E404 paths under .git are refused: ".git"',
    ]


def test_a_number_that_two_people_read_differently_is_told_by_the_shape_alone() -> None:
    assert said(task_of_proof, "outputs: {minimum: 0x10, typ: x}\n") == []


def test_values_of_another_kind_are_left_to_the_shape() -> None:
    assert said(level_of_proof, "checks: test\nprotect: [3, ~, {a: b}]\n") == []
    assert said(task_of_proof, "touches: x\noutputs: [x]\njudge: yes\n") == []
    assert said(project_of_proof, "project: [python]\n") == []
    assert said(project_of_proof, "project: 3\n") == []


@pytest.mark.parametrize(
    ("judge", "complaints"),
    [
        ("{pass: [a, b], fail: [c], rewind: {to: x}}", []),
        ("{pass: [a], fail: c, rewind: {to: x}}", []),
        (
            "{pass: [a, a], fail: [b, b]}",
            ['1:19 E203 word "a" stands twice', '1:33 E203 word "b" stands twice'],
        ),
        ("{pass: [a], fail: [a]}", ['1:27 E203 word "a" stands under both pass and fail']),
        ("{pass: [a], rewind: {to: x}}", ["1:20 E214 rewind never happens: no word fails"]),
        ("{pass: [a], fail: [], rewind: {to: x}}", ["1:30 E214 rewind never happens: no word fails"]),
        ("{pass: [a], rewind: ~}", []),
    ],
)
def test_words_of_judges(judge: str, complaints: list[str]) -> None:
    assert said(task_of_proof, f"judge: {judge}\n") == complaints


@pytest.mark.parametrize(
    ("project", "complaints"),
    [
        ("python", []),
        ("~", []),
        ("{type: ~, test: x, paths: {web: ~, api: go}}", []),
        ("pyton", ['1:10 E209 unknown type of project "pyton"']),
        ("{type: npm}", ['1:17 E209 unknown type of project "npm"']),
        (
            "{paths: {a: b, c: {type: d}}}",
            [f'1:{at} E209 unknown type of project "{name}"' for at, name in ((22, "b"), (35, "d"))],
        ),
        ("{paths: {./: go}}", ['1:19 E214 "./" is the top of the repository']),
        ("{paths: {a/b: go, a//b: go}}", ['1:28 E203 folder "a//b" is named twice']),
    ],
)
def test_projects(project: str, complaints: list[str]) -> None:
    assert said(project_of_proof, f"project: {project}\n") == complaints


def test_flaws_of_a_schema_are_told_where_they_stand() -> None:
    source = "outputs:\n  properties:\n    n:\n      type: intger\n  requird: [n]\n"
    assert said(task_of_proof, source) == [
        '4:13 E218 outputs.properties.n.type: unknown type "intger"',
        '5:12 E218 outputs.requird: unknown keyword "requird"',
    ]
