"""Which agents there are, what the settings make of them, and that YAML could say the same."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from specrun.agents import AGENTS, CLIS, KEYS, built
from specrun.agents.claude import Claude
from specrun.agents.declared import Declared
from specrun.core.agent import Adjustment, Declaration
from tests.agents.yaml import loaded
from tests.clis import version


def test_all_agents_are_known_by_name() -> None:
    assert list(AGENTS) == ["shell", "claude", "opencode", "codex", "gemini"]
    assert all(agent.name == name for name, agent in AGENTS.items())


@pytest.mark.parametrize("agent", CLIS, ids=lambda agent: agent.name)
def test_the_tests_drive_a_version_that_is_called_tested(agent: Declared) -> None:
    assert version(agent.name) in agent.tested


def test_settings_declare_and_adjust() -> None:
    new = Declaration(name="mine", argv=("mine",))
    agents = built({"mine": new, "claude": Adjustment(models={"big": "opus"}, env={"X": "1"})})
    mine, claude = agents["mine"], agents["claude"]
    assert isinstance(mine, Declared)
    assert isinstance(claude, Claude)
    assert mine.declaration is new
    assert claude.declaration.models == {"big": "opus"}
    assert claude.declaration.env["X"] == "1"
    assert agents["codex"] is AGENTS["codex"]
    assert "mine" not in AGENTS


@pytest.mark.parametrize("agent", CLIS, ids=lambda agent: agent.name)
def test_yaml_could_say_the_same(agent: Declared, tmp_path: Path) -> None:
    told = {key: value for key, value in asdict(agent.declaration).items() if value not in ("", (), {}, None)}
    told |= {"cleanup": f"{agent.declaration.cleanup:g}s", "prompt": str(agent.declaration.prompt)}
    del told["name"]
    settings = json.dumps({"version": 1, "agents": {"other": told}})
    assert loaded(tmp_path, settings)["other"] == replace(agent.declaration, name="other")


def test_keys_are_those_of_agents_that_are_known() -> None:
    assert {"shell", *KEYS} == set(AGENTS)
    assert all(re.fullmatch(r"[A-Z_]+_API_KEY", key) for keys in KEYS.values() for key in keys)
