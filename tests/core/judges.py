"""Makes the records of work and of a judge who may send it back."""

from __future__ import annotations

from typing import Any

from specrun.core.change import Decision, Plan
from specrun.core.task import Desired, Task
from specrun.core.world import CarriedFile, Run, Status
from tests.core.make import desired, judging, prints, run, task, tid, verdicts

API, REVIEW = task("api"), task("review", "api", contract=judging())
WANTED = desired(API, REVIEW)
OTHER = (CarriedFile("f", "100644", "b" * 40),)


def done(wanted: Desired = WANTED, **fields: Any) -> Run:
    """The work that is judged."""
    return run(prints(wanted)[API.id], "api", **fields)


def rejected(target: Run, *words: str, wanted: Desired = WANTED, name: str = "review", **left: Any) -> Run:
    """The judge's record, these being its verdicts; the last of them is about `target`."""
    assert target.last is not None
    assert target.commit is not None
    number, generation = target.last.number, target.generation
    latest = verdicts(words[-1], commit=target.commit, attempt=number, generation=generation)
    rounds = (*verdicts(*words[:-1]), *latest)
    print_ = prints(wanted, {target.task_id: target})[tid(name)]
    fields = {"verdict": words[-1], "rounds": rounds, **left}
    return run(print_, name, Status.FAILED, left=fields, reason=f"verdict: {words[-1]}")


def reworked(target: Run, number: int, *, wanted: Desired = WANTED, **fields: Any) -> Run:
    """The same work after a round of rework, changed unless `left` says otherwise."""
    left = {"commit": f"{number}" * 40, "carried": OTHER, **fields.pop("left", {})}
    return run(prints(wanted)[API.id], "api", before=target, left=left, round=number, **fields)


def decision(made: Plan, one: Task) -> Decision:
    """What a plan says of one task."""
    return next(found for found in made.decisions if found.task_id == one.id)
