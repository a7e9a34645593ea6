"""Answers the record of a task once a person has taken its work as done, frozen it, or let it go again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from specrun.core.change import Decision
from specrun.core.evidence import CheckRecord
from specrun.core.record import success_of
from specrun.core.task import Carry, Json, Task, TaskId
from specrun.core.upstream import Standing, handed_on, standing
from specrun.core.world import CarriedFile, Fingerprint, Mark, Run, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What is taken as the work of a task.

    Without a `commit` the code base holds it: whoever builds on the task builds on the code base alone, and
    `carried` names nothing, None for a task that has no clone. The rest is what a record says of the commit.
    """

    carried: tuple[CarriedFile, ...] | None
    base: str | None = None
    commit: str | None = None
    branch: str | None = None
    output: Json = None
    summary: str = ""
    checks: tuple[CheckRecord, ...] = ()
    protected_changed: tuple[str, ...] = ()
    discarded: tuple[str, ...] = ()


def accepted(task_id: TaskId, before: Run | None, taken: Taken, print_: Fingerprint, mark: Mark) -> Run:
    """Answer the record of a task that counts as done as it is asked for now.

    Its attempts and its generation stay as they are. A judge has passed it, whatever its rounds said.
    """
    run = Run(
        task_id=task_id,
        status=Status.ACCEPTED,
        reason="",
        generation=1 if before is None else before.generation,
        fingerprint=print_,
        attempts=() if before is None else before.attempts,
        output=taken.output,
        summary=taken.summary,
        branch=taken.branch,
        base=taken.base,
        commit=taken.commit,
        carried=taken.carried,
        checks=taken.checks,
        protected_changed=taken.protected_changed,
        discarded=taken.discarded,
        accepted=mark,
        frozen=None if before is None else before.frozen,
        moved_from=() if before is None else before.moved_from,
    )
    return replace(run, last_success=success_of(run))


def as_it_stands(run: Run, print_: Fingerprint, mark: Mark, output: Json) -> Run:
    """Answer a good record that a person has edited, with their word for it; `output` is what it is to hold.

    What is asked for now may not be known yet: then it counts for what the record says was asked for.
    """
    now = replace(
        run,
        status=Status.ACCEPTED,
        reason="",
        fingerprint=print_ if print_.work else run.fingerprint,
        output=output,
        rounds=(),
        accepted=mark,
        edited=False,
    )
    return replace(now, last_success=success_of(now))


def of_attempt(before: Run | None, number: int, work: Taken) -> Taken:
    """Answer the work of an attempt with what the record tells of it.

    Only of its last attempt a record keeps output, last words and whole checks.
    """
    attempts = () if before is None else before.attempts
    known = next((one for one in attempts if one.number == number), None)
    if before is None or known is None:
        return work
    if before.last is not known or before.carried != work.carried:
        return replace(work, checks=known.checks)
    return replace(
        work,
        output=before.output,
        summary=before.summary,
        checks=before.checks,
        protected_changed=before.protected_changed,
        discarded=before.discarded,
    )


def frozen(run: Run, mark: Mark) -> Run:
    """Answer a record that nothing is to change; one that is frozen keeps its first mark."""
    return run if run.frozen is not None else replace(run, frozen=mark)


def thawed(run: Run) -> Run:
    """Answer a record that may change again."""
    return replace(run, frozen=None)


def unsettled(
    task: Task, decisions: Mapping[TaskId, Decision], runs: Mapping[TaskId, Run]
) -> tuple[TaskId, ...]:
    """Answer the upstreams that hand something on and have not come to an end yet, or to none that counts."""
    return tuple(
        edge.upstream
        for edge in task.edges
        if edge.carry is not Carry.NONE
        and (
            standing(decisions[edge.upstream]) is Standing.PENDING
            or handed_on(edge, runs.get(edge.upstream)) is None
        )
    )
