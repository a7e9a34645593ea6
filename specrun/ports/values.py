"""The values that cross the sockets: orders, evidence, outcomes, and what becomes of work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from specrun.core.contract import Check, Contract
from specrun.core.evidence import Round, Target
from specrun.core.task import Json, Limits, TaskId
from specrun.core.task import Workspace as WorkspaceKind
from specrun.core.world import CarriedFile, Fingerprint, Status


@dataclass(frozen=True, slots=True)
class AttemptKey:
    """The name of an attempt, or of one run of its checks: `check` counts these from 1."""

    task_id: TaskId
    number: int
    check: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What an agent asks the shim to run.

    An argument list, more environment, and a file for standard input. `files` are put below the attempt's
    `home` first, by relative path. `meter` declares how its stream is read (specrun.system.meter), None
    for plain output. `cleanup` is how many seconds the program itself may take to end before its whole
    tree is killed; 0 ends the whole tree at once, gently. `session_id` is the conversation's id where it
    is known beforehand.
    """

    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    stdin: Path | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    meter: Mapping[str, Any] | None = None
    cleanup: float = 0.0
    session_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """What an agent is told of the attempt that it is to run.

    `prompt` is where the rendered prompt will lie, `home` a folder of the attempt for the CLI's
    configuration, `session` the id of the conversation: chosen beforehand, or that of the one to go on in
    when `resuming`. `workspace` is where it will work, without symbolic links.
    """

    prompt: Path
    home: Path
    session: str
    resuming: bool = False
    workspace: Path = Path()


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Everything that one attempt needs, before it has a directory. `base` is the code base (a commit).

    `command` is None for an attempt that only verifies a recorded commit. `earlier` holds, by kind of token
    and `cost`, what runs before this one used in the same conversation; `home_from` is the configuration
    folder of the attempt whose conversation goes on. `head` is the commit that the apply began with: `base`
    without the upstreams. `round` counts reworks, `target` is what a judge judges and `rounds` what it said
    before. `tools` maps the programs of checks to where they were found, `watched` protected files to their
    digests, for work in the repo itself.
    """

    task_id: TaskId
    number: int
    generation: int
    agent: str
    executor: str
    prompt: str
    command: Command | None
    cwd: Path
    env: Mapping[str, str]
    secrets: tuple[str, ...]
    limits: Limits
    fingerprint: Fingerprint
    branch: str
    workspace: WorkspaceKind
    base: str | None
    created_at: float
    grant: str = ""
    model: str | None = None
    budget: Decimal | None = None
    max_turns: int | None = None
    earlier: Mapping[str, str | int] = field(default_factory=dict)
    home_from: Path | None = None
    contract: Contract = field(default_factory=Contract)
    head: str | None = None
    round: int | None = None
    target: Target | None = None
    rounds: tuple[Round, ...] = ()
    tools: Mapping[str, str] = field(default_factory=dict)
    watched: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofOrder:
    """What an attempt has to show from now on, and what its record will say of it.

    `commit` is what the checks are evidence for, None in the repo itself; `cwd` is the top of the tree that
    they run in. `fingerprint` holds the checks that are run, which may be newer than those of the intent.
    `discarded` names what a judge has edited and nobody gets.
    """

    commit: str | None
    cwd: Path
    fingerprint: Fingerprint
    checks: tuple[Check, ...]
    protected_changed: tuple[str, ...] = ()
    discarded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOrder:
    """Everything that one run of a check needs; `index` is its place among the checks of the proof.

    `script` is run by `sh -e` in `cwd`. `secrets` are names whose values it does not get: they are only taken
    out of what it prints, for the work may hold them.
    """

    key: AttemptKey
    index: int
    name: str
    script: str
    executor: str
    cwd: Path
    env: Mapping[str, str]
    limits: Limits
    created_at: float
    secrets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Metered:
    """What the stream of an agent told, as far as it went; None is unknown.

    `success` is what its last final event says of itself. `error` is the CLI's own message,
    `error_status` the HTTP status of the provider, `retryable` its own opinion. `structured` is an answer in
    the form that was asked for.
    """

    cost_usd: Decimal | None = None
    tokens: Mapping[str, int] | None = None
    turns: int | None = None
    session_id: str | None = None
    model: str | None = None
    result: str | None = None
    success: bool | None = None
    error: str = ""
    error_status: int | None = None
    retryable: bool | None = None
    denials: tuple[str, ...] = ()
    structured: Json = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What an ended attempt left, read from the shim's copies only.

    `cause` is exited, timeout, idle_timeout, log_limit, budget, max_turns, stopped, lost, fenced or
    launch_failed; `exit_code`
    is negative for a signal; `error` is the shim's own sentence, if it had one; `tail` the end of the log as
    text, `digest` the hex SHA-256 of the whole log of a check. `verdict` is what was left as one.
    """

    cause: str
    exit_code: int | None
    error: str
    started_at: float | None
    ended_at: float
    tail: str
    output: Json = None
    output_error: str = ""
    metered: Metered | None = None
    verdict: str | None = None
    verdict_error: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How an agent's attempt ended, in the product's words; `summary` is one line."""

    status: Status
    reason: str
    summary: str
    cost_usd: Decimal | None = None
    metered: Metered | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """The part of a written order that collecting needs again; fields are those of `Order`.

    `verifying` stands for an order without a command.
    """

    task_id: TaskId
    number: int
    generation: int
    agent: str
    executor: str
    fingerprint: Fingerprint
    workspace: WorkspaceKind
    cwd: Path
    base: str | None
    created_at: float
    model: str | None = None
    secrets: tuple[str, ...] = ()
    session_id: str | None = None
    verifying: bool = False
    contract: Contract = field(default_factory=Contract)
    head: str | None = None
    round: int | None = None
    target: Target | None = None
    rounds: tuple[Round, ...] = ()
    tools: Mapping[str, str] = field(default_factory=dict)
    watched: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A workspace that is ready: its folder and the code base that it stands on (None without a clone)."""

    path: Path
    base: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a clone holds at its end, now safe in the repo: the commit and the change since its code base.

    `outside` names links of that change that lead out of the tree, `records` what it has changed below
    `results/`: that is handed on to nobody.
    """

    commit: str
    carried: tuple[CarriedFile, ...]
    outside: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
