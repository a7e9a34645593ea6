"""Says what a task may rely on of the tasks that it depends on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import Enum, auto

from specrun.core.change import FAILING, Action, Decision, Reason, ReasonCode
from specrun.core.task import Carry, Edge, Task, TaskId, When, Workspace, split_id
from specrun.core.world import Run, Status

_BLOCKING = frozenset(
    {
        ReasonCode.UPSTREAM_FAILED,
        ReasonCode.TEMPLATE_ERROR,
        ReasonCode.CANCELLED,
        ReasonCode.RESULT_MISSING,
        ReasonCode.RESULT_EDITED,
    }
)
WITHHELD = frozenset({ReasonCode.SKIPPED, ReasonCode.DISABLED, ReasonCode.FROZEN})
"""Reasons of a hold that nobody has to answer for: those who wait for such a task are skipped."""


class Standing(Enum):
    """What an upstream's decision means for those that wait for it."""

    GOOD = auto()
    FAILED = auto()
    BLOCKED = auto()
    SKIPPED = auto()
    PENDING = auto()


def standing(decision: Decision) -> Standing:
    """Answer what a decision means for dependents."""
    if decision.action in {Action.REUSE, Action.MOVE} or decision.hands_on:
        return Standing.GOOD
    if decision.action is not Action.HOLD:
        return Standing.PENDING
    code = decision.reasons[0].code
    if code in WITHHELD:
        return Standing.SKIPPED
    # What a person stopped has not failed: whoever waits for a failure waits on.
    if code in _BLOCKING:
        return Standing.BLOCKED
    return Standing.FAILED if code in FAILING else Standing.PENDING


def obstacle(edge: Edge, decision: Decision) -> Reason | None:
    """Answer why an edge does not let its dependent start yet, or None when it does."""
    where = standing(decision)
    name = split_id(edge.upstream)[1]
    if where is Standing.PENDING:
        return Reason(ReasonCode.UPSTREAM_PENDING, name)
    if where is Standing.BLOCKED:
        return Reason(ReasonCode.UPSTREAM_FAILED, name)
    if where is Standing.SKIPPED:
        # What was not run is no hindrance to mere order, and has not failed either.
        free = edge.carry is Carry.NONE and edge.on is not When.FAILED
        return None if free else Reason(ReasonCode.SKIPPED, name)
    if edge.on is When.FINISHED:
        return None
    if (where is Standing.GOOD) == (edge.on is When.SUCCEEDED):
        return None
    failed = where is Standing.FAILED
    return Reason(ReasonCode.UPSTREAM_FAILED if failed else ReasonCode.SKIPPED, name)


def handed_on(edge: Edge, run: Run | None) -> Run | None:
    """Answer the record whose values an edge hands on.

    For `succeeded` the last success, else the latest end.
    """
    if run is None or run.status.good or edge.on is not When.SUCCEEDED:
        return run
    return last_good(run)


def built_on(task: Task, runs: Mapping[TaskId, Run]) -> dict[TaskId, tuple[str, Run]]:
    """Answer, per upstream, the commit that a new attempt is built on, and the record that hands it on.

    Upstreams that worked without a clone have none, and a task without a clone needs none.
    """
    found = {}
    for edge in task.edges if task.workspace is Workspace.CLONE else ():
        run = handed_on(edge, runs.get(edge.upstream))
        if edge.carry is Carry.ALL and run is not None and run.commit is not None:
            found[edge.upstream] = (run.commit, run)
    return found


def begun_with(decision: Decision, task: Task, runs: Mapping[TaskId, Run]) -> dict[TaskId, tuple[str, Run]]:
    """Answer, by whose it is, the commits that a decision needs to be here before it is carried out.

    A verification and a rework need the task's own work, all else that of its upstreams.
    """
    run = runs.get(task.id)
    if not (decision.verifying or decision.round is not None) or run is None:
        return built_on(task, runs)
    # A rework that failed begins once more where the success before it stood.
    own = run if decision.verifying else last_good(run)
    return {} if own is None or own.commit is None else {task.id: (own.commit, own)}


def last_good(run: Run) -> Run | None:
    """Answer the record as it was at its last success, None if there was none."""
    if run.status.good:
        return run
    kept = run.last_success
    if kept is None:
        return None
    return replace(
        run,
        status=Status.SUCCEEDED if kept.accepted is None else Status.ACCEPTED,
        accepted=kept.accepted,
        reason="",
        fingerprint=kept.fingerprint,
        commit=kept.commit,
        base=kept.base,
        branch=kept.branch,
        carried=kept.carried,
        output=kept.output,
        summary=kept.summary,
        checks=kept.checks,
        verdict=kept.verdict,
        protected_changed=kept.protected_changed,
        discarded=(),
    )
