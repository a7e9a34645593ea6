"""A page renders like Jinja does, and says where it went wrong."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import DictLoader

from specrun.spec.render.later import named
from specrun.spec.render.pages import Bad, Pages, mentioned
from specrun.spec.render.sandbox import OUTPUT_LIMIT, Sandbox

FILES = {
    "inc": "inc {{ vars.a }}",
    "late": "{{ tasks }}",
    "base": "<{% block b %}{% endblock %}>",
    "loop": "{% include 'loop' %}",
    "bad": "one\n{{ vars.b }}",
    "lib": "{% macro m(x) %}{{ x }}{% endmacro %}",
}
WORDS = {"vars", "tasks", "previous"}
VALUES = {"vars": named("vars", {"a": "{{ x }}", "n": 1}), "tasks": named("tasks", {}), "previous": False}


def ask(file: str) -> dict[str, str]:
    if file in FILES:
        return {"source": FILES[file]}
    return {"code": "E401" if ".." in file else "E400", "what": file, "fix": "mend"}


def rendered(source: str) -> str:
    return Pages(ask).page(source, "").render(VALUES)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("plain", "plain"),
        ("{{ vars.a }}", "{{ x }}"),
        ("{% include 'inc' %}!", "inc {{ x }}!"),
        ("{% extends 'base' %}{% block b %}{{ vars.n }}{% endblock %}", "<1>"),
        ("{% import 'lib' as lib %}{{ lib.m(3) }}", "3"),
        ("{% include 'nope' ignore missing %}x", "x"),
        ("{% include ['nope', 'inc'] %}", "inc {{ x }}"),
    ],
)
def test_rendering(source: str, text: str) -> None:
    assert rendered(source) == text


@given(st.text(max_size=40), st.text(max_size=40))
def test_values_appear_as_they_are(before: str, value: str) -> None:
    text = before.replace("{", "(").replace("\r", "")
    page = Pages(ask).page(text + "{{ vars.a }}{% if 1 %}{{ vars.a }}{% endif %}", "")
    assert page.render({"vars": named("vars", {"a": value})}) == text + value + value


@given(
    st.lists(
        st.sampled_from(["text ", "{{ vars.a }}", "{{ vars.n }}", "{{ range }}", "\n", "{# c #}"]), max_size=6
    )
)
def test_the_short_way_and_jinja_agree(parts: list[str]) -> None:
    source = "".join(parts)
    assert rendered(source) == Sandbox(DictLoader({})).from_string(source).render(VALUES)


@pytest.mark.parametrize(
    ("source", "code", "place"),
    [
        ("a\n{{ vars.b }}", "E301", ("", 2)),
        ("a\n\n{% if 1 %}{{ vars.b }}{% endif %}", "E301", ("", 3)),
        ("a\n{% if %}", "E300", ("", 2)),
        ("a\n{{ x | nope }}", "E300", ("", 2)),
        ("a\n{{ ''.__class__ }}", "E302", ("", 2)),
        ("{% for i in range(99999) %}more than ten{% endfor %}", "E303", ("", 1)),
        ("a\n{% include 'loop' %}", "E304", ("loop", 1)),
        ("\n{{ 1 / 0 }}", "E306", ("", 2)),
        ("a\n{% include 'nope' %}", "E400", ("", 2)),
        ("a\n{% include '../x' %}", "E401", ("", 2)),
        ("a\n{% include 'bad' %}", "E301", ("bad", 2)),
    ],
)
def test_errors_have_a_place(source: str, code: str, place: tuple[str, int]) -> None:
    with pytest.raises(Bad) as caught:
        rendered(source)
    assert (caught.value.code, caught.value.place) == (code, place)


def test_output_is_limited_in_bytes() -> None:
    values: dict[str, Any] = {"vars": named("vars", {"a": "é" * (OUTPUT_LIMIT // 2)})}
    assert len(Pages(ask).page("{{ vars.a }}", "").render(values)) == OUTPUT_LIMIT // 2
    with pytest.raises(Bad):
        Pages(ask).page("{{ vars.a }}!", "").render(values)


def test_run_time_names_are_seen_through_includes_each_time() -> None:
    pages = Pages(ask)
    late = pages.page("{% include 'late' %}", "")
    for _ in range(2):
        late.render(VALUES)
        assert late.uses == {"tasks"}
    other = pages.page("{% include 'inc' %}", "")
    other.render(VALUES)
    assert other.uses == {"vars.a"}
    assert other.templates == {"inc"}


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("tasks {{ vars.previous }} {{ previous }}", {"previous", "vars.previous"}),
        ("{{ vars.a.b }} {{ vars['c'] }} {% if vars.a %}{{ vars.d | upper }}{% endif %}", {"a", "c", "d"}),
        ("{{ vars[task.name] }} {{ vars.a }}", {"a", "vars"}),
        ("{% for k in vars.items() %}{{ k }}{% endfor %}", {"vars"}),
        ("{% set v = vars %}{{ v.a }}", {"vars"}),
        ("{{ vars[0] }}", {"vars"}),
        ("{# {{ vars.a }} #}{{ with.vars }} vars.b", set()),
    ],
)
def test_what_a_template_mentions(source: str, names: set[str]) -> None:
    tree = Sandbox(DictLoader({})).parse(source)
    assert mentioned(tree) == {name if name in WORDS or "." in name else f"vars.{name}" for name in names}
