"""Holds what the Python API answers: small frozen values, each with the JSON that the verbs print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from specrun import wiring
from specrun.core.task import Json
from specrun.errors import ExitCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A repo with its specs as they were when it was loaded; every call looks at the world anew.

    `root` is the top folder of the working tree, `specs` are the names of the loaded specs, `tasks` the
    addresses (`spec/task`) of all their tasks. One thread at a time may use it; others load their own.
    """

    root: Path
    specs: tuple[str, ...]
    tasks: tuple[str, ...]
    _wired: wiring.Project = field(repr=False, compare=False)
    _path: Path | None = field(default=None, repr=False, compare=False)
    _asked: tuple[str, ...] = field(default=(), repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why something is done or not: a code for scripts (`specrun help reasons`), and its detail."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What an apply would do about one task.

    `action` is a word of the diff: run, rerun, retry, reuse, hold, … `why` is its first reason as people read
    it. `pending` says whether there is anything to do.
    """

    address: str
    action: str
    why: str
    reasons: tuple[Reason, ...]
    pending: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an apply would do, and why; nothing was started.

    `digest` names the plan: the same for the same specs and the same world. `unsafe` are sentences that tell
    why it would be refused without `force`. `document` is what `specrun diff --json` prints.
    """

    digest: str
    decisions: tuple[Decision, ...]
    unsafe: tuple[str, ...]
    document: Mapping[str, Json] = field(repr=False)

    @property
    def pending(self) -> tuple[Decision, ...]:
        """The decisions that an apply has something to do for."""
        return tuple(one for one in self.decisions if one.pending)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """How one task stands.

    `state` is a word such as running, pending, succeeded, failed, blocked (`specrun help states`). `attempt`
    is the number of its open or last attempt, `seconds` how long that has been at work, `cost_usd` what it
    has cost so far; None is unknown, or that there is none. `note` is a line for people.
    """

    address: str
    state: str
    agent: str
    model: str | None
    attempt: int | None
    seconds: float | None
    cost_usd: Decimal | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How all tasks stand.

    `converged` says that nothing is left to do and nobody is at work, `exit_code` how an apply would end if
    it ended now. `applying` are specs that some specrun is applying. `summary` is one line for people,
    `document` what `specrun status --json` prints.
    """

    tasks: tuple[Task, ...]
    converged: bool
    exit_code: ExitCode
    applying: tuple[str, ...]
    summary: str
    document: Mapping[str, Json] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What came of one task, as committed in `results/`.

    `status` is succeeded, accepted, failed, errored, lost or cancelled, `reason` why it did not count, empty
    where it did. `branch` and `commit` hold its work, `output` its JSON output, `verdict` a judge's word.
    `cost_usd` is the sum of its attempts, None where a part of it is unknown. `document` is its entry in
    what `specrun results --json` prints.
    """

    address: str
    status: str
    reason: str
    summary: str
    branch: str | None
    commit: str | None
    output: Json
    verdict: str | None
    attempts: int
    cost_usd: Decimal | None
    document: Mapping[str, Json] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One happening of an apply: `at` is seconds since the epoch, `message` a sentence for people.

    `kind` is started, ended, adopted, checking, … `document` is the line that `specrun apply --json` prints,
    with all facts.
    """

    at: float
    kind: str
    address: str | None
    attempt: int | None
    message: str
    document: Mapping[str, Json] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A task that did not make it: what became of it, why, and where its log lies, None without one.

    `command` is what to run to go on with it, after mending the cause.
    """

    address: str
    status: str
    reason: str
    log: Path | None
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How an apply ended.

    `exit_code` is that of `specrun apply`: 0 fine, 1 a task failed or is held, 5 budget, 124 time was over
    and workers go on, … `counts` tells how many tasks are in which state, `summary` the same in one line.
    `failures` are the tasks that did not make it, `blocked` those that wait behind them for nothing.
    `records` are those of all tasks of the project, by address.
    """

    exit_code: ExitCode
    summary: str
    counts: Mapping[str, int]
    failures: tuple[Failure, ...]
    blocked: tuple[str, ...]
    records: Mapping[str, Record]

    @property
    def ok(self) -> bool:
        """Whether nothing failed, is held or was left undone."""
        return self.exit_code is ExitCode.OK
