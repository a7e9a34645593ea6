"""The sockets of the house: what reconcile needs from agents, executors, stores and prompts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from specrun.core.agent import Traits
from specrun.core.task import Condition, Json, Task, TaskId
from specrun.core.task import Workspace as WorkspaceKind
from specrun.core.world import Attempt, CarriedFile, Run
from specrun.ports.values import (
    AttemptKey,
    CheckOrder,
    Command,
    Evidence,
    Intent,
    Launch,
    Order,
    Outcome,
    Prepared,
    ProofOrder,
    Work,
)


class Agent(Protocol):
    """A coding CLI: how to launch it, and how to read what it left."""

    name: str
    traits: Traits
    program: str
    """What is looked for on PATH before anything is launched."""
    version: tuple[str, ...]
    """What tells the version of the program, nothing where that means nothing."""
    tested: tuple[str, ...]
    """The versions that are known to work."""

    def command(self, task: Task, launch: Launch) -> Command:
        """Answer what to run for a task."""

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
        """Read all attempts of this working tree, oldest first, those of other branches too.

        One whose files cannot be read is among them, unreadable, and tells why.
        """

    def tidy(self) -> None:
        """Take away what looks have found to be left over: secrets beside a start token, used grants."""

    def directory(self, key: AttemptKey) -> Path:
        """Where the files of an attempt lie."""

    def next_number(self, task_id: TaskId, recorded: int) -> int:
        """Answer 1 + the highest number known to directories or to the record (`recorded`)."""

    def workspace(self, key: AttemptKey) -> Path:
        """Where the clone of an attempt lies."""

    def order(self, order: Order, proof: ProofOrder | None = None) -> None:
        """Write intent and prompt durably; of secrets only the names.

        With `proof` the attempt has no agent: it only shows what a recorded commit is worth.
        """

    def prove(self, key: AttemptKey, proof: ProofOrder) -> None:
        """Note durably what an ended attempt has to show; the first note stands."""

    def proof(self, key: AttemptKey) -> ProofOrder:
        """Read that back."""

    def order_check(self, order: CheckOrder) -> None:
        """Write the intent of one run of a check; it is launched, stopped and read as an attempt is."""

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

    def collected(self, key: AttemptKey, *, keep_home: bool = False) -> None:
        """Note that the record holds the result; the CLI's configuration folder goes unless it is kept."""

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

    def move(self, old: TaskId, run: Run) -> None:
        """Write the record of a renamed task, then take away the one under its former address."""

    def forget(self, task_id: TaskId) -> None:
        """Take away a record; a missing one is fine."""

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

    def recall(self, base: str, commit: str) -> Work:
        """Answer work that was collected before, from its commit alone."""

    def seek(self, task_id: TaskId, commit: str, carried: Iterable[CarriedFile] | None, base: str) -> str:
        """Answer the commit to build on for one that a task left with the change `carried`.

        Itself when it is here or can be fetched, `base` where that holds the change, "" when it is nowhere.
        """

    def occupied(self, task_id: TaskId) -> str:
        """Answer why the task's branch cannot be moved and what to do, or nothing when it can be."""

    def publish(self, task_id: TaskId, commit: str) -> str:
        """Point the task's branch at a commit and answer the branch's name. Raises Refused where occupied."""

    def move_branch(self, old: TaskId, new: TaskId) -> str | None:
        """Give a renamed task's branch its new name and answer that, None where there is no such branch.

        Doing it twice is fine. Raises Refused where a branch is checked out.
        """

    def drop_branch(self, task_id: TaskId) -> str:
        """Delete a task's branch if HEAD contains it; answer why it is kept, nothing when it is gone."""

    def branches(self) -> Mapping[TaskId, str]:
        """Answer the commits of all task branches."""

    def tree(self, commit: str) -> Mapping[str, str]:
        """Answer all files of a commit: path to `mode blob`, such as `100644 <40 hex>`."""

    def remove(self, key: AttemptKey, path: Path) -> None:
        """Delete a tree whose state is on a ref."""

    def check_out(self, key: AttemptKey, commit: str, restored: Mapping[str, str]) -> Path:
        """Make a fresh tree of a commit for its checks and answer where; one that is there is replaced.

        `restored` maps paths to the commits from which they are taken instead, or left out where those lack
        them.
        """

    def reset(self, key: AttemptKey, globs: Sequence[str]) -> None:
        """Bring that tree's files back as they were, and take away protected ones that are new.

        `globs` mean the protected ones; what earlier checks installed or built stays.
        """

    def sweep_up(self, key: AttemptKey) -> None:
        """Delete the tree of an attempt's checks, with whatever they left in it."""

    def watched(self, globs: Sequence[str]) -> Mapping[str, str]:
        """Answer path and digest of the files in the repo itself that globs mean, tracked or not."""


class Prompts(Protocol):
    """Rendering at run time."""

    def needs(self, task_id: TaskId) -> bool:
        """Whether the prompt has run-time values of upstreams."""

    def uses_previous(self, task_id: TaskId) -> bool:
        """Whether the prompt speaks of the failure before, so that a retry must be rendered again."""

    def condition(self, task: Task, upstreams: Mapping[TaskId, Run]) -> Condition:
        """Decide a task's `when` with the values of its upstreams. Raises InvalidSpec."""

    def render(self, task: Task, upstreams: Mapping[TaskId, Run], previous: Mapping[str, Json] | None) -> str:
        """Answer the prompt with run-time values filled in. Raises InvalidSpec."""
