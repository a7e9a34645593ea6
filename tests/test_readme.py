"""Checks that every YAML block of the README and of docs/ is a spec or settings that mean something."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from specrun.agents import AGENTS
from specrun.core.agent import Declaration
from specrun.spec.load import Loaded, load
from specrun.wiring import EXECUTORS

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCKS = {
    f"{path.relative_to(ROOT)}:{number}": text
    for path in PAGES
    for number, text in enumerate(
        re.findall(r"^```yaml\n(.*?)^```", path.read_text(), re.DOTALL | re.MULTILINE), 1
    )
}
SPECS = {place: text for place, text in BLOCKS.items() if "\ntasks:" in text}
SETTINGS = {place: text for place, text in BLOCKS.items() if place not in SPECS}
SOME_SPEC = "version: 1\nname: demo\nagent: shell\ntasks:\n  one: {prompt: 'true'}\n"


def loaded(root: Path, spec: str, settings: str = "") -> Loaded:
    (root / "specs").mkdir()
    (root / "specs/demo.yaml").write_text(spec)
    if settings:
        (root / "specrun.yaml").write_text(settings)
    known = {name: agent.traits for name, agent in AGENTS.items()}
    return load(root, (), agents=known, executors=EXECUTORS)


@pytest.mark.parametrize("text", SPECS.values(), ids=SPECS.keys())
def test_each_spec_is_valid(tmp_path: Path, text: str) -> None:
    assert loaded(tmp_path, text).desired.tasks


@pytest.mark.parametrize("text", SETTINGS.values(), ids=SETTINGS.keys())
def test_each_settings_file_is_valid(tmp_path: Path, text: str) -> None:
    found = loaded(tmp_path, SOME_SPEC, text)
    assert ("\nagents:" in text) == any(isinstance(one, Declaration) for one in found.agents.values())


def test_a_real_agent_and_a_declared_one_are_shown() -> None:
    assert any("\nagent: claude" in text for text in SPECS.values())
    assert any("\nagents:" in text for text in SETTINGS.values())
