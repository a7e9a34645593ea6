"""The published JSON Schemas are fresh and agree with the loader."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest

from specrun.spec.published import SCHEMAS, json_schema, schema_text

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_committed_schema_is_fresh(name: str) -> None:
    """Mend with `specrun schema spec > schema/spec.schema.json` (and settings)."""
    assert (ROOT / "schema" / f"{name}.schema.json").read_text(encoding="utf-8") == schema_text(name)


def valid(name: str, document: dict[str, Any]) -> bool:
    checker = jsonschema.Draft202012Validator(json_schema(name))
    jsonschema.Draft202012Validator.check_schema(json_schema(name))
    return bool(checker.is_valid(document))


@pytest.mark.parametrize(
    ("task", "good"),
    [
        ({"prompt": "x"}, True),
        ({"prompt": "x", "depends_on": ["a"]}, True),
        ({"prompt": "x", "depends_on": {"a": {"on": "failed"}, "b": None}}, True),
        ({"prompt": "x", "x-note": [1]}, True),
        ({"template": "a.j2", "with": {"a": [1]}}, True),
        ({"prompt": "x", "timeout": "none"}, True),
        ({"prompt": "x", "timeout": "5"}, False),
        ({"prompt": "x", "depends_on": "a"}, False),
        ({"prompt": "x", "env": {"1A": "x"}}, False),
        ({"prompt": "x", "model": "opus", "permissions": {"mode": "read"}, "max_turns": 3}, True),
        ({"prompt": "x", "model": "-x"}, False),
        ({"prompt": "x", "permissions": {"mode": "write"}}, False),
        ({"prompt": "x", "retry": {"strategy": "resume"}, "inherit_config": True}, True),
        ({"prompt": "x", "needs": ["a"]}, False),
        ({"prompt": "x", "checks": ["test", {"name": "types", "run": "mypy ."}]}, True),
        ({"prompt": "x", "checks": []}, True),
        ({"prompt": "x", "checks": [{"name": "types"}]}, False),
        ({"prompt": "x", "checks": [3]}, False),
        ({"prompt": "x", "protect": ["!a"], "touches": ["src"], "outputs": {"type": "object"}}, True),
        ({"prompt": "x", "protect": [""]}, False),
        ({"prompt": "x", "touches": []}, False),
        ({"prompt": "x", "outputs": True}, False),
        ({"prompt": "x", "judge": {"pass": ["a"], "rewind": {"to": "b", "limit": 20}}}, True),
        ({"prompt": "x", "judge": {"pass": []}}, False),
        ({"prompt": "x", "judge": {"pass": ["A"]}}, False),
        ({"prompt": "x", "retry": {"jitter": 0.5}}, True),
        ({"prompt": "x", "project": "python"}, False),
        ({"prompt": "x", "reads": ["src/**"], "when": "vars.a", "enabled": False, "freeze": True}, True),
        ({"prompt": "x", "when": True}, True),
        ({"prompt": "x", "when": " "}, False),
        ({"prompt": "x", "when": 1}, False),
        ({"prompt": "x", "reads": []}, False),
        ({"prompt": "x", "enabled": "yes"}, False),
        ({"prompt": "x", "moved": []}, False),
    ],
)
def test_editors_are_told_the_same(task: dict[str, Any], *, good: bool) -> None:
    assert valid("spec", {"version": 1, "name": "a", "tasks": {"t": task}}) is good


@pytest.mark.parametrize(
    ("project", "good"),
    [
        ("python", True),
        ("pyton", False),
        ({"type": "node", "lint": "x", "paths": {"web": "go", "api": None, "docs": {"test": "y"}}}, True),
        ({"paths": {"web": {"paths": {}}}}, False),
        ({"run": "x"}, False),
        (None, True),
    ],
)
def test_a_project_is_a_word_or_its_commands(project: Any, *, good: bool) -> None:
    assert valid("settings", {"version": 1, "project": project}) is good
    tasks = {"t": {"prompt": "x"}}
    assert valid("spec", {"version": 1, "name": "a", "project": project, "tasks": tasks}) is good


@pytest.mark.parametrize(
    ("rule", "good"),
    [({"complexity": "low", "model": "x"}, True), ({"model": "x"}, False), ({"match": ["x"]}, False)],
)
def test_a_rule_names_what_must_hold(rule: dict[str, Any], *, good: bool) -> None:
    assert valid("settings", {"version": 1, "models": {"rules": [rule]}}) is good


def test_agents_are_declared_in_the_settings_only() -> None:
    agents = {"agents": {"x": {"argv": ["x"], "success": "exit_code"}}}
    assert valid("settings", {"version": 1, **agents})
    assert not valid("spec", {"version": 1, "name": "a", "tasks": {"t": {"prompt": "x"}}, **agents})


def test_settings_have_no_tasks() -> None:
    assert valid("settings", {"version": 1, "agent": "shell"})
    assert not valid("settings", {"version": 1, "tasks": {}})


@pytest.mark.parametrize(
    ("more", "good"),
    [
        ({}, True),
        ({"moved": [{"from": "a", "to": "b"}], "removed": ["c"]}, True),
        ({"moved": [{"from": "a"}]}, False),
        ({"removed": ["C"]}, False),
        ({"thresholds": {}}, False),
    ],
)
def test_a_spec_may_speak_of_former_tasks_alone(more: dict[str, Any], *, good: bool) -> None:
    assert valid("spec", {"version": 1, "name": "a", "tasks": {}, **more}) is good


@pytest.mark.parametrize(
    ("thresholds", "good"),
    [({"reruns": 0.5, "reruns_from": 1, "stops": 0}, True), ({"reruns": 2}, False), ({"limit": 1}, False)],
)
def test_thresholds_stand_in_the_settings(thresholds: dict[str, Any], *, good: bool) -> None:
    assert valid("settings", {"version": 1, "thresholds": thresholds}) is good
    assert not valid("settings", {"version": 1, "moved": []})
