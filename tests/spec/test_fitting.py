"""Tasks ask of an agent what it can do; the complaint stands where the asking is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from specrun.agents import AGENTS
from specrun.spec.load import load
from tests.spec.corpus import EXECUTORS, loaded, make_repo, problems, write

HEAD = "version: 1\nname: demo\n"
TASK = "tasks:\n  a: {prompt: x}\n"


def said(folder: Path, spec: str, settings: str = "") -> list[str]:
    root = write(make_repo(folder), HEAD + spec)
    if settings:
        write(root, "version: 1\n" + settings, "specrun.yaml")
    return [f"{each.where} {each.code} {each.what}" for each in problems(root)]


@pytest.mark.parametrize(
    ("spec", "settings", "complaint"),
    [
        ("agent: codex\n" + TASK, "max_turns: 3\n", "specrun.yaml:2:12 E215 {} counts no turns"),
        ("agent: codex\nmax_turns: 3\n" + TASK, "", "specs/demo.yaml:4:12 E215 {} counts no turns"),
        (
            "agent: codex\ndomains: {d: {max_turns: 3}}\ntasks:\n  a: {prompt: x, domain: d}\n",
            "max_turns: 4\n",
            "specs/demo.yaml:4:26 E215 {} counts no turns",
        ),
        (
            "agent: codex\ntasks:\n  a: {prompt: x, domain: d}\n",
            "domains: {d: {max_turns: 3}}\n",
            "specrun.yaml:2:26 E215 {} counts no turns",
        ),
        (
            "agent: codex\n" + TASK,
            "permissions: {deny: [x]}\n",
            "specrun.yaml:2:21 E215 {} takes no rules",
        ),
        (
            "agent: codex\n" + TASK,
            "budget: {limit: 1 USD}\n",
            'specrun.yaml:2:17 E217 {} tells no cost, so limit "1 USD" cannot hold',
        ),
        (
            "agent: codex\nbudget: {limit: 2 USD}\n" + TASK,
            "budget: {limit: 1 USD}\n",
            'specs/demo.yaml:4:17 E217 {} tells no cost, so limit "2 USD" cannot hold',
        ),
    ],
)
def test_the_place_is_where_it_is_written(tmp_path: Path, spec: str, settings: str, complaint: str) -> None:
    assert said(tmp_path, spec, settings) == [complaint.format('agent "codex" of task "a"')]


def test_a_mode_that_nobody_wrote_is_told_at_the_task(tmp_path: Path) -> None:
    agents = "agents: {looker: {argv: [x], success: exit_code, permissions: {read: []}}}\n"
    assert said(tmp_path, "agent: looker\n" + TASK, agents) == [
        'specs/demo.yaml:5:6 E215 agent "looker" of task "a" cannot be held to mode "edit"'
    ]


def test_one_value_is_told_once_for_each_agent(tmp_path: Path) -> None:
    spec = "max_turns: 3\nagent: codex\ntasks:\n" + "".join(f"  t{n}: {{prompt: x}}\n" for n in range(9))
    assert said(tmp_path, spec) == ['specs/demo.yaml:3:12 E215 agent "codex" of task "t0" counts no turns']


def test_turns_that_only_its_own_configuration_limits_are_told(tmp_path: Path) -> None:
    spec = "agent: gemini\nmax_turns: 3\ninherit_config: true\n" + TASK
    assert said(tmp_path, spec) == [
        'specs/demo.yaml:4:12 E215 agent "gemini" of task "a" counts no turns with `inherit_config: true`'
    ]


@pytest.mark.parametrize(
    ("spec", "settings"),
    [
        ("agent: gemini\nmax_turns: 3\n" + TASK, ""),
        ("agent: shell\nmax_turns: 3\nmodels: {default: m}\nbudget: {limit: 1 USD}\n" + TASK, ""),
        ("agent: codex\nbudget: {limit: 1 USD, unknown_price: allow}\n" + TASK, ""),
        ("agent: codex\nbudget: {limit: 1 USD}\n" + TASK, "budget: {unknown_price: allow}\n"),
        ("agent: codex\npermissions: {allow: [], mode: full}\ninherit_config: false\n" + TASK, ""),
        (
            "agent: claude\nmax_turns: 3\npermissions: {allow: [x], mode: read}\nbudget: {limit: 1 USD}\n"
            + TASK,
            "",
        ),
        ("agent: codex\nretry: {strategy: resume}\nworkspace: none\n" + TASK, ""),
    ],
)
def test_what_can_be_held_is_accepted(tmp_path: Path, spec: str, settings: str) -> None:
    root = write(make_repo(tmp_path), HEAD + spec)
    if settings:
        write(root, "version: 1\n" + settings, "specrun.yaml")
    assert loaded(root).desired.tasks


def test_what_has_to_be_left_needs_a_way_to_leave_it(tmp_path: Path) -> None:
    judge = "tasks:\n  a: {prompt: x, judge: {pass: [yes]}}\n"
    settings = "permissions: {mode: read}\n"
    assert said(tmp_path / "1", "agent: codex\n" + judge, settings) == [
        'specrun.yaml:2:21 E215 agent "codex" of task "a" could not leave a verdict in mode "read"'
    ]
    output = judge.replace("judge: {pass: [yes]}", "outputs: {type: object}, permissions: {mode: read}")
    assert said(tmp_path / "2", "agent: gemini\n" + output) == [
        'specs/demo.yaml:5:63 E215 agent "gemini" of task "a" could not leave an output in mode "read"'
    ]
    for number, spec in enumerate(
        ("agent: claude\npermissions: {mode: read}\n" + judge, "agent: codex\n" + judge), 3
    ):
        assert loaded(write(make_repo(tmp_path / str(number)), HEAD + spec)).desired.tasks


def test_real_agents_can_leave_what_is_asked_even_if_they_may_only_read(tmp_path: Path) -> None:
    task = "tasks:\n  a: {prompt: x, permissions: {mode: read}, judge: {pass: [yes]}}\n"
    known = {name: agent.traits for name, agent in AGENTS.items()}
    for name in ("claude", "codex", "gemini", "opencode"):
        root = write(make_repo(tmp_path / name), f"{HEAD}agent: {name}\n{task}")
        assert load(root, (), agents=known, executors=EXECUTORS).desired.tasks


def test_an_agent_that_is_unknown_is_told_as_that_alone(tmp_path: Path) -> None:
    (line,) = said(tmp_path, "agent: codx\nmax_turns: 3\n" + TASK)
    assert "E209" in line
