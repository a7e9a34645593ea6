"""Settings are read alone, and a spec is tried before it is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from specrun.errors import InvalidSpec
from specrun.spec.defaults import Defaults, defaults, tried
from tests.spec.corpus import AGENTS, EXECUTORS, make_repo, write

OWN = "version: 1\nagent: claude\nagents:\n  mycli: {argv: [mycli], success: exit_code}\n"
DOMAINS = "domains:\n  billing: {keywords: [invoice, vat]}\n  other: {}\n"


def test_without_settings_there_is_nothing(tmp_path: Path) -> None:
    assert defaults(make_repo(tmp_path), agents=AGENTS, executors=EXECUTORS) == Defaults()


def test_agents_domains_and_keywords_are_told(tmp_path: Path) -> None:
    root = write(make_repo(tmp_path), OWN + DOMAINS, "specrun.yaml")
    found = defaults(root, agents=AGENTS, executors=EXECUTORS)
    assert list(found.agents) == ["mycli"]
    assert found.domains == {"billing": ("invoice", "vat"), "other": ()}
    assert found.agent == "claude"
    assert found.keys == {"version", "agent", "agents", "domains"}


def test_wrong_settings_are_told_with_their_place(tmp_path: Path) -> None:
    root = write(make_repo(tmp_path), "version: 1\nagnet: claude\n", "specrun.yaml")
    with pytest.raises(InvalidSpec, match=r"specrun\.yaml:2:1: error\[E200\]"):
        defaults(root, agents=AGENTS, executors=EXECUTORS)


def test_settings_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    root = make_repo(tmp_path)
    (root / "specrun.yaml").symlink_to(tmp_path / "outside")
    with pytest.raises(InvalidSpec, match=r"E402.*outside of the repository"):
        defaults(root, agents=AGENTS, executors=EXECUTORS)


SPEC = b"version: 1\nname: demo\nagent: claude\ndomains: {d: {template: prompts/new.md.j2}}\ntasks:\n"
TASKS = b"  two: {prompt: Second, domain: d}\n  one: {prompt: First, depends_on: [two]}\n"


def test_a_spec_is_tried_with_a_template_that_is_to_come(tmp_path: Path) -> None:
    root = make_repo(tmp_path)
    files = {"specs/demo.yaml": SPEC + TASKS}
    coming = {"prompts/new.md.j2": b"<{{ task.prompt }}>"}
    found = tried(root, files, coming, agents=AGENTS, executors=EXECUTORS)
    assert [(task.name, task.prompt) for task in found] == [("two", "<Second>"), ("one", "First")]
    assert not (root / "specs" / "demo.yaml").exists()
    with pytest.raises(InvalidSpec, match="not found"):
        tried(root, files, {}, agents=AGENTS, executors=EXECUTORS)


def test_a_template_that_is_there_goes_before_one_to_come(tmp_path: Path) -> None:
    root = write(make_repo(tmp_path), "({{ task.prompt }})", "prompts/new.md.j2")
    files = {"specs/demo.yaml": SPEC + TASKS}
    coming = {"prompts/new.md.j2": b"<{{ task.prompt }}>"}
    assert tried(root, files, coming, agents=AGENTS, executors=EXECUTORS)[0].prompt == "(Second)"


def test_a_template_that_cannot_be_read_is_not_replaced(tmp_path: Path) -> None:
    root = make_repo(tmp_path)
    (root / "prompts" / "new.md.j2").symlink_to(tmp_path / "outside")
    files = {"specs/demo.yaml": SPEC + TASKS}
    with pytest.raises(InvalidSpec, match="outside of the repository"):
        tried(root, files, {"prompts/new.md.j2": b"x"}, agents=AGENTS, executors=EXECUTORS)


def test_settings_count_for_a_spec_that_is_tried(tmp_path: Path) -> None:
    root = make_repo(tmp_path)
    files = {
        "specrun.yaml": b"version: 1\nmodels: {default: opus}\n",
        "specs/demo.yaml": SPEC.replace(b"domains: {d: {template: prompts/new.md.j2}}\n", b"")
        + b"  one: {prompt: x}\n",
    }
    (task,) = tried(root, files, {}, agents=AGENTS, executors=EXECUTORS)
    assert task.model == "opus"
