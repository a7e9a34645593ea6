"""The words of a plan: what becomes of each task, why, and what is to be done now."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum

from specrun.core.safety import Unsafe
from specrun.core.task import TaskId
from specrun.core.world import Fingerprint


class Action(StrEnum):
    """What becomes of a task; the words of the diff."""

    RUN = "run"
    RERUN = "rerun"
    CASCADE = "cascade"
    RETRY = "retry"
    VERIFY = "verify"
    ADOPT = "adopt"
    STOP = "stop"
    PRUNE = "prune"
    MOVE = "move"
    DEFERRED = "deferred"
    HOLD = "hold"
    REUSE = "reuse"


SYMBOLS = {
    Action.RUN: "+",
    Action.RERUN: "~",
    Action.CASCADE: "^",
    Action.RETRY: "!",
    Action.VERIFY: "v",
    Action.ADOPT: ">",
    Action.STOP: "x",
    Action.PRUNE: "-",
    Action.MOVE: "m",
    Action.DEFERRED: "?",
    Action.HOLD: "h",
    Action.REUSE: "=",
}


class ReasonCode(StrEnum):
    """Why; stable codes that scripts may match."""

    NEW = "new"
    PROMPT_CHANGED = "prompt_changed"
    TEMPLATE_CHANGED = "template_changed"
    VAR_CHANGED = "var_changed"
    READS_CHANGED = "reads_changed"
    INPUT_CHANGED = "input_changed"
    ENV_CHANGED = "env_changed"
    AGENT_CHANGED = "agent_changed"
    WORKSPACE_CHANGED = "workspace_changed"
    EDGES_CHANGED = "edges_changed"
    RERUN_TOKEN = "rerun_token"  # noqa: S105 - a word of the diff, no secret
    OUTPUTS_CONTRACT_CHANGED = "outputs_contract_changed"
    SCOPE_CHANGED = "scope_changed"
    JUDGE_CHANGED = "judge_changed"
    CHECKS_CHANGED = "checks_changed"
    CHECKS_UNANSWERED = "checks_unanswered"
    REWORK = "rework"
    UPSTREAM_OUTPUT_CHANGED = "upstream_output_changed"
    UPSTREAM_PENDING = "upstream_pending"
    UPSTREAM_FAILED = "upstream_failed"
    FAILED_THEN_EDITED = "failed_then_edited"
    FAILED_UNCHANGED = "failed_unchanged"
    SETTING_CHANGED = "setting_changed"
    RETRY_REQUESTED = "retry_requested"
    REQUESTED_REPLACE = "requested_replace"
    RETRY_LEFT = "retry_left"
    RETRY_DELAY = "retry_delay"
    ERRORED = "errored"
    CANCELLED = "cancelled"
    RESULT_MISSING = "result_missing"
    RESULT_EDITED = "result_edited"
    INCOMPLETE = "incomplete"
    RUNNING = "running"
    PROVING = "proving"
    ORPHANED = "orphaned"
    RENAMED = "renamed"
    FROZEN = "frozen"
    DISABLED = "disabled"
    OUTDATED_WHILE_RUNNING = "outdated_while_running"
    STOP_REQUESTED = "stop_requested"
    MAX_WORKERS = "max_workers"
    BUDGET_WAIT = "budget_wait"
    TEMPLATE_ERROR = "template_error"
    SKIPPED = "skipped"
    STALE = "stale"
    NOT_SELECTED = "not_selected"
    UNREADABLE = "unreadable"
    BRANCH_IN_USE = "branch_in_use"


FAILING = frozenset(
    {
        ReasonCode.FAILED_UNCHANGED,
        ReasonCode.UPSTREAM_FAILED,
        ReasonCode.CANCELLED,
        ReasonCode.TEMPLATE_ERROR,
        ReasonCode.ERRORED,
        ReasonCode.RESULT_MISSING,
        ReasonCode.RESULT_EDITED,
    }
)
"""Reasons of a hold that make the exit code 1."""

ASKED = frozenset({ReasonCode.RETRY_REQUESTED, ReasonCode.REQUESTED_REPLACE})
"""Reasons of a task that runs because a person has named it."""

OBSTRUCTED = frozenset({ReasonCode.UNREADABLE, ReasonCode.BRANCH_IN_USE})
"""Reasons of a hold that a person has to clear away outside of the specs; the detail says how."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: its code, and a detail such as a component, an upstream or a message."""

    code: ReasonCode
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What becomes of one task.

    `generation` is the one a new attempt would belong to. `ready` says that nothing but a free slot is
    missing; `not_before` is the earliest start in seconds since the epoch. `stale` marks a reused success
    whose upstream is not succeeded. `fingerprint` is None for a task that is gone from the specs. `round` is
    that of the rework that a new attempt would be, None for one that is none. `verifying` says that only the
    checks of a recorded commit are at stake: what the task hands on does not change by them. `hands_on` says
    of one held by its own wish that its last success still stands for dependents. `moved_from` is its former
    address. `would` is what a withheld task would do.
    """

    task_id: TaskId
    action: Action
    reasons: tuple[Reason, ...]
    generation: int
    fingerprint: Fingerprint | None
    ready: bool = False
    not_before: float = 0.0
    stale: bool = False
    grant: str = ""
    round: int | None = None
    verifying: bool = False
    hands_on: bool = False
    moved_from: TaskId | None = None
    would: Action | None = None

    @property
    def idle(self) -> bool:
        """Whether an apply has nothing to do for it, not even to give it its present name."""
        kept = self.action is Action.PRUNE and not self.ready
        return kept or (self.action in {Action.REUSE, Action.HOLD} and self.moved_from is None)


@dataclass(frozen=True, slots=True)
class Start:
    """Open a new attempt."""

    decision: Decision


@dataclass(frozen=True, slots=True)
class Verify:
    """Open an attempt without an agent: the checks of today on the recorded commit."""

    decision: Decision


@dataclass(frozen=True, slots=True)
class Check:
    """Start the next run of a check of an attempt whose agent has ended."""

    task_id: TaskId
    number: int
    run: int
    index: int


@dataclass(frozen=True, slots=True)
class Relaunch:
    """Ask again for the shim of an attempt that never started; `check` is the run of a check, 0 for none."""

    task_id: TaskId
    number: int
    check: int = 0


@dataclass(frozen=True, slots=True)
class Fence:
    """Take the start token of an attempt so that it can never start.

    `failed` when launching was tried enough, `asked` when a person wants it to be stopped. `check` is the run
    of a check, 0 for none.
    """

    task_id: TaskId
    number: int
    failed: bool
    asked: bool = False
    check: int = 0


@dataclass(frozen=True, slots=True)
class Stop:
    """End a running attempt; `check` is the run of a check that it is at, 0 for none."""

    task_id: TaskId
    number: int
    reason: ReasonCode
    check: int = 0


@dataclass(frozen=True, slots=True)
class Collect:
    """Record an attempt that ended, was lost or was fenced after failing to launch.

    One that has checks to pass is not recorded yet: what it has to show is noted, and its checks begin.
    """

    task_id: TaskId
    number: int


@dataclass(frozen=True, slots=True)
class Restore:
    """Make the last success the record again: the spec was set back to it after something else had failed."""

    task_id: TaskId


@dataclass(frozen=True, slots=True)
class Conclude:
    """Note in a judge's record why its verdict is final although rounds are left."""

    task_id: TaskId
    reason: str


@dataclass(frozen=True, slots=True)
class Move:
    """Give the record and the branch of a renamed task their new name."""

    old: TaskId
    new: TaskId


@dataclass(frozen=True, slots=True)
class Forget:
    """Take away the record of a task that is declared to be gone, and its branch where that is merged."""

    task_id: TaskId


Change = Start | Verify | Check | Relaunch | Fence | Stop | Collect | Restore | Conclude | Move | Forget


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Decisions for every task in dependency order, and the changes to make now.

    `wake_at` is when time alone would change the plan (seconds since the epoch); `live` are tasks with a
    worker. `unsafe` says in which ways it goes too far to be carried out unasked.
    """

    decisions: tuple[Decision, ...]
    changes: tuple[Change, ...]
    wake_at: float | None = None
    live: tuple[TaskId, ...] = ()
    unsafe: tuple[Unsafe, ...] = ()

    @property
    def digest(self) -> str:
        """The name of what was decided: equal for equal decisions, whatever the time."""
        told = [
            [one.task_id, one.action, one.generation, *([r.code, r.detail] for r in one.reasons)]
            for one in self.decisions
        ]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

    @property
    def holds(self) -> tuple[Decision, ...]:
        """Tasks that need work and are not allowed to, each with its reasons."""
        return tuple(decision for decision in self.decisions if decision.action is Action.HOLD)

    @property
    def converged(self) -> bool:
        """Nothing to do now, nobody at work, and no clock to wait for."""
        return not self.changes and not self.live and self.wake_at is None
