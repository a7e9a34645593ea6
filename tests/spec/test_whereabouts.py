"""What holds for a task is found where it is written: at the nearest level, in the file where that stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from specrun.core.impact import CLASSES
from specrun.core.task import TaskId
from specrun.spec.load import Loaded
from specrun.spec.whereabouts import Whereabouts
from tests.spec.corpus import loaded, make_repo, write

SPEC = """\
version: 1
name: demo
agent: claude
vars:
  who: world
budget: {per_task: 1 USD}
models:
  rules:
    - {match: [design], model: opus}
    - {complexity: low, model: haiku}
    - {domain: near, model: haiku}
domains:
  near: {timeout: 2m, env: {B: "2"}}
tasks:
  one:
    domain: near
    depends_on:
      two: {carry: output}
      three:
    timeout: 1m
    env: {A: "1"}
    prompt: Do {{ vars.who }}.
    when: vars.who != ""
    enabled: false
    freeze: true
    reads: [a]
    model: opus
    title: A title
  two:
    domain: near
    template: prompts/good.md.j2
    with:
      x: 1
    judge:
      pass: [yes-sir]
      fail: [no-sir]
      rewind: {to: three}
    depends_on: [three]
    title: Design
  three:
    domain: far
    prompt: x
    complexity: low
    permissions: {mode: read}
"""
SETTINGS = """\
version: 1
max_turns: 30
permissions: {mode: full, allow: [A]}
domains:
  far: {retry: {limit: 2}}
  near: {retry: {limit: 1}}
models: {default: sonnet}
"""


@pytest.fixture
def found(tmp_path: Path) -> Loaded:
    return loaded(write(write(make_repo(tmp_path), SPEC), SETTINGS, "specrun.yaml"))


@pytest.mark.parametrize(
    ("task", "component", "place"),
    [
        ("one", "prompt", "specs/demo.yaml:22:5"),
        ("two", "prompt", "specs/demo.yaml:31:5"),
        ("two", "with", "specs/demo.yaml:32:5"),
        ("two", "with.x", "specs/demo.yaml:33:7"),
        ("one", "timeout", "specs/demo.yaml:20:5"),
        ("two", "timeout", "specs/demo.yaml:13:10"),
        ("three", "timeout", None),
        ("one", "agent", "specs/demo.yaml:3:1"),
        ("one", "max_turns", "specrun.yaml:2:1"),
        ("one", "retry", None),
        ("three", "retry", "specrun.yaml:5:9"),
        ("one", "env", "specs/demo.yaml:21:5"),
        ("one", "env.A", "specs/demo.yaml:21:11"),
        ("one", "env.B", "specs/demo.yaml:13:29"),
        ("one", "env.C", "specs/demo.yaml:21:5"),
        ("three", "permissions", "specs/demo.yaml:44:5"),
        ("three", "permissions.allow", "specrun.yaml:3:27"),
        ("one", "budget", "specs/demo.yaml:6:10"),
        ("one", "vars.who", "specs/demo.yaml:5:3"),
        ("one", "vars.gone", "specs/demo.yaml:4:1"),
        ("one", "edges", "specs/demo.yaml:17:5"),
        ("one", "upstream:three", "specs/demo.yaml:19:7"),
        ("two", "upstream:three", "specs/demo.yaml:38:18"),
        ("two", "upstream:gone", "specs/demo.yaml:38:5"),
        ("three", "upstream:gone", None),
        ("two", "judge", "specs/demo.yaml:34:5"),
        ("two", "rewind", "specs/demo.yaml:37:7"),
        ("one", "when", "specs/demo.yaml:23:5"),
        ("one", "enabled", "specs/demo.yaml:24:5"),
        ("one", "freeze", "specs/demo.yaml:25:5"),
        ("one", "reads", "specs/demo.yaml:26:5"),
        ("two", "reads", None),
        ("one", "model", "specs/demo.yaml:27:5"),
        ("two", "model", "specs/demo.yaml:9:7"),
        ("three", "model", "specs/demo.yaml:10:7"),
        ("one", "title", "specs/demo.yaml:28:5"),
        ("one", "nope", None),
        ("nobody", "prompt", None),
    ],
)
def test_where_it_is_written(found: Loaded, task: str, component: str, place: str | None) -> None:
    where = found.where(TaskId(f"demo/{task}"), component)
    assert (str(where) if where else None) == place


def test_the_default_model_of_the_settings(tmp_path: Path) -> None:
    root = write(make_repo(tmp_path), SETTINGS, "specrun.yaml")
    found = loaded(write(root, "version: 1\nname: demo\nagent: claude\ntasks: {a: {prompt: x}}\n"))
    assert str(found.where(TaskId("demo/a"), "model")) == "specrun.yaml:7:10"
    assert found.where(TaskId("demo/a"), "vars.who") is None


def test_the_first_rule_that_fits(tmp_path: Path) -> None:
    rules = (
        "- {complexity: high, model: m}\n    - {domain: far, model: m}\n    - {complexity: low, model: m}\n"
    )
    task = "tasks: {a: {prompt: x, complexity: low}}\n"
    head = "version: 1\nname: demo\nagent: claude\ndomains: {far: {}}\nmodels:\n  rules:\n    "
    root = make_repo(tmp_path)
    found = loaded(write(root, head + rules + task))
    assert str(found.where(TaskId("demo/a"), "model")) == "specs/demo.yaml:9:7"
    shell = loaded(write(root, (head + rules + task).replace("claude", "shell")))
    assert shell.where(TaskId("demo/a"), "model") is None


def test_a_task_of_another_spec_is_nowhere(tmp_path: Path, found: Loaded) -> None:
    task = found.desired.tasks[TaskId("demo/one")]
    here = found.whereabouts
    assert Whereabouts(settings=here.settings).of(task, "max_turns") is None
    assert here.of(task, "max_turns") is not None


def test_no_component_is_forgotten(tmp_path: Path) -> None:
    """Every component of a fingerprint can be found where a task says all that there is to say."""
    spec = (
        "version: 1\nname: demo\nbudget: {per_task: 1 USD}\ntasks:\n  a:\n    agent: claude\n"
        "    depends_on: [b]\n    env: {A: x}\n    judge: {pass: [x], fail: [y], rewind: {to: b}}\n"
        "    outputs: {type: object}\n    template: prompts/good.md.j2\n    reads: [a]\n    rerun: 1\n"
        "    with: {a: 1}\n    workspace: clone\n    checks: []\n    protect: []\n    executor: tmux\n"
        "    idle_timeout: 1m\n    inherit_config: true\n    log_limit: 1MB\n    max_turns: 3\n"
        "    model: opus\n    permissions: {mode: edit}\n    retry: {limit: 1}\n    secrets: [B]\n"
        "    timeout: 1m\n    when: true\n"
        "  b: {agent: claude, prompt: x, touches: [src]}\n"
    )
    found = loaded(write(make_repo(tmp_path), spec))
    lost = {name for name in CLASSES if found.where(TaskId("demo/a"), name) is None}
    assert lost == {"sources", "touches"}
    assert str(found.where(TaskId("demo/b"), "touches")) == "specs/demo.yaml:29:33"
