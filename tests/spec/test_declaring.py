"""Declarations that hold together become values of the core; halves are told."""

from __future__ import annotations

import pytest

from specrun.core.agent import Adjustment, Declaration, Mode, PromptBy, SuccessBy
from specrun.spec.declaring import check_agents, declared
from specrun.spec.parse import parse
from specrun.spec.schema_settings import SettingsDoc
from specrun.spec.shape import data
from specrun.spec.text import read_text
from tests.spec.corpus import AGENTS

FULL = """\
argv: [cli, run]
model_flag: --model
models: {sonnet: big-one}
meter: {events: [{match: {type: end}, success: true, session_id: id}]}
env: {A: "1"}
permissions: {read: [--dry], edit: []}
allow_flag: --allow
deny_flag: --deny
budget_flag: --usd
turns_flag: --turns
session_flag: --session
resume: [--resume, "{session}"]
config_home: CLI_HOME
config: {a/b.json: "{}"}
version: [cli, --version]
tested: ["1.0"]
cleanup: 1500ms
"""


def entry(agent: str, name: str = "x") -> str:
    body = "".join(f"    {line}\n" for line in agent.splitlines())
    return f"version: 1\nagents:\n  {name}:\n{body}"


def said(source: str) -> list[str]:
    text, _ = read_text("f", source.encode(), 100_000)
    node, _ = parse(text)
    assert node is not None
    return [f"{each.where.line}:{each.where.column} {each.what}" for each in check_agents(text, node, AGENTS)]


def meant(source: str) -> dict[str, Declaration | Adjustment]:
    text, _ = read_text("f", source.encode(), 100_000)
    node, _ = parse(text)
    assert node is not None
    values = data(node, lambda _node, odd: pytest.fail(str(odd)))
    return declared(SettingsDoc.model_validate(values), AGENTS)


def test_a_whole_declaration() -> None:
    source = entry(FULL)
    assert said(source) == []
    assert meant(source)["x"] == Declaration(
        name="x",
        argv=("cli", "run"),
        prompt=PromptBy.STDIN,
        model_flag="--model",
        models={"sonnet": "big-one"},
        meter={"events": [{"match": {"type": "end"}, "success": True, "session_id": "id"}]},
        success=SuccessBy.EVENT,
        env={"A": "1"},
        permissions={Mode.READ: ("--dry",), Mode.EDIT: ()},
        allow_flag="--allow",
        deny_flag="--deny",
        budget_flag="--usd",
        turns_flag="--turns",
        session_flag="--session",
        resume=("--resume", "{session}"),
        config_home="CLI_HOME",
        config={"a/b.json": "{}"},
        version=("cli", "--version"),
        tested=("1.0",),
        cleanup=1.5,
    )


def test_a_small_declaration_has_the_defaults_of_the_core() -> None:
    source = entry('argv: [cli, "{prompt}"]\nprompt: file\nsuccess: exit_code')
    assert said(source) == []
    assert meant(source)["x"] == Declaration(
        name="x", argv=("cli", "{prompt}"), prompt=PromptBy.FILE, success=SuccessBy.EXIT_CODE
    )


def test_a_known_agent_is_adjusted() -> None:
    source = entry('models: {a: b}\nenv: {A: "1"}', "claude")
    assert said(source) == []
    assert meant(source)["claude"] == Adjustment(models={"a": "b"}, env={"A": "1"})
    assert said(entry("argv: [x]", "claude")) == [
        '4:5 `argv` of "claude" cannot be changed: specrun knows this agent'
    ]
    assert said(entry("models: {a: b}", "shell")) == ['4:5 agent "shell" takes no model']


OTHER = "success: exit_code\nargv: [x]\n"


@pytest.mark.parametrize(
    ("agent", "complaint"),
    [
        ("success: exit_code", '3:3 agent "x" needs "argv"'),
        ("argv: [x]", '3:3 nothing shows that agent "x" has succeeded'),
        ("argv: [x]\nsuccess: event", '5:14 nothing shows that agent "x" has succeeded'),
        (
            "argv: [x]\nmeter: {events: [{match: {a: 1}, success: 'true'}]}",
            '3:3 nothing shows that agent "x" has succeeded',
        ),
        (OTHER + "prompt: file", "5:5 the prompt comes as a file, and argv does not name {prompt}"),
        (OTHER + "models: {a: b}", "6:5 `models` means nothing without `model_flag`"),
        (OTHER + "allow_flag: a", "6:5 `allow_flag` means nothing without `deny_flag`"),
        (OTHER + "deny_flag: a", "6:5 `deny_flag` means nothing without `allow_flag`"),
        (OTHER + "config: {a: b}", "6:5 `config` means nothing without `config_home`"),
        (OTHER + 'tested: ["1"]', "6:5 `tested` means nothing without `version`"),
        (OTHER + 'resume: ["{session}"]', "6:5 resume names {session}, and nothing tells it"),
        (OTHER + "meter: {events: [{match: {type: a}}]}", "6:22 this event says nothing"),
    ],
)
def test_halves(agent: str, complaint: str) -> None:
    assert said(entry(agent)) == [complaint]


EVENT = "argv: [x]\nmeter: {events: [{match: {a: 1}, success: True}]}"


@pytest.mark.parametrize("agent", ["agrv: [x]\nsuccess: exit_code", OTHER + "resume: [--continue]", EVENT])
def test_what_is_said_elsewhere_or_makes_sense(agent: str) -> None:
    assert said(entry(agent)) == []


def test_no_settings_declare_nothing() -> None:
    assert declared(None, AGENTS) == {}
