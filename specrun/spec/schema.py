"""The YAML as people may write it; the same models give the published JSON Schema."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema

from specrun.spec.units import DURATION, MONEY, SIZE

ID = r"^[a-z0-9][a-z0-9_-]{0,62}$"
ENV_NAME = r"^[A-Za-z_][A-Za-z0-9_]{0,254}$"
NONE = "none"


def _as_mapping(value: object) -> object:
    """Read the list form of `depends_on` as the mapping form without details."""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return dict.fromkeys(value)
    return value


def _pattern(pattern: str, words: str, *examples: str) -> WithJsonSchema:
    return WithJsonSchema(
        {
            "type": "string",
            "pattern": pattern,
            "minLength": 2,
            "description": words,
            "examples": list(examples),
        }
    )


Id = Annotated[str, StringConstraints(pattern=ID)]
EnvName = Annotated[str, StringConstraints(pattern=ENV_NAME)]
Duration = Annotated[
    str,
    StringConstraints(pattern=DURATION, min_length=2),
    _pattern(DURATION, "A duration with its unit.", "90s", "20m", "1h30m"),
]
DurationOrNone = Annotated[
    str,
    StringConstraints(pattern=f"^{NONE}$|{DURATION}", min_length=2),
    _pattern(f"^{NONE}$|{DURATION}", "A duration with its unit, or the word none.", "30m", NONE),
]
Money = Annotated[
    str, StringConstraints(pattern=MONEY), _pattern(MONEY, "An amount in US dollars.", "2.50 USD")
]
Size = Annotated[
    str, StringConstraints(pattern=SIZE), _pattern(SIZE, "A size with its unit.", "64MB", "10KiB")
]
Scalar = None | bool | int | float | str


class Doc(BaseModel):
    """What all parts of a file share: no unknown keys, no conversions; keys that begin with x- are free."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        populate_by_name=True,
        defer_build=True,
        json_schema_extra={"patternProperties": {"^x-": {}}},
    )


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


class BudgetDoc(Doc):
    """How much money may be spent."""

    limit: Money | None = Field(None, description="Cap of the whole spec.", examples=["5.00 USD"])
    per_task: Money | None = Field(None, description="Cap of each attempt.", examples=["1.00 USD"])
    on_exceed: Literal["pause"] = Field("pause", description="What happens at the cap.", examples=["pause"])


class SharedDoc(Doc):
    """Settings that may stand at every level; the nearest one wins."""

    agent: str | None = Field(None, description="Which agent does the work.", examples=["shell"])
    executor: str | None = Field(
        None, description="Where workers live; absent: tmux where installed, else process.", examples=["tmux"]
    )
    workspace: Literal["clone", "none"] | None = Field(
        None,
        description="clone: each attempt in its own clone (default); none: in the repo itself.",
        examples=["clone"],
    )
    env: dict[EnvName, str] = Field(
        default={}, description="Environment variables of workers; values are public.", examples=[{"CI": "1"}]
    )
    secrets: list[EnvName] = Field(
        default=[],
        description="Names of variables taken from specrun's own environment at launch.",
        examples=[["API_KEY"]],
    )
    retry: RetryDoc | None = Field(None, description="Retries of failed attempts.", examples=[{"limit": 2}])
    timeout: DurationOrNone | None = Field(
        None, description="Wall-clock cap of one attempt (default 1h; none: no cap).", examples=["30m"]
    )
    idle_timeout: DurationOrNone | None = Field(
        None, description="Longest silence of one attempt (default: no cap).", examples=["5m"]
    )
    log_limit: Size | None = Field(
        None, description="Largest log of one attempt (default 64MiB).", examples=["64MB"]
    )


class DomainDoc(SharedDoc):
    """A named group of tasks."""

    description: str = Field("", description="What the domain is about.", examples=["HTTP endpoints"])
    keywords: list[str] = Field(
        default=[], description="Words that mark its work.", examples=[["api", "jwt"]]
    )
    template: str | None = Field(
        None,
        description="Template that wraps each prompt, path from the repo root.",
        examples=["prompts/backend.md.j2"],
    )
    max_workers: int | None = Field(
        None, ge=1, le=1000, description="Most workers of the domain.", examples=[1]
    )


class EdgeDoc(Doc):
    """How one upstream is depended on."""

    on: Literal["succeeded", "failed", "finished"] = Field(
        "succeeded", description="Which end of the upstream is needed.", examples=["succeeded"]
    )
    carry: Literal["all", "output", "none"] = Field(
        "all", description="What it hands on: branch and output, output only, nothing.", examples=["output"]
    )


Depends = Annotated[dict[Id, EdgeDoc | None], BeforeValidator(_as_mapping)]


class TaskDoc(SharedDoc):
    """One unit of work."""

    title: str = Field("", description="One line for people.", examples=["Set up the users table"])
    description: str = Field("", description="More for people.", examples=["See the design notes."])
    labels: list[str] = Field(default=[], description="Free words for people.", examples=[["security"]])
    complexity: Literal["low", "medium", "high"] | None = Field(
        None, description="How hard the task is.", examples=["low"]
    )
    domain: str | None = Field(None, description="The domain that the task belongs to.", examples=["backend"])
    prompt: str | None = Field(None, description="What to do, inline.", examples=["Write a README."])
    template: str | None = Field(
        None, description="What to do, as a template file from the repo root.", examples=["prompts/api.md.j2"]
    )
    with_: dict[str, Any] = Field(
        default={}, alias="with", description="Values for the template.", examples=[{"endpoint": "/login"}]
    )
    depends_on: Depends = Field(
        default={},
        description="Tasks of this spec that come first.",
        examples=[["schema"], {"api": {"on": "succeeded"}}],
    )
    priority: int = Field(
        0, ge=-1_000_000, le=1_000_000, description="Higher starts first among ready tasks.", examples=[10]
    )
    rerun: Scalar = Field(None, description="Any value; a change of it runs the task again.", examples=[1])


class SettingsDoc(SharedDoc):
    """The repo-wide defaults of specrun.yaml."""

    version: Literal[1] = Field(description="Version of the vocabulary.", examples=[1])
    domains: dict[Id, DomainDoc] = Field(
        default={}, description="Domains known to all specs.", examples=[{"backend": {"max_workers": 2}}]
    )
    max_workers: int | None = Field(
        None, ge=1, le=1000, description="Most workers of each spec.", examples=[4]
    )
    budget: BudgetDoc | None = Field(None, description="Money caps.", examples=[{"limit": "5.00 USD"}])


class SpecDoc(SettingsDoc):
    """One spec: what should be done."""

    name: Id = Field(description="Unique name in the repo.", examples=["auth"])
    description: str = Field("", description="What the spec is for.", examples=["Login, end to end"])
    labels: list[str] = Field(default=[], description="Free words for people.", examples=[["security"]])
    on_change_while_running: Literal["restart", "finish"] = Field(
        "restart", description="What happens to a running worker whose task was edited.", examples=["restart"]
    )
    vars: dict[str, Any] = Field(
        default={}, description="Constants for prompts.", examples=[{"service": "accounts"}]
    )
    tasks: dict[Id, TaskDoc] = Field(
        min_length=1, description="Tasks by id.", examples=[{"readme": {"prompt": "Write a README."}}]
    )
