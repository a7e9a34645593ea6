"""Makes small values for tests of the core: one line per situation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from specrun.core.contract import Check, Contract, Judge, Rewind
from specrun.core.evidence import CheckRecord, Round, Target
from specrun.core.fingerprint import carried_digest, fingerprint, handed
from specrun.core.graph import dependency_order
from specrun.core.plan import plan
from specrun.core.record import Ended, fold
from specrun.core.task import Carry, Desired, Edge, Spec, Task, TaskId, When
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

NOW = 1000.0


def tid(name: str) -> TaskId:
    """Answer the address of a task of the spec `s`."""
    return TaskId(name if "/" in name else f"s/{name}")


def task(name: str, *after: str, **fields: Any) -> Task:
    """Answer a task that depends on `after`.

    Each may carry a suffix such as `a:failed` or `a:succeeded:none`.
    """
    base = Task(id=tid(name), where=Where("specs/s.yaml"), agent="shell", prompt=f"echo {name}")
    return replace(base, edges=tuple(edge(text) for text in after), **fields)


def edge(text: str) -> Edge:
    """Answer an edge from its short form `upstream[:on[:carry]]`."""
    name, *rest = text.split(":")
    on, carry = [*rest, "succeeded", "all"][:2] if not rest else [*rest, "all"][:2]
    return Edge(upstream=tid(name), on=When(on), carry=Carry(carry))


def desired(*tasks: Task, spec: Mapping[str, Any] | None = None, **fields: Any) -> Desired:
    """Answer the desired state of these tasks; `spec` overrides fields of every spec among them."""
    names = {one.spec for one in tasks} | {"s"}
    specs = {name: replace(Spec(name=name, path=f"specs/{name}.yaml"), **(spec or {})) for name in names}
    return Desired(specs=specs, tasks={one.id: one for one in tasks}, **fields)


def prints(wanted: Desired, runs: Mapping[TaskId, Run] | None = None) -> dict[TaskId, Fingerprint]:
    """Answer every task's fingerprint as it is once all upstreams have succeeded with the given records."""
    known = runs or {}
    result: dict[TaskId, Fingerprint] = {}
    for name in dependency_order(wanted.tasks):
        one = wanted.tasks[name]
        carried: dict[TaskId, str | None] = {
            link.upstream: carried_digest(known[link.upstream].carried if link.upstream in known else ())
            for link in one.edges
            if link.carry is Carry.ALL
        }
        below = {
            link.upstream: handed(result[link.upstream]) for link in one.edges if link.upstream in carried
        }
        result[name] = fingerprint(one, one.prompt, carried, inherited=below)
    return result


def run(
    print_: Fingerprint,
    name: str,
    status: Status = Status.SUCCEEDED,
    before: Run | None = None,
    left: Mapping[str, Any] | None = None,
    **fields: Any,
) -> Run:
    """Answer a record whose newest attempt ended so; `left` is what it left beside, `fields` are its own."""
    number = 1 + (before.attempts[-1].number if before else 0)
    attempt = AttemptRecord(
        number=number,
        generation=1,
        agent="shell",
        executor="process",
        status=status,
        started_at=NOW - 100,
        ended_at=NOW - 90,
        exit_code=0 if status is Status.SUCCEEDED else 1,
    )
    ended = Ended(
        task_id=tid(name),
        attempt=replace(attempt, **fields),
        fingerprint=print_,
        summary="",
        carried=(),
        commit="c" * 40,
    )
    return fold(before, replace(ended, **(left or {})))


def attempt(name: str, phase: Phase, print_: Fingerprint | None = None, **fields: Any) -> Attempt:
    """Answer an attempt as its files tell it."""
    base = Attempt(
        task_id=tid(name),
        number=1,
        phase=phase,
        generation=1,
        agent="shell",
        executor="process",
        work=print_.work if print_ else "",
        branch="main",
        created_at=NOW,
        launches=1,
        launched_at=NOW,
        started_at=None if phase is Phase.ORDERED else NOW,
    )
    return replace(base, **fields)


def checked(*names: str, **fields: Any) -> Contract:
    """Answer a contract of checks, each with a command that is told by its name."""
    checks = tuple(Check(name=name, run=f"run {name}") for name in names)
    return replace(Contract(checks=checks), **fields)


def judging(to: str | None = "api", limit: int = 2) -> Contract:
    """Answer the contract of a judge that may send the work of `to` back."""
    rewind = None if to is None else Rewind(to=to, limit=limit)
    return Contract(judge=Judge(passing=("approved",), failing=("rejected",), rewind=rewind))


def verdicts(*words: str, commit: str = "c" * 40, attempt: int = 1, generation: int = 1) -> tuple[Round, ...]:
    """Answer as many verdicts on the same work."""
    target = Target(commit=commit, attempt=attempt, generation=generation)
    return tuple(Round(target=target, verdict=word, feedback=f"why {word}") for word in words)


def said(name: str, reason: str = "") -> CheckRecord:
    """Answer what a check said of a commit; it passed if there is no reason."""
    return CheckRecord(
        name=name,
        run=f"run {name}",
        exit_code=0,
        seconds=1.0,
        commit="c" * 40,
        output_digest="",
        tail="",
        reason=reason,
    )


def proof(count: int, *runs: tuple[int, Phase], **fields: Any) -> Proof:
    """Answer a proof of `count` checks, with runs of them by place and phase; `fields` are of the last."""
    made = [
        CheckRun(number=number, index=index, phase=phase) for number, (index, phase) in enumerate(runs, 1)
    ]
    made[-1:] = [replace(made[-1], **fields)] if made else []
    return Proof(checks=tuple(f"check{index}" for index in range(count)), runs=tuple(made))


def world(
    runs: Iterable[Run] = (), attempts: Iterable[Attempt] = (), since: float = NOW - 50, **fields: Any
) -> World:
    """Answer a world at NOW, whose apply began after every record was made."""
    grouped: dict[TaskId, tuple[Attempt, ...]] = {}
    for one in attempts:
        grouped[one.task_id] = (*grouped.get(one.task_id, ()), one)
    base = World(
        now=NOW, since=since, branch="main", attempts=grouped, runs={one.task_id: one for one in runs}
    )
    return replace(base, **fields)


def told(wanted: Desired, seen: World) -> dict[str, tuple[str, str]]:
    """Answer, per task name, the action and the first reason of the plan."""
    return {
        one.task_id.partition("/")[2]: (str(one.action), str(one.reasons[0].code) if one.reasons else "")
        for one in plan(wanted, seen).decisions
    }
