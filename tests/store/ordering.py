"""Builds orders for the tests of attempt directories."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from specrun.core.task import Limits, TaskId, Workspace
from specrun.core.world import Fingerprint
from specrun.ports import AttemptKey, Command, Order

API = TaskId("auth/api")
PRINT = Fingerprint(work="w", verify="v", live="l", components={"prompt": "p", "with": {"a": [1]}})


def order(number: int = 1, task_id: TaskId = API, **changes: object) -> Order:
    """An order for `true` in the root folder."""
    plain = Order(
        task_id=task_id,
        number=number,
        generation=2,
        agent="shell",
        executor="process",
        prompt="true # ü\n",
        command=Command(argv=("true",), env={"MORE": "1"}),
        cwd=Path("/"),
        env={"PATH": "/bin"},
        secrets=(),
        limits=Limits(timeout=60, log_bytes=1000),
        fingerprint=PRINT,
        branch="main",
        workspace=Workspace.CLONE,
        base="b" * 40,
        created_at=1000.5,
        model="m",
        budget=Decimal("1.50"),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # any field of Order, for brevity


def key(number: int = 1, task_id: TaskId = API) -> AttemptKey:
    """The name of the attempt that `order` makes."""
    return AttemptKey(task_id, number)
