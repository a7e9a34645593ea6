"""The YAML of specrun.yaml: what holds for the whole repo, agents too. Read only where there is one."""

from __future__ import annotations

from pydantic import Field

from specrun.core.safety import Thresholds
from specrun.spec.fields import Doc, Id
from specrun.spec.schema import FileDoc
from specrun.spec.schema_agents import AgentDoc

_USUAL = Thresholds()


class ThresholdsDoc(Doc):
    """Beyond these a plan is not carried out unless a person insists (`--force`)."""

    reruns: float = Field(
        _USUAL.reruns,
        ge=0,
        le=1,
        allow_inf_nan=False,
        description="The share of the succeeded tasks that may run again at once.",
        examples=[0.33],
    )
    reruns_from: int = Field(
        _USUAL.reruns_from,
        ge=1,
        le=1_000_000,
        description="How many tasks must have succeeded for that share to count.",
        examples=[5],
    )
    stops: int = Field(
        _USUAL.stops,
        ge=0,
        le=1_000_000,
        description="How many running workers may be stopped at once.",
        examples=[3],
    )


class SettingsDoc(FileDoc):
    """The repo-wide defaults of specrun.yaml."""

    agents: dict[Id, AgentDoc] = Field(
        default={},
        description="Coding CLIs declared by name, and adjustments of those that specrun knows.",
        examples=[{"aider": {"argv": ["aider", "--message-file", "{prompt}"], "prompt": "file"}}],
    )
    thresholds: ThresholdsDoc | None = Field(
        None,
        description="What goes too far to be done unasked.",
        examples=[{"reruns": 0.5, "stops": 10}],
    )
