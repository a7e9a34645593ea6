"""The YAML of model routing as people may write it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from specrun.spec.fields import Doc, ModelName, Word, free


class ModelRuleDoc(Doc):
    """One rule of model routing; all that it names must hold."""

    model_config = free(anyOf=[{"required": [name]} for name in ("match", "complexity", "domain")])

    match: list[Word] | None = Field(
        None,
        min_length=1,
        description="Any of these whole words in title or prompt, whatever their case.",
        examples=[["architect", "security"]],
    )
    complexity: Literal["low", "medium", "high"] | None = Field(
        None, description="The complexity of the task.", examples=["low"]
    )
    domain: str | None = Field(None, description="The domain of the task.", examples=["backend"])
    model: ModelName = Field(description="The model for such tasks.", examples=["opus"])


class ModelsDoc(Doc):
    """Which model does which task, where neither the task nor its domain says so."""

    default: ModelName | None = Field(
        None, description="The model where no rule fits; absent: the agent's own choice.", examples=["sonnet"]
    )
    rules: list[ModelRuleDoc] = Field(
        default=[],
        description="The first rule that fits wins; those of a spec come before those of specrun.yaml.",
        examples=[[{"complexity": "low", "model": "haiku"}]],
    )
