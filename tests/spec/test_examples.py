"""What is shipped as an example of an agent is right; the cookbook has a test of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from specrun.agents import AGENTS
from specrun.core.agent import Declaration, Price, traits_of
from specrun.spec.load import Loaded, load
from tests.spec.corpus import EXECUTORS, make_repo, write

ROOT = Path(__file__).parents[2] / "examples"
FILES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "agents").rglob("*.y*ml"))


def checked(folder: Path, file: str) -> Loaded:
    root = write(make_repo(folder), (ROOT / file).read_bytes(), "specrun.yaml")
    write(root, "version: 1\nname: demo\nagent: shell\ntasks:\n  a: {prompt: x}\n")
    known = {name: agent.traits for name, agent in AGENTS.items()}
    return load(root, (), agents=known, executors=EXECUTORS)


def test_there_are_examples() -> None:
    assert "agents/aider.yaml" in FILES


@pytest.mark.parametrize("file", FILES)
def test_each_example_is_valid(tmp_path: Path, file: str) -> None:
    assert checked(tmp_path, file).agents


def test_aider_tells_its_cost_and_takes_a_model(tmp_path: Path) -> None:
    aider = checked(tmp_path, "agents/aider.yaml").agents["aider"]
    assert isinstance(aider, Declaration)
    traits = traits_of(aider)
    assert (traits.price, traits.models) == (Price.REPORTED, True)
