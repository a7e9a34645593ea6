"""What the user wants: tasks with defaults filled in and prompts rendered as far as they can be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import NewType

from specrun.core.agent import Permissions
from specrun.core.contract import Contract
from specrun.core.project import Project
from specrun.core.safety import Thresholds
from specrun.errors import Where

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
TaskId = NewType("TaskId", str)
"""The address of a task: `spec/task`."""


def split_id(task_id: TaskId) -> tuple[str, str]:
    """Answer (spec, task) of an address."""
    spec, _, name = task_id.partition("/")
    return spec, name


class When(StrEnum):
    """Which end of an upstream lets a dependent start."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    FINISHED = "finished"


class Carry(StrEnum):
    """What an edge hands on: the upstream's branch and output, its output only, or nothing but order."""

    ALL = "all"
    OUTPUT = "output"
    NONE = "none"


class Workspace(StrEnum):
    """Where an attempt works: its own clone, or the repo itself."""

    CLONE = "clone"
    NONE = "none"


class RetryOn(StrEnum):
    """Kinds of end that a retry answers."""

    ERROR = "error"
    TIMEOUT = "timeout"
    CHECK_FAILED = "check_failed"


class Strategy(StrEnum):
    """Where a retry begins: at the code base, or where the failed attempt stopped."""

    FRESH = "fresh"
    RESUME = "resume"


class OnChange(StrEnum):
    """What happens to a running worker whose task was edited."""

    RESTART = "restart"
    FINISH = "finish"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """One entry of `depends_on`: the upstream, the end it needs, and what it carries."""

    upstream: TaskId
    on: When = When.SUCCEEDED
    carry: Carry = Carry.ALL


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """The `when` of a task: its expression as written, and whether it holds.

    `met` is None where only the end of an upstream will tell; `values` says what it was decided by, such as
    `vars.deploy = false`.
    """

    text: str
    met: bool | None
    values: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Caps of one attempt: seconds and bytes; None means no cap."""

    timeout: float | None = None
    idle_timeout: float | None = None
    log_bytes: int = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """`limit` extra attempts after the first.

    Waits are `delay` times `factor` per retry, at most `max_delay` (seconds), each longer or shorter by up to
    the share `jitter` (0 to 1) of it.
    """

    limit: int = 0
    on: frozenset[RetryOn] = frozenset(RetryOn)
    delay: float = 0.0
    factor: float = 1.0
    max_delay: float | None = None
    jitter: float = 0.0
    strategy: Strategy = Strategy.FRESH


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One unit of work as meant.

    `prompt` is the rendered text, or None where it needs run-time values (then the Prompts port renders it).
    `domain` groups tasks for limits. `executor` is None when the spec leaves the choice to the machine.
    `budget` is the cap per attempt in USD, `max_turns` that of the model's answers. `model` is None where the
    CLI chooses. `inherit_config` lets the CLI use the configuration of the person who runs specrun.
    `contract` is what its work has to show. `reads` are globs of files whose content at the code base counts.
    With `freeze` what it has left stands, whatever is edited; without `enabled` it is not run. `sources` tell
    where the prompt comes from, for explanations only: `pages` ([file or "", digest] pairs) and the `vars` it
    uses. `item` is the text of its box in the spec's checklist, "" where it has none.
    """

    id: TaskId
    where: Where
    agent: str
    prompt: str | None
    title: str = ""
    item: str = ""
    domain: str | None = None
    executor: str | None = None
    workspace: Workspace = Workspace.CLONE
    edges: tuple[Edge, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()
    with_: Mapping[str, Json] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    retry: Retry = field(default_factory=Retry)
    budget: Decimal | None = None
    model: str | None = None
    max_turns: int | None = None
    permissions: Permissions = field(default_factory=Permissions)
    inherit_config: bool = False
    priority: int = 0
    rerun: Json = None
    contract: Contract = field(default_factory=Contract)
    reads: tuple[str, ...] = ()
    when: Condition | None = None
    enabled: bool = True
    freeze: bool = False
    labels: tuple[str, ...] = ()
    sources: Mapping[str, Json] = field(default_factory=dict)

    @property
    def spec(self) -> str:
        """The name of the spec that declares the task."""
        return split_id(self.id)[0]

    @property
    def name(self) -> str:
        """The id of the task inside its spec."""
        return split_id(self.id)[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """What holds for all tasks of one spec; `path` is relative to the repo root, `budget` in USD.

    `projects` are those whose commands its checks may name. `moved` holds (former, present) ids of tasks,
    `removed` ids of tasks that are gone for good. `checklist` is the Markdown file whose boxes are ticked as
    tasks succeed, relative to the repo root, "" for none.
    """

    name: str
    path: str
    description: str = ""
    checklist: str = ""
    max_workers: int = 4
    domain_workers: Mapping[str, int] = field(default_factory=dict)
    on_change_while_running: OnChange = OnChange.RESTART
    budget: Decimal | None = None
    projects: tuple[Project, ...] = ()
    moved: tuple[tuple[str, str], ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desired:
    """Everything that should be, of all loaded specs.

    `max_workers` caps all specs together (`-j`); `only`, where not None, names the tasks that may be started;
    `retry_failed` grants every failed task a fresh generation once, `replace` names tasks that are to run
    once more whatever became of them; `free` names the agents that cost nothing, `unpriced` those that never
    tell their cost. `memo` keeps values that follow from the rest alone,
    so that planning at every wake-up stays cheap; it is no state.
    """

    specs: Mapping[str, Spec]
    tasks: Mapping[TaskId, Task]
    max_workers: int | None = None
    only: frozenset[TaskId] | None = None
    retry_failed: bool = False
    replace: frozenset[TaskId] = frozenset()
    thresholds: Thresholds = field(default_factory=Thresholds)
    free: frozenset[str] = frozenset()
    unpriced: frozenset[str] = frozenset()
    memo: dict[object, object] = field(default_factory=dict, compare=False, repr=False)
