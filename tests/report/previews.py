"""Builds previews: plans with what they were made from, as the diff shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from specrun.core.agent import Price
from specrun.core.change import Action, Decision, Plan, ReasonCode
from specrun.core.estimate import Estimate, Estimates
from specrun.core.fingerprint import fingerprint
from specrun.core.task import Desired, Json, Task, TaskId
from specrun.core.world import Fingerprint, Run, Status, World
from specrun.errors import Where
from specrun.report.preview import Base, Preview
from tests.report import values

PRICES = {"shell": Price.FREE, "claude": Price.REPORTED, "codex": Price.UNKNOWN}
BASE = Base(branch="main", commit="0123456789abcdef", dirty=False)

Reasons = tuple[tuple[ReasonCode, str], ...]


def preview(
    desired: Desired,
    plan: Plan,
    world: World | None = None,
    *,
    lines: Mapping[str, int] | None = None,
    **others: Any,
) -> Preview:
    """A preview; `lines` says on which line of the spec each component stands."""
    known = dict(lines or {})

    def where(task_id: TaskId, component: str) -> Where | None:
        return Where(desired.tasks[task_id].where.file, known[component]) if component in known else None

    made = Preview(
        desired=desired,
        world=world or values.world(),
        plan=plan,
        base=BASE,
        prices=PRICES,
        where=where,
    )
    return replace(made, **others)


def print_of(task: Task, **components: Json) -> Fingerprint:
    """The fingerprint of a task, with some components as given."""
    made = fingerprint(task, task.prompt or "true", {})
    return replace(made, components={**made.components, **components})


def edited(
    task: Task, action: Action, before: Mapping[str, Json], *reasons: tuple[ReasonCode, str]
) -> tuple[Decision, Run]:
    """A task that was edited: what becomes of it, and its record, which has some components otherwise."""
    now = print_of(task)
    decided = replace(values.decision(task.id, action, *reasons), fingerprint=now)
    kept = values.run(task.id, Status.SUCCEEDED if action is not Action.RETRY else Status.FAILED)
    return decided, replace(
        kept, fingerprint=replace(now, work="00", components={**now.components, **before})
    )


def estimated(
    low: str | None = None,
    high: str | None = None,
    *,
    samples: int = 6,
    basis: str = "task",
    seconds: float = 60,
) -> Estimate:
    return Estimate(
        usd=None if low is None else (Decimal(low), Decimal(high or low)),
        seconds=(seconds, 2 * seconds) if samples else None,
        samples=samples,
        basis=basis,
    )


def estimates(usd: tuple[str, str] | None = None, **others: Any) -> Estimates:
    made = Estimates(tasks={}, usd=None, deferred_usd=Decimal(0), seconds=None, samples=0, unknown=0)
    return replace(made, usd=None if usd is None else (Decimal(usd[0]), Decimal(usd[1])), **others)


WAITING: dict[str, object] = {
    "address": "demo/b",
    "previous_address": None,
    "action": "deferred",
    "would": None,
    "reasons": [
        {
            "code": "upstream_pending",
            "detail": "a",
            "message": "waits for a",
            "path": None,
            "before": None,
            "after": None,
            "file": "specs/demo.yaml",
            "line": 3,
            "upstream": "a",
        }
    ],
    "generation": 1,
    "ready": False,
    "stale": False,
    "round": None,
    "verifying": False,
    "upper_bound": True,
    "unknown": [],
    "wave": 2,
    "attempt": 7,
    "outcome_before": "succeeded",
    "agent": "shell",
    "model": None,
    "executor": None,
    "budget": None,
    "depends_on": ["demo/a"],
    "file": "specs/demo.yaml",
    "line": 3,
    "checks": [],
    "touches": [],
    "sensitive": [],
    "labels": [],
    "prompt_sha256": None,
    "estimate": None,
    "fingerprint": {
        "work": "aa",
        "verify": "bb",
        "live": "cc",
        "unknown": [],
        "version": 2,
        "before": {"work": "aa", "verify": "bb", "live": "cc"},
        "after": {"work": "aa", "verify": "bb", "live": "cc"},
        "components": {},
    },
    "edits": [],
}
"""All that JSON says of a task that waits for the one before it."""
