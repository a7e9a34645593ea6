"""A condition holds or not, by values that can be named; what is known later decides nothing."""

from __future__ import annotations

from typing import Any

import pytest
from jinja2 import DictLoader

from specrun.spec.render.conditions import VALUES, Expression, Outcome
from specrun.spec.render.later import Later, Watched, named
from specrun.spec.render.pages import Bad
from specrun.spec.render.sandbox import Sandbox

GIVEN = {
    "vars": {
        "yes": True,
        "no": False,
        "n": 3,
        "list": [1, 2],
        "map": {"k": "v"},
        "word": "abc",
        "none": None,
    },
    "task": {"name": "k", "my-key": 1},
    "long": "x" * 300,
}


def outcome(source: str, **more: Any) -> Outcome:
    values = {key: named(key, value) for key, value in {**GIVEN, **more}.items()}
    return Expression(Sandbox(DictLoader({})), source).outcome(values, ())


@pytest.mark.parametrize(
    ("source", "met", "values"),
    [
        ("true", True, ""),
        ("not vars.yes", False, "vars.yes = true"),
        ("vars.n > 2 and vars.n < 4", True, "vars.n = 3"),
        ("vars.no or vars.list", True, "vars.no = false, vars.list = [1, 2]"),
        ("vars.list[1] == 2", True, "vars.list[1] = 2"),
        ("vars.list[1:] | length", True, "vars.list = [1, 2]"),
        ("vars['map'].k == 'v'", True, 'vars.map.k = "v"'),
        ("task['my-key']", True, "task['my-key'] = 1"),
        ("vars.map[task.name] == 'v'", True, 'vars.map = {"k": "v"}, task.name = "k"'),
        ("vars.word.startswith('b')", False, 'vars.word = "abc"'),
        ("vars.nope is defined", False, "vars.nope = undefined"),
        ("vars.none", False, "vars.none = null"),
        ("range(0) | list", False, ""),
        ("vars.n in (1, 3)", True, "vars.n = 3"),
        ("3 if vars.yes else vars.nope.deeper", True, "vars.yes = true, vars.nope.deeper = undefined"),
    ],
)
def test_what_holds_and_by_which_values(source: str, values: str, *, met: bool) -> None:
    assert outcome(source) == Outcome(met, values)


def test_long_values_are_cut() -> None:
    one = outcome("long != ''").values
    assert one.endswith("…")
    assert len(one) < 80
    many = " and ".join(f"vars.a{number} == 1" for number in range(40))
    assert len(outcome(many, vars={f"a{number}": 1 for number in range(40)}).values) == VALUES


@pytest.mark.parametrize(
    ("source", "code", "line", "what"),
    [
        ("", "E300", 1, "unexpected"),
        ("vars.n >", "E300", 1, "unexpected"),
        ("vars.n vars.n", "E300", 1, 'nothing may follow the expression, found "vars"'),
        ("vars.n }} x", "E300", 1, "nothing may follow"),
        ("vars.n | nope", "E300", 1, "no filter named"),
        ("\n\nvars.nope", "E301", 3, '"vars.nope" is undefined'),
        ("vars.yes and\nvars.nope", "E301", 2, '"vars.nope" is undefined'),
        ("vars.no and\nnope", "E301", 2, '"nope" is undefined'),
        ("nope", "E301", 1, '"nope" is undefined'),
        ("vars.no and previous", "E301", 1, '"previous" is no value of a condition'),
        ("vars.word", "E306", 1, 'it gives the text "abc"'),
        ("vars.word ~ '1'", "E306", 1, 'it gives the text "abc1"'),
        ("1 / 0", "E306", 1, "division by zero"),
        ("vars.__class__", "E301", 1, "undefined"),
        ("''.__class__", "E302", 1, "refused"),
        ("9 ** 99999", "E303", 1, "too many digits"),
        ("result", "E301", 1, '"result" is undefined'),
    ],
)
def test_what_is_wrong_has_a_line(source: str, code: str, line: int, what: str) -> None:
    with pytest.raises(Bad) as caught:
        outcome(source)
    assert (caught.value.code, caught.value.place) == (code, ("", line))
    assert what in caught.value.what


def test_an_unknown_name_is_told_with_those_that_there_are() -> None:
    with pytest.raises(Bad) as caught:
        outcome("nope")
    assert caught.value.fix == "known: long, task, vars"


def later(source: str, *, truth: bool = True) -> Outcome:
    asked: set[str] = set()
    tasks = Watched(
        "tasks", named("tasks", {"up": {"output": Later("tasks.up.output", asked, truth=truth)}}), asked
    )
    values = {**{key: named(key, value) for key, value in GIVEN.items()}, "tasks": tasks}
    return Expression(Sandbox(DictLoader({})), source).outcome(values, asked)


@pytest.mark.parametrize("truth", [True, False])
@pytest.mark.parametrize(
    "source",
    [
        "tasks.up.output",
        "tasks.up.output.n > 3",
        "3 < tasks['up'].output.n",
        "tasks.up.output is none",
        "tasks.up.output.word == 'x' or vars.yes",
        "vars.yes and tasks.up.output.list | length",
        "tasks.values() | list",
        "dict(tasks).up.output",
        "tasks.get('up') is none",
        "(tasks | dictsort)[0][1] is none",
        "'x' in tasks.up.output.list",
    ],
)
def test_what_depends_on_later_is_open(source: str, *, truth: bool) -> None:
    assert later(source, truth=truth).met is None


@pytest.mark.parametrize(
    ("source", "met"), [("vars.no and tasks.up.output", False), ("vars.yes or tasks.up.output", True)]
)
def test_what_does_not_is_decided_at_once(source: str, *, met: bool) -> None:
    assert later(source) == Outcome(met, f"vars.{'yes' if met else 'no'} = {str(met).lower()}")


def test_values_of_later_are_named_while_they_are_open() -> None:
    assert later("vars.yes and tasks.up.output.n > 3").values == (
        "vars.yes = true, tasks.up.output.n = known later"
    )
