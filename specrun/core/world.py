"""What there is: attempts as their files tell them, and the last record of each task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from specrun.core.evidence import CheckRecord, Round
from specrun.core.task import Condition, Json, TaskId, Workspace

FINGERPRINT_VERSION = 2
"""How components are written; `core.fingerprint` says which of them a later version writes otherwise."""

UNKNOWN_BRANCH = "?"
"""Stands for a branch that nobody can tell any more; git allows no such name."""


class Status(StrEnum):
    """How a task ended, as recorded."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    ERRORED = "errored"
    LOST = "lost"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"
    ACCEPTED = "accepted"

    @property
    def good(self) -> bool:
        """Whether dependents that need success may build on it."""
        return self in {Status.SUCCEEDED, Status.ACCEPTED}


class Phase(StrEnum):
    """What the files of an attempt say about it."""

    ORDERED = "ordered"
    """An intent is written and no shim has started: launch it (again)."""
    RUNNING = "running"
    """The shim holds its lock."""
    ENDED = "ended"
    """There is an exit record and the result is not collected yet."""
    LOST = "lost"
    """Started, the lock is free, no exit record."""
    PROVING = "proving"
    """What its agent did is collected, and its checks decide: see `proof`."""
    FENCED = "fenced"
    """specrun took the start token itself, so that no shim can ever start; not collected yet."""
    UNREADABLE = "unreadable"
    """One of its files cannot be read, so nobody knows how it stands: a person has to look."""
    COLLECTED = "collected"
    """The record holds its result; nothing is left to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """Everything that matters to a task, as canonical values with three digests (hex SHA-256).

    `components` maps a name to its value; `unknown` names the work components that only an upstream's end
    will settle. `work` is empty while something is unknown. `version` is how the components are written.
    """

    work: str
    verify: str
    live: str
    components: Mapping[str, Json] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    version: int = FINGERPRINT_VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One launch of one task, read from its directory. Times are seconds since the epoch.

    `work` is the digest it was launched for, by fingerprint `version`; `branch` is that of HEAD
    then ("" when detached); `launches` counts how often a shim was asked for, `launched_at` when last.
    `stopping` says that a stop was asked for; `grant` is the retry grant it used up.
    `clean` says that its program ended by itself with code 0, so that it may turn out a success. `proof` is
    there once its checks are to run; `verifying` says that it has no agent, only checks of a recorded commit.
    `spent` is its cost so far in USD and `tokens` its counts so far by kind, both None while unknown.
    `reads` are the files that it was to read, as path to mode and blob, None where it was to read none.
    `error` tells of an unreadable one which file is wrong and what to do; the rest may be unknown then.
    """

    task_id: TaskId
    number: int
    phase: Phase
    generation: int
    agent: str
    executor: str
    work: str
    branch: str
    created_at: float
    launches: int = 0
    launched_at: float | None = None
    started_at: float | None = None
    stopping: bool = False
    grant: str = ""
    model: str | None = None
    budget: Decimal | None = None
    workspace: Workspace = Workspace.CLONE
    clean: bool = False
    spent: Decimal | None = None
    tokens: Mapping[str, int] | None = None
    error: str = ""
    verifying: bool = False
    proof: Proof | None = None
    version: int = FINGERPRINT_VERSION
    reads: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRun:
    """One run of one check of an attempt, read from its directory.

    `number` counts the runs of the attempt, `index` is the place of its check among those that are to run.
    Phases are those of attempts; it is never collected or proving.
    """

    number: int
    index: int
    phase: Phase
    launches: int = 0
    launched_at: float | None = None
    started_at: float | None = None
    stopping: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What an attempt still has to show: the names of its checks in their order, and their runs so far."""

    checks: tuple[str, ...]
    runs: tuple[CheckRun, ...] = ()


@dataclass(frozen=True, slots=True)
class CarriedFile:
    """One path of a task's change.

    `mode` is git's octal text, "000000" with an all-zero blob for a deletion.
    """

    path: str
    mode: str
    blob: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptRecord:
    """One attempt as the run record tells it; `cost_usd` None means unknown, never free.

    `tokens` counts by kind (input, output, cache_read, cache_write), `turns` the model's answers; None is
    unknown. `denials` are the tool calls that permissions forbade, one line each. `round` counts the reworks
    that a judge asked for, None for an attempt that is none. `checks` is what these said of its commit.
    """

    number: int
    generation: int
    agent: str
    executor: str
    status: Status
    started_at: float | None
    ended_at: float
    exit_code: int | None
    reason: str = ""
    model: str | None = None
    cost_usd: Decimal | None = None
    tokens: Mapping[str, int] | None = None
    turns: int | None = None
    session_id: str | None = None
    denials: tuple[str, ...] = ()
    round: int | None = None
    checks: tuple[CheckRecord, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a person has noted in a record: why, who (as git calls them), when (seconds since the epoch)."""

    reason: str
    by: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Success:
    """What the last success handed on, so that a spec set back to it is reused; who accepted it, if so."""

    fingerprint: Fingerprint
    commit: str | None
    base: str | None
    branch: str | None
    carried: tuple[CarriedFile, ...] | None
    output: Json
    summary: str
    checks: tuple[CheckRecord, ...] = ()
    verdict: str | None = None
    protected_changed: tuple[str, ...] = ()
    accepted: Mark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The record of a task: its latest outcome and all attempts that are still remembered.

    `checks` are the evidence for the outcome. `verdict` is the word that a judge left, `rounds` all of its
    verdicts since it or what it judges was edited. `protected_changed` are protected files that differ from
    the code base in this commit, `discarded` the files of a judge's edits, which nobody gets. `accepted` and
    `frozen` say who took the work as done, or wants it left alone. `moved_from` are former ids of the task.
    `edited` says that the file was changed by somebody else than specrun.
    """

    task_id: TaskId
    status: Status
    reason: str
    generation: int
    fingerprint: Fingerprint
    attempts: tuple[AttemptRecord, ...]
    output: Json = None
    summary: str = ""
    branch: str | None = None
    base: str | None = None
    commit: str | None = None
    carried: tuple[CarriedFile, ...] | None = None
    checks: tuple[CheckRecord, ...] = ()
    verdict: str | None = None
    rounds: tuple[Round, ...] = ()
    protected_changed: tuple[str, ...] = ()
    discarded: tuple[str, ...] = ()
    last_success: Success | None = None
    accepted: Mark | None = None
    frozen: Mark | None = None
    moved_from: tuple[str, ...] = ()
    edited: bool = False

    @property
    def last(self) -> AttemptRecord | None:
        """The newest attempt, None for a task that ended without one."""
        return self.attempts[-1] if self.attempts else None


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything that is, read once.

    `since` is when this apply began, `branch` the branch of HEAD ("" when detached). `attempts` holds, oldest
    first, those launched from this branch. `prompts` holds the texts of prompts with run-time values,
    rendered from the records of their upstreams; `prompt_errors` what went wrong in doing so. `grants` are
    unused one-shot retry grants. `occupied` tells of tasks that may have succeeded why their branch cannot be
    moved. `absent` maps recorded commits that this repository lacks to the commit that stands for each, ""
    where there is none; it holds those that were looked for. `reads` maps tasks to the files that
    their `reads` mean at the code base: path to mode and blob. `conditions` hold those that records of
    upstreams decide. `moved` maps renamed tasks to the addresses under which their records still lie; `runs`
    has these under their present ones.
    """

    now: float
    since: float
    branch: str
    attempts: Mapping[TaskId, tuple[Attempt, ...]] = field(default_factory=dict)
    runs: Mapping[TaskId, Run] = field(default_factory=dict)
    prompts: Mapping[TaskId, str] = field(default_factory=dict)
    prompt_errors: Mapping[TaskId, str] = field(default_factory=dict)
    grants: Mapping[TaskId, str] = field(default_factory=dict)
    occupied: Mapping[TaskId, str] = field(default_factory=dict)
    absent: Mapping[str, str] = field(default_factory=dict)
    reads: Mapping[TaskId, Mapping[str, str]] = field(default_factory=dict)
    conditions: Mapping[TaskId, Condition] = field(default_factory=dict)
    moved: Mapping[TaskId, TaskId] = field(default_factory=dict)
