"""The coding CLIs that specrun can launch, by the name that specs use."""

from __future__ import annotations

from collections.abc import Mapping

from specrun.agents import claude, codex, gemini, opencode
from specrun.agents.declared import Declared
from specrun.agents.shell import Shell
from specrun.core.agent import Adjustment, Declaration
from specrun.ports import Agent

CLIS = (
    claude.Claude(claude.DECLARATION),
    opencode.OpenCode(opencode.DECLARATION),
    codex.Codex(codex.DECLARATION),
    gemini.Gemini(gemini.DECLARATION),
)
AGENTS: Mapping[str, Agent] = {"shell": Shell(), **{one.name: one for one in CLIS}}
"""Those that need no declaration."""
KEYS: Mapping[str, tuple[str, ...]] = {
    "claude": ("ANTHROPIC_API_KEY",),
    "opencode": ("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY", "OPENROUTER_API_KEY"),
    "codex": codex.KEYS,
    "gemini": ("GEMINI_API_KEY", "GOOGLE_API_KEY"),
}
"""Variables of which any one lets a CLI work without a login, as their manuals say."""


def built(declarations: Mapping[str, Declaration | Adjustment]) -> dict[str, Agent]:
    """Answer all agents: the known ones, as far as adjusted, and the declared ones."""
    agents = dict(AGENTS)
    for name, told in declarations.items():
        known = agents.get(name)
        if isinstance(told, Declaration):
            agents[name] = Declared(told)
        elif isinstance(known, Declared):
            agents[name] = known.adjusted(told)
    return agents
