"""What a template may do, and that it may do nothing else."""

from __future__ import annotations

import pytest
from jinja2 import DictLoader
from jinja2.exceptions import SecurityError, TemplateSyntaxError, UndefinedError

from specrun.spec.render.later import Later, named
from specrun.spec.render.sandbox import FILTER_NAMES, Sandbox, TooMuch


def shown(source: str, **values: object) -> str:
    known = {name: named(name, value) for name, value in values.items()}
    return Sandbox(DictLoader({})).from_string(source).render(known)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ vars.items }}", "1"),
        ("{{ vars['a-b'] }}", "2"),
        ("{% for key, value in vars.items2.items() %}{{ key }}{{ value }}{% endfor %}", "x3"),
        ("{{ vars.get('none', 4) }}", "4"),
        ("{{ vars.text.upper() }}", "<É>"),
        ("{{ {'a': vars.text} | tojson }}", '{"a": "<é>"}'),
        ("{{ vars.nope | default('x') }}", "x"),
        ("{{ vars.nope is defined }}", "False"),
        ("{{ '%s!' % 'a' }}{{ 'ab' * 2 }}{{ 2 ** 10 }}", "a!abab1024"),
        ("{{ 'a' }}\n", "a\n"),
    ],
)
def test_what_templates_do(source: str, text: str) -> None:
    values = {"items": 1, "a-b": 2, "items2": {"x": 3}, "text": "<é>"}
    assert shown(source, vars=values) == text


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__ }}",
        "{{ [].__class__.__mro__ }}",
        "{{ ''['__class__'] }}",
        "{{ 'x'.center(9) }}",
        "{{ '{}'.format(1) }}",
        "{{ '{}'['format'](1) }}",
        "{{ [1].append(2) }}",
        "{% set _ = [1].clear() %}",
    ],
)
def test_what_is_refused(source: str) -> None:
    with pytest.raises(SecurityError):
        shown(source, vars={})


@pytest.mark.parametrize(
    "source",
    [
        "{{ 'a' * 10**9 }}",
        "{{ 10**9 * 'a' }}",
        "{{ [0] * 10**9 }}",
        "{{ 10**(10**8) }}",
        "{{ '%1000000000d' % 1 }}",
    ],
)
def test_what_is_too_much(source: str) -> None:
    with pytest.raises(TooMuch):
        shown(source)


@pytest.mark.parametrize("name", ["pprint", "random", "attr", "format", "center", "xmlattr", "safe"])
def test_other_filters_do_not_exist(name: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        shown(f"{{{{ 'x' | {name} }}}}")


@pytest.mark.parametrize("name", FILTER_NAMES)
def test_every_filter_leaves_a_placeholder_alone(name: str) -> None:
    assert shown(f"{{{{ x | {name} }}}}", x=Later("x", set())) == f"«x | {name}: known later»"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{{ tsk }}", '"tsk" is undefined\ndid you mean "task"?'),
        ("{{ lipsum }}", '"lipsum" is undefined\nknown: domain, previous, spec, task, tasks, vars, with'),
        ("{{ vars.servce }}", '"vars.servce" is undefined\ndid you mean "service"?'),
        ("{{ vars.my }}", "\"vars.my\" is undefined\nwrite vars['my-task']"),
        ("{{ vars.service.x }}", 'text has no "x"'),
        ("{{ vars.pop }}", '"vars.pop" is undefined\nknown: my-task, service'),
    ],
)
def test_undefined_names(source: str, message: str) -> None:
    with pytest.raises(UndefinedError) as caught:
        shown(source, vars={"service": "x", "my-task": 1})
    assert caught.value.message == message


def test_values_are_read_only() -> None:
    with pytest.raises((SecurityError, UndefinedError)):
        shown("{{ vars.update({'a': 1}) }}", vars={"a": 0})
