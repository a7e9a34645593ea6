"""Says what an attempt whose checks decide does next: another check, or its record."""

from __future__ import annotations

from specrun.core.change import Action, Change, Check, Collect, Decision, Fence, Stop
from specrun.core.launching import unclaimed
from specrun.core.world import Attempt, CheckRun, Phase, Proof, World

TRIES = 3
"""Runs of one check whose shim may be lost before that counts as its answer."""

_OPEN = frozenset({Phase.ORDERED, Phase.RUNNING})


def complete(proof: Proof) -> bool:
    """Whether every check has given its answer."""
    return current(proof) is None and upcoming(proof) is None


def current(proof: Proof) -> CheckRun | None:
    """Answer the run that is ordered or at work."""
    last = proof.runs[-1] if proof.runs else None
    return last if last is not None and last.phase in _OPEN else None


def upcoming(proof: Proof) -> int | None:
    """Answer the place of the first check that has not given its answer, None where all have."""
    for index in range(len(proof.checks)):
        runs = [run for run in proof.runs if run.index == index]
        if not runs or (runs[-1].phase is Phase.LOST and len(runs) < TRIES):
            return index
    return None


def answers(proof: Proof) -> tuple[CheckRun | None, ...]:
    """Answer the last run of every check, None for one that was never run."""
    last = {run.index: run for run in proof.runs}
    return tuple(last.get(index) for index in range(len(proof.checks)))


def step(attempt: Attempt, decision: Decision, world: World) -> Change | None:
    """Answer what an attempt that is proving asks for now; None while a check is at work."""
    proof = attempt.proof or Proof(checks=())
    run = current(proof)
    # A check that was ended from outside has no answer to give, and so the others need not be heard.
    stopping = decision.action is Action.STOP or any(one.stopping for one in proof.runs)
    if run is not None and stopping:
        return _ending(attempt, run, decision)
    if run is not None:
        return unclaimed(attempt, world, run) if run.phase is Phase.ORDERED else None
    index = None if stopping else upcoming(proof)
    if index is None:
        return Collect(attempt.task_id, attempt.number)
    number = 1 + max((one.number for one in proof.runs), default=0)
    return Check(attempt.task_id, attempt.number, number, index)


def _ending(attempt: Attempt, run: CheckRun, decision: Decision) -> Change | None:
    if run.phase is Phase.ORDERED:
        asked = attempt.stopping or decision.action is not Action.STOP
        return Fence(attempt.task_id, attempt.number, failed=False, asked=asked, check=run.number)
    if run.stopping:
        return None
    return Stop(attempt.task_id, attempt.number, decision.reasons[0].code, check=run.number)
