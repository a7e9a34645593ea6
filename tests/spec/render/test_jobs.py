"""Jobs: a check tells what a prompt needs, a rendering gives its text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from specrun.spec.render.jobs import Jobs


def nowhere(file: str) -> dict[str, str]:
    return {"code": "E400", "what": file, "fix": ""}


def desk(ask: Callable[[str], dict[str, str]] = nowhere) -> Jobs:
    jobs = Jobs(ask)
    jobs.context(0, {"vars": {"a": 1}, "spec": {"name": "demo"}, "domain": {}})
    return jobs


def job(source: str, kind: str = "check", **more: Any) -> dict[str, Any]:
    base: dict[str, Any] = {"kind": kind, "pages": [[source, ""]], "context": 0, "task": {"name": "t"}}
    return {**base, "with": {}, "tasks": {"up": ["output"]}, "previous": False, **more}


def told(text: str, **more: Any) -> dict[str, Any]:
    return {"text": text, "tasks": False, "previous": False, "vars": [], "templates": [], **more}


def test_a_check_tells_what_is_used() -> None:
    assert desk().answer(job("{{ vars.a }}")) == told("1", vars=["a"])
    late = told("«tasks.up.output: known later»", tasks=True)
    assert desk().answer(job("{{ tasks.up.output }}")) == late
    assert desk().answer(job("a{% if previous %}{{ previous.x }}{% endif %}")) == told("a", previous=True)
    assert desk().answer(job("{{ vars }}"))["vars"] is None


def test_what_each_way_through_a_late_condition_uses_is_told() -> None:
    files = {"one": "{{ vars.a }}", "two": "{{ vars['b'] | default(1) }}{{ previous }}"}
    jobs = desk(lambda file: {"source": files[file]})
    pages = [
        ["{% if tasks.up.output %}{% include 'one' %}{% else %}{% include 'two' %}{% endif %}", ""],
        ["{{ task.prompt }}{{ vars.c | default(2) }}", "wrap"],
    ]
    answer = jobs.answer(job("", pages=pages))
    assert (answer["vars"], answer["templates"]) == (["a", "b", "c"], ["one", "two"])
    assert (answer["tasks"], answer["previous"]) == (True, True)


def test_a_rendering_has_the_values() -> None:
    answer = desk().answer(job("{{ tasks.up.output.x }}", "render", tasks={"up": {"output": {"x": 5}}}))
    assert answer == {"text": "5"}


def test_the_page_around_gets_the_prompt() -> None:
    pages = [["{{ '{{ vars.a }}' }}", ""], ["<{{ task.prompt }}>", "wrap"]]
    assert desk().answer(job("", pages=pages))["text"] == "<{{ vars.a }}>"


def test_pages_of_files_are_compiled_once() -> None:
    jobs = desk()
    assert jobs.answer(job("", pages=[["one", "file"]]))["text"] == "one"
    assert jobs.answer(job("", pages=[["two", "file"]]))["text"] == "one"


def test_an_error_says_where() -> None:
    assert desk().answer(job("\n{{ nope }}"))["error"]["line"] == 2


def test_every_way_through_a_late_condition_is_taken() -> None:
    for source in (
        "{% if tasks.up.output %}{{ nope }}{% endif %}",
        "{% if not tasks.up.output %}{{ nope }}{% endif %}",
    ):
        assert desk().answer(job(source))["error"]["code"] == "E301"


def question(expression: str, kind: str = "when", **more: Any) -> dict[str, Any]:
    return {**job("", kind), "expression": expression, **more}


@pytest.mark.parametrize(
    ("expression", "met", "values"),
    [
        ("true", True, ""),
        ("vars.a > 1", False, "vars.a = 1"),
        ("vars.a > 1 and tasks.up.output.ok", False, "vars.a = 1"),
        ("vars.a and tasks.up.output.ok", None, "vars.a = 1, tasks.up.output.ok = known later"),
        ("tasks.up.output is defined", None, "tasks.up.output = known later"),
        ("tasks.get('up')", None, ""),
        ("'up' in tasks", True, ""),
    ],
)
def test_a_condition_is_decided_where_it_can_be(expression: str, met: object, values: str) -> None:
    found = desk().answer(question(expression))
    assert found["met"] is met
    assert found["values"].startswith(values)


def test_a_condition_is_decided_by_records() -> None:
    tasks = {"up": {"output": {"ok": False}}}
    answer = desk().answer(question("vars.a and tasks.up.output.ok", "decide", tasks=tasks))
    assert answer == {"met": False, "values": "vars.a = 1, tasks.up.output.ok = false"}


@pytest.mark.parametrize("expression", ["tasks.up.output and vars.nope", "not tasks.up.output and vars.nope"])
def test_both_ways_of_a_late_condition_are_looked_at(expression: str) -> None:
    assert desk().answer(question(expression))["error"]["what"] == '"vars.nope" is undefined'
