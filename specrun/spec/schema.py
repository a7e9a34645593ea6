"""The YAML as people may write it; the same models give the published JSON Schema."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, JsonValue

from specrun.spec.fields import (
    NONE,
    Doc,
    DurationOrNone,
    EnvName,
    Id,
    ModelName,
    RepoPath,
    Scalar,
    Size,
    WhenForm,
    free,
    usual,
)
from specrun.spec.schema_limits import BudgetDoc, PermissionsDoc, RetryDoc
from specrun.spec.schema_models import ModelsDoc
from specrun.spec.schema_proof import CheckForm, Glob, GlobOrNot, JudgeDoc, ProjectForm


def _as_mapping(value: object) -> object:
    """Read the list form of `depends_on` as the mapping form without details."""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return dict.fromkeys(value)
    return value


class SharedDoc(Doc):
    """Settings that may stand at every level; the nearest one wins."""

    agent: str | None = Field(
        None,
        description="Which agent does the work: one that specrun knows, or one that specrun.yaml declares.",
        examples=["claude", "codex", "gemini", "opencode", "shell"],
    )
    executor: str | None = Field(
        None,
        description="Where workers live; absent: tmux where installed, else process.",
        examples=["tmux", "process"],
    )
    workspace: Literal["clone", "none"] | None = Field(
        None,
        description="clone: each attempt in its own clone (default); none: in the repo itself.",
        examples=["clone"],
        json_schema_extra=usual("clone"),
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
        None,
        description="Wall-clock cap of one attempt (default 1h; none: no cap).",
        examples=["30m"],
        json_schema_extra=usual("1h"),
    )
    idle_timeout: DurationOrNone | None = Field(
        None,
        description="Longest silence of one attempt (default: no cap).",
        examples=["5m"],
        json_schema_extra=usual(NONE),
    )
    log_limit: Size | None = Field(
        None,
        description="Largest log of one attempt (default 64MiB).",
        examples=["64MB"],
        json_schema_extra=usual("64MiB"),
    )
    max_turns: int | None = Field(
        None, ge=1, le=100_000, description="Most answers of the model in one attempt.", examples=[40]
    )
    permissions: PermissionsDoc | None = Field(
        None, description="What the agent may do unattended.", examples=[{"mode": "edit"}]
    )
    checks: list[CheckForm] | None = Field(
        None,
        description="What proves the work: commands of the project by name, or commands of your own. All of "
        "them run, in this order, in a fresh checkout of the work. An empty list: none.",
        examples=[["test", "lint"], ["test", {"name": "types", "run": "mypy ."}]],
    )
    protect: list[GlobOrNot] | None = Field(
        None,
        description="Files that are restored before checking, beside specs, prompts, CI files and the "
        "project's own test and lint configuration; `!` before a glob takes out. An empty list: none at all.",
        examples=[["tests/golden/**"], ["tests/golden/**", "!pyproject.toml"]],
    )
    inherit_config: bool | None = Field(
        None,
        description="true: the agent uses your own configuration and login; false (default): a fresh one for "
        "each attempt, where it can have one.",
        examples=[True],
        json_schema_extra=usual(value=False),
    )


class DomainDoc(SharedDoc):
    """A named group of tasks."""

    description: str = Field("", description="What the domain is about.", examples=["HTTP endpoints"])
    keywords: list[str] = Field(
        default=[], description="Words that mark its work.", examples=[["api", "jwt"]]
    )
    template: RepoPath | None = Field(
        None,
        description="Template that wraps each prompt, path from the repo root.",
        examples=["prompts/backend.md.j2"],
    )
    max_workers: int | None = Field(
        None, ge=1, le=1000, description="Most workers of the domain.", examples=[1]
    )
    model: ModelName | None = Field(None, description="The model for its tasks.", examples=["sonnet"])


class EdgeDoc(Doc):
    """How one upstream is depended on."""

    on: Literal["succeeded", "failed", "finished"] = Field(
        "succeeded", description="Which end of the upstream is needed.", examples=["succeeded"]
    )
    carry: Literal["all", "output", "none"] = Field(
        "all", description="What it hands on: branch and output, output only, nothing.", examples=["output"]
    )


Depends = Annotated[dict[Id, EdgeDoc | None], BeforeValidator(_as_mapping)]


def _says(key: str) -> JsonValue:
    return {"required": [key], "properties": {key: {"type": "string"}}}


class TaskDoc(SharedDoc):
    """One unit of work."""

    # The models leave this to specrun.spec.sense, which says it in better words.
    model_config = free(
        oneOf=[_says("prompt"), _says("template")],
        dependentSchemas={
            "with": {"anyOf": [_says("template"), {"properties": {"with": {"maxProperties": 0}}}]}
        },
    )

    title: str = Field("", description="One line for people.", examples=["Set up the users table"])
    description: str = Field("", description="More for people.", examples=["See the design notes."])
    labels: list[str] = Field(default=[], description="Free words for people.", examples=[["security"]])
    item: str | None = Field(
        None,
        min_length=1,
        description="What stands behind the task's box in the file that `checklist` names.",
        examples=["Create the user model"],
    )
    complexity: Literal["low", "medium", "high"] | None = Field(
        None, description="How hard the task is.", examples=["low"]
    )
    domain: str | None = Field(None, description="The domain that the task belongs to.", examples=["backend"])
    model: ModelName | None = Field(
        None, description="The model that does the task; absent: see `models`.", examples=["opus"]
    )
    prompt: str | None = Field(None, description="What to do, inline.", examples=["Write a README."])
    template: RepoPath | None = Field(
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
    touches: list[Glob] | None = Field(
        None,
        min_length=1,
        description="The only files that the task may change, and some of them it must.",
        examples=[["src/api/**", "tests/api/**"]],
    )
    outputs: dict[str, Any] | None = Field(
        None,
        description="JSON Schema (2020-12) of the output that the task has to leave; `format` only informs.",
        examples=[{"type": "object", "required": ["port"], "properties": {"port": {"type": "integer"}}}],
    )
    judge: JudgeDoc | None = Field(
        None,
        description="The task decides about the work of others: it has to leave one of these words.",
        examples=[
            {"pass": ["approved"], "fail": ["rejected"]},
            {"pass": ["approved"], "fail": ["rejected"], "rewind": {"to": "api", "limit": 2}},
        ],
    )
    reads: list[Glob] | None = Field(
        None,
        min_length=1,
        description="Files that the work rests on: where their content in the code base changes, the task "
        "runs again.",
        examples=[["docs/api/**", "openapi.yaml"]],
    )
    when: WhenForm | None = Field(
        None,
        description="The task is left out unless this holds: true, false or a Jinja expression.",
        examples=["vars.deploy", "tasks.probe.output.count > 0"],
    )
    enabled: bool = Field(
        default=True, description="false: what it has left stays, and it is not run.", examples=[False]
    )
    freeze: bool = Field(
        default=False, description="true: its last success stands, whatever is edited.", examples=[True]
    )
    priority: int = Field(
        0, ge=-1_000_000, le=1_000_000, description="Higher starts first among ready tasks.", examples=[10]
    )
    rerun: Scalar = Field(None, description="Any value; a change of it runs the task again.", examples=[1])


class MovedDoc(Doc):
    """A task that got another id."""

    from_: Id = Field(alias="from", description="Its former id.", examples=["login"])
    to: Id = Field(description="Its present id.", examples=["sign-in"])


class FileDoc(SharedDoc):
    """What specs and specrun.yaml have in common."""

    version: Literal[1] = Field(description="Version of the vocabulary.", examples=[1])
    domains: dict[Id, DomainDoc] = Field(
        default={}, description="Domains known to all specs.", examples=[{"backend": {"max_workers": 2}}]
    )
    project: ProjectForm | None = Field(
        None,
        description="The type of the project, or its commands by name; absent: what its files tell.",
        examples=[
            "python",
            {"type": "node", "lint": "npx eslint ."},
            {"paths": {"web": "node", "api": None}},
        ],
    )
    max_workers: int | None = Field(
        None,
        ge=1,
        le=1000,
        description="Most workers of each spec at once.",
        examples=[4],
        json_schema_extra=usual(4),
    )
    budget: BudgetDoc | None = Field(None, description="Money caps.", examples=[{"limit": "5.00 USD"}])
    models: ModelsDoc | None = Field(
        None, description="Which model does which task.", examples=[{"default": "sonnet"}]
    )


class SpecDoc(FileDoc):
    """One spec: what should be done."""

    name: Id = Field(description="Unique name in the repo.", examples=["auth"])
    description: str = Field("", description="What the spec is for.", examples=["Login, end to end"])
    labels: list[str] = Field(default=[], description="Free words for people.", examples=[["security"]])
    checklist: RepoPath | None = Field(
        None,
        description="Markdown file, path from the repo root, whose boxes are ticked as tasks succeed.",
        examples=["plan.md"],
    )
    on_change_while_running: Literal["restart", "finish"] = Field(
        "restart", description="What happens to a running worker whose task was edited.", examples=["restart"]
    )
    vars: dict[str, Any] = Field(
        default={}, description="Constants for prompts.", examples=[{"service": "accounts"}]
    )
    tasks: dict[Id, TaskDoc] = Field(
        description="Tasks by id.", examples=[{"readme": {"prompt": "Write a README."}}]
    )
    moved: list[MovedDoc] = Field(
        default=[],
        description="Tasks that got another id: what they have left goes with them, and nothing runs again.",
        examples=[[{"from": "login", "to": "sign-in"}]],
    )
    removed: list[Id] = Field(
        default=[],
        description="Ids of tasks that are gone for good: their records are taken away.",
        examples=[["old-login"]],
    )
