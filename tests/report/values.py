"""Builds the core values that the report tests show."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from specrun.core.change import Action, Decision, Plan, Reason, ReasonCode
from specrun.core.task import Desired, Edge, Spec, Task, TaskId
from specrun.core.world import Attempt, AttemptRecord, Fingerprint, Phase, Run, Status, World
from specrun.errors import Where

NOW = 1_800_000_000.0
PRINT = Fingerprint(work="aa", verify="bb", live="cc")


def task(name: str, *, after: Iterable[str] = (), title: str = "", budget: str | None = None) -> Task:
    return Task(
        id=TaskId(name),
        where=Where("specs/demo.yaml", 3, 5),
        agent="shell",
        prompt="true",
        title=title,
        edges=tuple(Edge(upstream=TaskId(one)) for one in after),
        budget=None if budget is None else Decimal(budget),
    )


def desired(*tasks: Task, max_workers: int | None = None, free: Iterable[str] = ("shell",)) -> Desired:
    names = sorted({one.spec for one in tasks} or {"demo"})
    return Desired(
        specs={name: Spec(name=name, path=f"specs/{name}.yaml") for name in names},
        tasks={one.id: one for one in tasks},
        max_workers=max_workers,
        free=frozenset(free),
    )


def decision(
    name: str,
    action: Action,
    *reasons: tuple[ReasonCode, str],
    ready: bool = False,
    stale: bool = False,
    not_before: float = 0.0,
) -> Decision:
    return Decision(
        task_id=TaskId(name),
        action=action,
        reasons=tuple(Reason(code, detail) for code, detail in reasons),
        generation=1,
        fingerprint=PRINT,
        ready=ready,
        stale=stale,
        not_before=not_before,
    )


def plan(*decisions: Decision, live: Iterable[str] = ()) -> Plan:
    return Plan(
        decisions=decisions,
        changes=(),
        wake_at=None,
        live=tuple(TaskId(name) for name in live),
    )


def record(
    number: int,
    status: Status = Status.SUCCEEDED,
    *,
    start: float | None = NOW,
    seconds: float = 2.0,
    cost: str | None = "0",
    model: str | None = None,
) -> AttemptRecord:
    return AttemptRecord(
        number=number,
        generation=1,
        agent="shell",
        executor="process",
        status=status,
        started_at=start,
        ended_at=(start or NOW) + seconds,
        exit_code=0 if status is Status.SUCCEEDED else 1,
        model=model,
        cost_usd=None if cost is None else Decimal(cost),
    )


def run(
    name: str,
    status: Status = Status.SUCCEEDED,
    *attempts: AttemptRecord,
    summary: str = "done",
    reason: str = "",
) -> Run:
    return Run(
        task_id=TaskId(name),
        status=status,
        reason=reason,
        generation=1,
        fingerprint=PRINT,
        attempts=attempts or (record(1, status),),
        summary=summary,
        branch=f"specrun/{name}",
        commit="c0ffee" * 6 + "abcd",
    )


def attempt(
    name: str, number: int, phase: Phase, *, started: float | None = NOW, branch: str = "main"
) -> Attempt:
    return Attempt(
        task_id=TaskId(name),
        number=number,
        phase=phase,
        generation=1,
        agent="shell",
        executor="process",
        work="aa",
        branch=branch,
        created_at=NOW,
        started_at=started,
    )


def world(*runs: Run, attempts: Iterable[Attempt] = (), now: float = NOW + 65) -> World:
    found: dict[TaskId, tuple[Attempt, ...]] = {}
    for one in attempts:
        found[one.task_id] = (*found.get(one.task_id, ()), one)
    return World(now=now, since=NOW, branch="main", attempts=found, runs={one.task_id: one for one in runs})
