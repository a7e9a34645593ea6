"""Builds orders for the tests of attempt directories."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from specrun.core.contract import Check, Contract, Judge, Rewind
from specrun.core.evidence import Round, Target
from specrun.core.task import Limits, TaskId, Workspace
from specrun.core.world import Fingerprint
from specrun.ports import AttemptKey, Attempts, CheckOrder, Command, Order, ProofOrder
from tests.store import traces

API = TaskId("auth/api")
PRINT = Fingerprint(work="w", verify="v", live="l", components={"prompt": "p", "with": {"a": [1]}}, version=2)
CHECKS = (Check(name="test", run="make test", path="api"), Check(name="lint", run="make lint"))
CONTRACT = Contract(
    checks=CHECKS,
    protect=("tests/**", "!tests/new/**"),
    kinds=(("", "make"), ("api", "python")),
    touches=("src/**",),
    outputs={"type": "object", "required": ["n"]},
    judge=Judge(passing=("approved",), failing=("rejected", "unsure"), rewind=Rewind(to="api", limit=2)),
)
TARGET = Target(commit="c" * 40, attempt=3, generation=1)
ROUNDS = (Round(target=TARGET, verdict="rejected", feedback="No.\nNot so."),)


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


def key(number: int = 1, task_id: TaskId = API, check: int = 0) -> AttemptKey:
    """The name of the attempt that `order` makes, or of one run of its checks."""
    return AttemptKey(task_id, number, check)


def proof(**changes: object) -> ProofOrder:
    """What `order` has to show: two checks."""
    plain = ProofOrder(
        commit="d" * 40,
        cwd=Path("/tree"),
        fingerprint=replace(PRINT, verify="v2"),
        checks=CHECKS,
        protected_changed=("tests/conftest.py",),
        discarded=("notes.md",),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # any field of ProofOrder, for brevity


def check_order(check: int = 1, index: int = 0, **changes: object) -> CheckOrder:
    """One run of a check of the attempt that `order` makes: `true` in the root folder."""
    plain = CheckOrder(
        key=key(check=check),
        index=index,
        name=CHECKS[index].name,
        script="true # ü\n",
        executor="process",
        cwd=Path("/"),
        env={"PATH": "/usr/bin:/bin"},
        limits=Limits(timeout=60, idle_timeout=30, log_bytes=1000),
        created_at=2000.5,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # any field of CheckOrder, for brevity


def proved(attempts: Attempts) -> None:
    """Order, run and end the attempt, and note what it has to show."""
    attempts.order(order())
    traces.run(attempts.directory(key()))
    attempts.prove(key(), proof())


def checked(attempts: Attempts, check: int = 1, index: int = 0, **changes: object) -> None:
    """Order, run and end one run of a check; `changes` are those of its exit record."""
    attempts.order_check(check_order(check, index))
    traces.run(attempts.directory(key(check=check)), **changes)
