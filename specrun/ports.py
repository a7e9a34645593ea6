"""The sockets of the house: what reconcile needs from agents, executors, stores and prompts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from specrun.core.task import Edge, Json, Limits, Task, TaskId
from specrun.core.task import Workspace as WorkspaceKind
from specrun.core.world import Attempt, CarriedFile, Fingerprint, Run, Status


@dataclass(frozen=True, slots=True)
class AttemptKey:
    """The name of an attempt."""

    task_id: TaskId
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What an agent asks the shim to run.

    An argument list, more environment, and a file for standard input.
    """

    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    stdin: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Everything that one attempt needs, before it has a directory. `base` is the code base (a commit)."""

    task_id: TaskId
    number: int
    generation: int
    agent: str
    executor: str
    prompt: str
    command: Command
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What an ended attempt left, read from the shim's copies only.

    `cause` is exited, timeout, idle_timeout, log_limit, stopped, lost, fenced or launch_failed; `exit_code`
    is negative for a signal; `error` is the shim's own sentence, if it had one; `tail` the end of the log as
    text.
    """

    cause: str
    exit_code: int | None
    error: str
    started_at: float | None
    ended_at: float
    tail: str
    output: Json = None
    output_error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How an agent's attempt ended, in the product's words; `summary` is one line."""

    status: Status
    reason: str
    summary: str
    cost_usd: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """The part of a written order that collecting needs again."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A workspace that is ready: its folder and the code base that it stands on (None without a clone)."""

    path: Path
    base: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a clone holds at its end, now safe in the repo: the commit and the change since its code base."""

    commit: str
    carried: tuple[CarriedFile, ...]


class Agent(Protocol):
    """A coding CLI: how to launch it, and how to read what it left."""

    name: str
    priced: bool

    def command(self, task: Task, prompt: Path) -> Command:
        """Answer what to run; `prompt` is where the rendered prompt will lie."""

    def outcome(self, evidence: Evidence) -> Outcome:
        """Judge an ended attempt."""


class Executor(Protocol):
    """A place where shims live; it knows attempt directories and nothing of what runs in them."""

    name: str

    def available(self) -> str:
        """Answer why nothing can be started here, or nothing at all when all is well."""

    def start(self, key: AttemptKey, directory: Path) -> None:
        """Start a shim on `directory`.

        Safe to repeat. Raises EnvironmentProblem when nothing can be started.
        """

    def sweep(self, spec: str) -> None:
        """Take away what earlier applies left of a spec for people to look at."""

    def release(self, key: AttemptKey, *, keep: bool) -> None:
        """Tidy the view of an attempt that has ended; `keep` leaves its last screen for people."""


class Attempts(Protocol):
    """The attempt directories: the truth about what was launched and how it went."""

    def scan(self) -> Mapping[TaskId, tuple[Attempt, ...]]:
        """Read all attempts of this working tree, oldest first, those of other branches too."""

    def directory(self, key: AttemptKey) -> Path:
        """Where the files of an attempt lie."""

    def next_number(self, task_id: TaskId, recorded: int) -> int:
        """Answer 1 + the highest number known to directories or to the record (`recorded`)."""

    def workspace(self, key: AttemptKey) -> Path:
        """Where the clone of an attempt lies."""

    def order(self, order: Order) -> None:
        """Write intent and prompt durably; of secrets only the names."""

    def launching(self, key: AttemptKey, secrets: Mapping[str, str]) -> None:
        """Note that a shim is about to be asked for, and leave it the values of the attempt's secrets."""

    def intent(self, key: AttemptKey) -> Intent:
        """Read back the order."""

    def stop(self, key: AttemptKey, reason: str) -> None:
        """Ask a running attempt to end: durable, then a signal to its shim."""

    def fence(self, key: AttemptKey, reason: str) -> bool:
        """Take the start token; False when a shim was quicker."""

    def evidence(self, key: AttemptKey) -> Evidence:
        """Read what an ended, lost or fenced attempt left; ends stray processes of a lost one first."""

    def tail(self, key: AttemptKey) -> str:
        """Answer the end of an attempt's log as text, or the shim's last words where it has no log."""

    def collected(self, key: AttemptKey) -> None:
        """Note that the record holds the result."""

    def grants(self) -> Mapping[TaskId, str]:
        """Read the one-shot retry grants that no intent has used."""

    def grant(self, task_id: TaskId) -> str:
        """Leave a one-shot retry grant and answer its token."""

    def spend(self, grant: str) -> None:
        """Take away a grant that was answered without an attempt; nothing for an empty token."""


class Store(Protocol):
    """The run records and summary tables in the repo."""

    def runs(self) -> Mapping[TaskId, Run]:
        """Read all records. Raises EnvironmentProblem for one that cannot be read or understood."""

    def save(self, run: Run) -> None:
        """Write one record durably; the same record leaves the file untouched."""

    def write_summary(self, spec: str, text: str) -> None:
        """Write the table of one spec; the same text leaves the file untouched."""


class Workspaces(Protocol):
    """Isolated trees for attempts, and the way their work comes home."""

    def head(self) -> tuple[str, str]:
        """Answer (branch of HEAD or "" when detached, commit)."""

    def prepare(
        self, key: AttemptKey, kind: WorkspaceKind, base: str, upstreams: Mapping[TaskId, str], path: Path
    ) -> Prepared:
        """Make the tree; `upstreams` maps carrying upstreams to commits. Raises MergeConflict."""

    def collect(self, key: AttemptKey, path: Path, base: str, when: float, message: str) -> Work:
        """Bring committed and uncommitted work to refs/specrun/attempts.

        The same tree makes the same commit. Raises ResultMissing for a tree that is gone.
        """

    def publish(self, task_id: TaskId, commit: str) -> str:
        """Point the task's branch at a commit and answer the branch's name."""

    def remove(self, key: AttemptKey, path: Path) -> None:
        """Delete a tree whose state is on a ref."""


class Prompts(Protocol):
    """Rendering at run time."""

    def needs(self, task_id: TaskId) -> bool:
        """Whether the prompt has run-time values of upstreams."""

    def uses_previous(self, task_id: TaskId) -> bool:
        """Whether the prompt speaks of the failure before, so that a retry must be rendered again."""

    def render(self, task: Task, upstreams: Mapping[TaskId, Run], previous: Mapping[str, Json] | None) -> str:
        """Answer the prompt with run-time values filled in. Raises InvalidSpec."""


__all__ = [
    "Agent",
    "AttemptKey",
    "Attempts",
    "Command",
    "Edge",
    "Evidence",
    "Executor",
    "Intent",
    "Order",
    "Outcome",
    "Prepared",
    "Prompts",
    "Store",
    "Work",
    "Workspaces",
]
