"""Names must exist, and things that exclude each other do not stand together."""

from __future__ import annotations

import pytest

from specrun.spec.parse import parse
from specrun.spec.sense import Known, check_settings, check_spec, upstreams
from specrun.spec.text import read_text

KNOWN = Known(agents=("claude", "shell"), executors=("tmux",), domains={"shared": True})
HEAD = "version: 1\nname: demo\nagent: shell\n"


def said(source: str, known: Known = KNOWN) -> list[str]:
    text, _ = read_text("f", source.encode(), 100_000)
    node, _ = parse(text)
    assert node is not None
    return [
        f"{each.where.line}:{each.where.column} {each.code} {each.what}"
        for each in check_spec(text, node, known)
    ]


def test_what_makes_sense_is_left_alone() -> None:
    tasks = "tasks:\n  a: {prompt: x, domain: shared}\n  b: {template: t, with: {x: 1}, depends_on: [a]}\n"
    assert said(HEAD + "timeout: none\nidle_timeout: 5m\n" + tasks) == []


@pytest.mark.parametrize(
    ("task", "complaint"),
    [
        ("{prompt: x, agent: shel}", '5:25 E209 unknown agent "shel"'),
        ("{prompt: x, executor: screen}", '5:28 E209 unknown executor "screen"'),
        ("{prompt: x, domain: share}", '5:26 E209 unknown domain "share"'),
        ("{prompt: x, template: y}", '5:18 E214 task "a" has both prompt and template'),
        ("{title: x}", '5:3 E201 task "a" needs "prompt" or "template"'),
        ("{prompt: ~}", '5:3 E201 task "a" needs "prompt" or "template"'),
        ("{prompt: x, with: {y: 1}}", '5:18 E214 task "a" has `with` but no template'),
        ("{prompt: x, timeout: 0m}", '5:27 E212 timeout must be more than 0, found "0m"'),
        ("{prompt: x, env: {SPECRUN_X: y}}", '5:24 E213 "SPECRUN_X" is reserved for specrun itself'),
        ("{prompt: x, depends_on: [a]}", '5:31 E205 task "a" depends on itself'),
        ("{prompt: x, depends_on: {z: }}", '5:31 E205 depends_on names unknown task "z"'),
    ],
)
def test_complaints_about_a_task(task: str, complaint: str) -> None:
    assert said(HEAD + f"tasks:\n  a: {task}\n") == [complaint]


def test_an_agent_may_come_from_any_level() -> None:
    source = "tasks:\n  a: {prompt: x}\n  b: {prompt: x, agent: shell}\n  c: {prompt: x, domain: shared}\n"
    assert said(source) == ['2:3 E201 task "a" has no agent']
    assert said("agent: shell\n" + source) == []
    settings = Known(agents=("shell",), executors=(), domains={"shared": False}, agent=True)
    assert said(source, settings) == []


def test_ids_that_differ_by_case_collide() -> None:
    assert said(HEAD + "tasks:\n  a: {prompt: x}\n  A: {prompt: x}\n") == [
        '6:3 E203 task id "A" collides with "a" (line 5)'
    ]


def test_an_upstream_is_named_once() -> None:
    tasks = "tasks:\n  a: {prompt: x}\n  b: {prompt: x, depends_on: [a, a]}\n"
    assert said(HEAD + tasks) == ['6:34 E205 depends_on names "a" twice']


def test_each_tangle_is_told_as_a_cycle() -> None:
    tasks = "tasks:\n  a: {prompt: x, depends_on: [b]}\n  b: {prompt: x, depends_on: [a]}\n"
    assert said(HEAD + tasks) == ["5:31 E205 cycle a → b → a"]


def test_both_forms_of_upstreams_are_read() -> None:
    for form in ("[a]", "{a: {on: failed}}"):
        text, _ = read_text("f", f"depends_on: {form}\n".encode(), 100)
        node, _ = parse(text)
        assert node is not None
        assert upstreams(node) == [("a", 1, 14)]


@pytest.mark.parametrize(
    ("rule", "complaints"),
    [
        ("{model: m}", ["4:18 E201 the rule names nothing that must hold"]),
        ("{domain: shard, model: m}", ['4:27 E209 unknown domain "shard"']),
        ("{domain: shared, model: m}", []),
        ("{}", []),
        ("{complexity: low, model: m}", []),
    ],
)
def test_rules_of_models(rule: str, complaints: list[str]) -> None:
    assert said(HEAD + f"models: {{rules: [{rule}]}}\ntasks:\n  a: {{prompt: x}}\n") == complaints


def test_settings_are_checked_too() -> None:
    text, _ = read_text(
        "f", b"agent: shel\ndomains:\n  a: {executor: x}\nagents: {x: {env: {SPECRUN_X: y}}}\n", 1000
    )
    node, _ = parse(text)
    assert node is not None
    assert [each.code for each in check_settings(text, node, KNOWN)] == ["E209", "E209", "E213"]
