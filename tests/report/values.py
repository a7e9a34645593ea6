"""Builds the core values that the report tests show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from specrun.core.change import Action, Decision, Plan, Reason, ReasonCode
from specrun.core.contract import Check, Contract
from specrun.core.evidence import CheckRecord, Round, Target
from specrun.core.task import Desired, Edge, Spec, Task, TaskId
from specrun.core.world import (
    Attempt,
    AttemptRecord,
    CheckRun,
    Fingerprint,
    Phase,
    Proof,
    Run,
    Status,
    World,
)
from specrun.errors import Where

NOW = 1_800_000_000.0
PRINT = Fingerprint(work="aa", verify="bb", live="cc")


COMMIT = "c0ffee" * 6 + "abcd"


def task(
    name: str,
    *,
    after: Iterable[str] = (),
    title: str = "",
    budget: str | None = None,
    checks: Iterable[str] = (),
) -> Task:
    return Task(
        id=TaskId(name),
        where=Where("specs/demo.yaml", 3, 5),
        agent="shell",
        prompt="true",
        title=title,
        edges=tuple(Edge(upstream=TaskId(one)) for one in after),
        budget=None if budget is None else Decimal(budget),
        contract=Contract(checks=tuple(Check(name=one, run=f"run-{one}") for one in checks)),
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
        commit=COMMIT,
    )


def check(name: str, reason: str = "", *, tail: str = "", commit: str | None = COMMIT) -> CheckRecord:
    return CheckRecord(
        name=name,
        run=f"run-{name}",
        exit_code=1 if reason else 0,
        seconds=1.25,
        commit=commit,
        output_digest="0123456789abcdef" * 4,
        tail=tail,
        reason=reason,
    )


def verdict(word: str, feedback: str = "", *, number: int = 1) -> Round:
    return Round(target=Target(commit=COMMIT, attempt=number, generation=1), verdict=word, feedback=feedback)


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


def proving(name: str, number: int, checks: Iterable[str], *phases: Phase, stopping: bool = False) -> Attempt:
    """An attempt whose checks have had runs in these phases, one each."""
    runs = tuple(
        CheckRun(number=place + 1, index=place, phase=phase, started_at=NOW + 10)
        for place, phase in enumerate(phases)
    )
    base = attempt(name, number, Phase.PROVING)
    return replace(base, stopping=stopping, proof=Proof(checks=tuple(checks), runs=runs))


def world(*runs: Run, attempts: Iterable[Attempt] = (), now: float = NOW + 65) -> World:
    found: dict[TaskId, tuple[Attempt, ...]] = {}
    for one in attempts:
        found[one.task_id] = (*found.get(one.task_id, ()), one)
    return World(now=now, since=NOW, branch="main", attempts=found, runs={one.task_id: one for one in runs})
