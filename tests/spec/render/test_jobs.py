"""Jobs: a check tells what a prompt needs, a rendering gives its text."""

from __future__ import annotations

from typing import Any

from specrun.spec.render.jobs import Jobs


def desk() -> Jobs:
    jobs = Jobs(lambda file: {"code": "E400", "what": file, "fix": ""})
    jobs.context(0, {"vars": {"a": 1}, "spec": {"name": "demo"}, "domain": {}})
    return jobs


def job(source: str, kind: str = "check", **more: Any) -> dict[str, Any]:
    base: dict[str, Any] = {"kind": kind, "pages": [[source, ""]], "context": 0, "task": {"name": "t"}}
    return {**base, "with": {}, "tasks": {"up": ["output"]}, "previous": False, **more}


def test_a_check_tells_what_is_used() -> None:
    assert desk().answer(job("{{ vars.a }}")) == {"text": "1", "tasks": False, "previous": False}
    assert desk().answer(job("{{ tasks.up.output }}")) == {
        "text": "«tasks.up.output: known later»",
        "tasks": True,
        "previous": False,
    }
    assert desk().answer(job("a{% if previous %}{{ previous.x }}{% endif %}")) == {
        "text": "a",
        "tasks": False,
        "previous": True,
    }


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
