"""The YAML of specrun.yaml: what holds for the whole repo, agents too. Read only where there is one."""

from __future__ import annotations

from pydantic import Field

from specrun.spec.fields import Id
from specrun.spec.schema import FileDoc
from specrun.spec.schema_agents import AgentDoc


class SettingsDoc(FileDoc):
    """The repo-wide defaults of specrun.yaml."""

    agents: dict[Id, AgentDoc] = Field(
        default={},
        description="Coding CLIs declared by name, and adjustments of those that specrun knows.",
        examples=[{"aider": {"argv": ["aider", "--message-file", "{prompt}"], "prompt": "file"}}],
    )
