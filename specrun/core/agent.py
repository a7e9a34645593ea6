"""What the core has to know of coding CLIs: what they may do, how they are declared, what they can tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Mode(StrEnum):
    """How much an agent may do unattended."""

    READ = "read"
    """Look, change nothing."""
    EDIT = "edit"
    """Edit files in its workspace and run the project's commands there."""
    FULL = "full"
    """Everything, without being asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Permissions:
    """What one task's agent may do; `allow` and `deny` are rules in the words of its CLI."""

    mode: Mode = Mode.EDIT
    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()


class Price(StrEnum):
    """What an agent can say about the cost of a run."""

    FREE = "free"
    """It costs nothing."""
    REPORTED = "reported"
    """Its stream tells the cost in USD."""
    UNKNOWN = "unknown"
    """It costs something, and nothing tells how much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What a spec may ask of an agent.

    `turns`: its turns are counted or limited. `models`: it takes a model. `rules`: it takes rules beside
    the mode. `turns_isolated`: its turns are limited only where it has its own configuration. `resumes`:
    it can go on in an earlier conversation. `isolates`: it can have its own configuration. `structured`: it
    can be held to an answer in JSON, `strict`: only to one of which all parts are required. `hands_in`: it
    can leave a verdict or an output as a file even where it may only look. `prose`: its prompt is read as
    words, so that some may be added.
    """

    price: Price
    modes: frozenset[Mode] = frozenset(Mode)
    rules: bool = False
    models: bool = True
    turns: bool = False
    turns_isolated: bool = False
    resumes: bool = False
    isolates: bool = False
    structured: bool = False
    strict: bool = False
    hands_in: bool = False
    prose: bool = True


class PromptBy(StrEnum):
    """How a CLI gets its prompt."""

    STDIN = "stdin"
    FILE = "file"


class SuccessBy(StrEnum):
    """What shows that a CLI has done its work."""

    EVENT = "event"
    """Its own final event of success, and exit code 0."""
    EXIT_CODE = "exit_code"
    """Exit code 0 alone, for CLIs that say nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """A CLI as YAML declares it, under `agents` of the repo-wide settings.

    `argv` may hold `{prompt}`, which becomes the path of the prompt file. `model_flag` comes before the
    model's name, "" where none is taken; `models` turns names of specs into those of the CLI.
    `permissions` are more arguments by mode; a mode that is not there is not supported. `budget_flag` and
    `turns_flag` come before the caps of a task. `session_flag` comes before an id that is chosen
    beforehand; `resume` are arguments that go on with `{session}`. `config_home` names the variable of
    its configuration folder, `config` files to put there by relative path. `version` asks for its
    version, `tested` are the versions that are known to work. `meter` is a declaration of
    specrun.system.meter; `cleanup` the seconds that it may take to end by itself.
    """

    name: str
    argv: tuple[str, ...]
    prompt: PromptBy = PromptBy.STDIN
    model_flag: str = ""
    models: Mapping[str, str] = field(default_factory=dict)
    meter: Mapping[str, Any] | None = None
    success: SuccessBy = SuccessBy.EVENT
    env: Mapping[str, str] = field(default_factory=dict)
    permissions: Mapping[Mode, tuple[str, ...]] = field(default_factory=dict)
    allow_flag: str = ""
    deny_flag: str = ""
    budget_flag: str = ""
    turns_flag: str = ""
    session_flag: str = ""
    resume: tuple[str, ...] = ()
    config_home: str = ""
    config: Mapping[str, str] = field(default_factory=dict)
    version: tuple[str, ...] = ()
    tested: tuple[str, ...] = ()
    cleanup: float = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """What the repo-wide settings change of a built-in agent: more names of models, more environment."""

    models: Mapping[str, str] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)


def traits_of(declaration: Declaration) -> Traits:
    """Answer what a declared agent can do, from what its declaration says how to do."""
    events = (declaration.meter or {}).get("events", ())
    return Traits(
        price=Price.REPORTED if any("cost" in event for event in events) else Price.UNKNOWN,
        modes=frozenset(declaration.permissions or Mode),
        rules=bool(declaration.allow_flag and declaration.deny_flag),
        models=bool(declaration.model_flag),
        turns=bool(declaration.turns_flag) or any("turns" in event for event in events),
        resumes=bool(declaration.resume),
        isolates=bool(declaration.config_home),
    )
