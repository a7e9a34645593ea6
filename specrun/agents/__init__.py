"""The coding CLIs that specrun can launch, by the name that specs use."""

from __future__ import annotations

from specrun.agents.shell import Shell
from specrun.ports import Agent

AGENTS: dict[str, Agent] = {"shell": Shell()}
