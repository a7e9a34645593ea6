"""Loads agents from the text of repo-wide settings, as specrun does."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from specrun.agents import AGENTS
from specrun.core.agent import Adjustment, Declaration
from specrun.spec.load import load

SPEC = "version: 1\nname: demo\ntasks:\n  a: {agent: shell, prompt: echo}\n"


def loaded(root: Path, settings: str) -> Mapping[str, Declaration | Adjustment]:
    """Answer the agents of `settings`; raises InvalidSpec as a person would see it."""
    (root / "specs").mkdir()
    (root / "specs" / "demo.yaml").write_text(SPEC)
    (root / "specrun.yaml").write_text(settings)
    known = {name: agent.traits for name, agent in AGENTS.items()}
    return load(root, [], agents=known, executors=("process",)).agents
