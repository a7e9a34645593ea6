"""Everything that a tick needs, as one frozen value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from specrun.core.checklist import Entry, Ticked
from specrun.core.event import Event
from specrun.core.task import Desired, Json, Spec, Task, TaskId
from specrun.core.world import Run
from specrun.ports import Agent, Attempts, Executor, Prompts, Store, Workspaces

Summarize = Callable[[Spec, list[Task], Mapping[TaskId, Run]], str]
Invalid = Callable[[Mapping[str, Any], Json], str]
"""Says what is wrong with an output by its JSON Schema, "" when nothing is."""
TickBoxes = Callable[[str, Sequence[Entry]], Ticked]
"""Ticks boxes in a file, whose path is relative to the repo root. Raises EnvironmentProblem."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """Adapters and facts of one command.

    `executor` serves tasks that name none. `branch` and `base` are HEAD's when the command began, `since`
    that moment in seconds since the epoch; with `force` nothing is refused as unsafe. `environ` is
    specrun's own environment. `memo` keeps what follows from template and records alone (rendered
    prompts), and where recorded commits were found; it is no state. `notes` are lines that a person
    should see once.
    """

    desired: Desired
    agents: Mapping[str, Agent]
    executors: Mapping[str, Executor]
    executor: str
    attempts: Attempts
    store: Store
    workspaces: Workspaces
    prompts: Prompts
    summarize: Summarize
    invalid: Invalid
    tick_boxes: TickBoxes
    remember: Callable[[Sequence[Event]], None]
    clock: Callable[[], float]
    environ: Mapping[str, str]
    branch: str
    base: str
    since: float
    force: bool = False
    notes: tuple[str, ...] = ()
    memo: dict[object, tuple[object, str]] = field(default_factory=dict)
