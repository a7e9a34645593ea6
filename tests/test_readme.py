"""Checks that every YAML block of the README is a spec or settings that mean something."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from specrun.agents import AGENTS
from specrun.core.agent import Declaration
from specrun.spec.load import Loaded, load
from specrun.wiring import EXECUTORS

BLOCKS = re.findall(
    r"^```yaml\n(.*?)^```", (Path(__file__).parent.parent / "README.md").read_text(), re.DOTALL | re.MULTILINE
)
SPECS = [text for text in BLOCKS if "\ntasks:" in text]
SETTINGS = [text for text in BLOCKS if text not in SPECS]
SOME_SPEC = "version: 1\nname: demo\nagent: shell\ntasks:\n  one: {prompt: 'true'}\n"


def loaded(root: Path, spec: str, settings: str = "") -> Loaded:
    (root / "specs").mkdir()
    (root / "specs/demo.yaml").write_text(spec)
    if settings:
        (root / "specrun.yaml").write_text(settings)
    known = {name: agent.traits for name, agent in AGENTS.items()}
    return load(root, (), agents=known, executors=EXECUTORS)


@pytest.mark.parametrize("text", SPECS, ids=lambda text: text.split("\n")[1])
def test_each_spec_is_valid(tmp_path: Path, text: str) -> None:
    assert loaded(tmp_path, text).desired.tasks


@pytest.mark.parametrize("text", SETTINGS, ids=lambda text: text.split("\n")[2].strip())
def test_each_settings_file_is_valid(tmp_path: Path, text: str) -> None:
    assert any(isinstance(one, Declaration) for one in loaded(tmp_path, SOME_SPEC, text).agents.values())


def test_a_real_agent_and_a_declared_one_are_shown() -> None:
    assert any("\nagent: claude" in text for text in SPECS)
    assert len(SETTINGS) >= 1
