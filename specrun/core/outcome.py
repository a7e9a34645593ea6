"""Says with which exit code a finished apply, wait or status answers."""

from __future__ import annotations

from specrun.core.change import FAILING, Plan, ReasonCode
from specrun.core.task import TaskId
from specrun.errors import PRECEDENCE, ExitCode

_CODES = {
    ReasonCode.UNREADABLE: ExitCode.ENVIRONMENT,
    ReasonCode.BRANCH_IN_USE: ExitCode.REFUSED,
    ReasonCode.BUDGET_WAIT: ExitCode.BUDGET,
    **dict.fromkeys(FAILING, ExitCode.FAILED),
}


def exit_code(plan: Plan, only: frozenset[TaskId] | None = None) -> ExitCode:
    """Answer the gravest code that a hold asks for, else 0; where tasks were selected, of those alone.

    That is 9 for state that cannot be read, 8 for a branch in use, 5 for money, 1 for failures.
    1 also when a task still waits although nothing moves any more: its upstreams were not selected.
    """
    holds = (one for one in plan.holds if only is None or one.task_id in only)
    found = {_CODES.get(decision.reasons[0].code, ExitCode.OK) for decision in holds}
    if plan.converged and pending(plan, only):
        found.add(ExitCode.FAILED)
    return next((code for code in PRECEDENCE if code in found), ExitCode.OK)


def pending(plan: Plan, only: frozenset[TaskId] | None = None) -> bool:
    """Whether an apply would have something to do, for the selected tasks where there are any."""
    return any(not one.idle for one in plan.decisions if only is None or one.task_id in only)
