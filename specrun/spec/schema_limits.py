"""The YAML of retries, money and permissions as people may write it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from specrun.spec.fields import Doc, Duration, Money, Rule, usual


class RetryDoc(Doc):
    """When and how often a failed attempt is tried again."""

    limit: int = Field(0, ge=0, le=100, description="Extra attempts after the first.", examples=[2])
    on: list[Literal["error", "timeout", "check_failed"]] = Field(
        default=["error", "timeout", "check_failed"],
        min_length=1,
        description="Which ends are tried again.",
        examples=[["error", "timeout"]],
    )
    delay: Duration = Field("0s", description="Wait before the first retry.", examples=["10s"])
    factor: float = Field(
        1.0,
        ge=1,
        le=100,
        allow_inf_nan=False,
        description="Each wait is this many times the one before.",
        examples=[2],
    )
    max_delay: Duration | None = Field(None, description="The longest wait.", examples=["10m"])
    jitter: float = Field(
        0.0,
        ge=0,
        le=1,
        allow_inf_nan=False,
        description="Each wait is longer or shorter by up to this share of it.",
        examples=[0.2],
    )
    strategy: Literal["fresh", "resume"] = Field(
        "fresh",
        description="fresh: from the code base again; resume: from the failed attempt's commit, "
        "and in its conversation where the agent can.",
        examples=["resume"],
    )


class BudgetDoc(Doc):
    """How much money may be spent."""

    limit: Money | None = Field(None, description="Cap of the whole spec.", examples=["5.00 USD"])
    per_task: Money | None = Field(None, description="Cap of each attempt.", examples=["1.00 USD"])
    on_exceed: Literal["pause"] = Field("pause", description="What happens at the cap.", examples=["pause"])
    unknown_price: Literal["allow", "refuse"] | None = Field(
        None,
        description="Whether agents that tell no cost may run uncapped (default refuse).",
        examples=["allow"],
        json_schema_extra=usual("refuse"),
    )


class PermissionsDoc(Doc):
    """What an agent may do unattended; the nearest level wins for each key."""

    mode: Literal["read", "edit", "full"] | None = Field(
        None,
        description="read: look only; edit: edit files and run commands in its workspace (default); "
        "full: everything.",
        examples=["edit"],
        json_schema_extra=usual("edit"),
    )
    allow: list[Rule] | None = Field(
        None,
        description="Rules in the words of the agent's CLI: what it may do too.",
        examples=[["Bash(make:*)"]],
    )
    deny: list[Rule] | None = Field(
        None,
        description="Rules in the words of the agent's CLI: what it may not do.",
        examples=[["Bash(git push:*)"]],
    )
