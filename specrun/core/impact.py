"""Says which class every component of a fingerprint belongs to, and so what a change of it does."""

from __future__ import annotations

from enum import StrEnum

from specrun.core.change import ReasonCode

UPSTREAM = "upstream:"
"""Prefix of the components that hold what an upstream carried."""
INHERITED = "/inherited"
"""Ending of those that hold what an upstream had been handed itself, for its branch contains that, too."""


class Impact(StrEnum):
    """Work reruns, verify checks again, live grants a failed task fresh attempts, meta does nothing."""

    WORK = "work"
    VERIFY = "verify"
    LIVE = "live"
    META = "meta"


CLASSES = {
    "agent": Impact.WORK,
    "edges": Impact.WORK,
    "env": Impact.WORK,
    "judge": Impact.WORK,
    "outputs": Impact.WORK,
    "prompt": Impact.WORK,
    "reads": Impact.WORK,
    "rerun": Impact.WORK,
    "touches": Impact.WORK,
    "with": Impact.WORK,
    "workspace": Impact.WORK,
    "checks": Impact.VERIFY,
    "protect": Impact.VERIFY,
    "budget": Impact.LIVE,
    "executor": Impact.LIVE,
    "idle_timeout": Impact.LIVE,
    "inherit_config": Impact.LIVE,
    "log_limit": Impact.LIVE,
    "max_turns": Impact.LIVE,
    "model": Impact.LIVE,
    "permissions": Impact.LIVE,
    "retry": Impact.LIVE,
    "rewind": Impact.LIVE,
    "secrets": Impact.LIVE,
    "timeout": Impact.LIVE,
    "when": Impact.LIVE,
    "sources": Impact.META,
}

REASONS = {
    "agent": ReasonCode.AGENT_CHANGED,
    "edges": ReasonCode.EDGES_CHANGED,
    "env": ReasonCode.ENV_CHANGED,
    "judge": ReasonCode.JUDGE_CHANGED,
    "outputs": ReasonCode.OUTPUTS_CONTRACT_CHANGED,
    "prompt": ReasonCode.PROMPT_CHANGED,
    "reads": ReasonCode.READS_CHANGED,
    "rerun": ReasonCode.RERUN_TOKEN,
    "touches": ReasonCode.SCOPE_CHANGED,
    "with": ReasonCode.INPUT_CHANGED,
    "workspace": ReasonCode.WORKSPACE_CHANGED,
}


def impact(component: str) -> Impact:
    """Answer the class of a component."""
    return Impact.WORK if component.startswith(UPSTREAM) else CLASSES[component]


def reason(component: str) -> tuple[ReasonCode, str]:
    """Answer the code and detail that name a changed work component."""
    if component.startswith(UPSTREAM):
        return ReasonCode.UPSTREAM_OUTPUT_CHANGED, component.removeprefix(UPSTREAM).removesuffix(INHERITED)
    return REASONS[component], ""
