"""Says with which exit code a finished apply, wait or status answers."""

from __future__ import annotations

from specrun.core.change import FAILING, Action, Plan, ReasonCode
from specrun.errors import PRECEDENCE, ExitCode

_CODES = {
    ReasonCode.UNREADABLE: ExitCode.ENVIRONMENT,
    ReasonCode.BRANCH_IN_USE: ExitCode.REFUSED,
    ReasonCode.BUDGET_WAIT: ExitCode.BUDGET,
    **dict.fromkeys(FAILING, ExitCode.FAILED),
}


def exit_code(plan: Plan) -> ExitCode:
    """Answer the gravest code that a hold asks for, else 0.

    That is 9 for state that cannot be read, 8 for a branch in use, 5 for money, 1 for failures.
    1 also when a task still waits although nothing moves any more: its upstreams were not selected.
    """
    found = {_CODES.get(decision.reasons[0].code, ExitCode.OK) for decision in plan.holds}
    if plan.converged and pending(plan):
        found.add(ExitCode.FAILED)
    return next((code for code in PRECEDENCE if code in found), ExitCode.OK)


def pending(plan: Plan) -> bool:
    """Whether an apply would have something to do: any action that is neither reuse nor hold."""
    return any(decision.action not in {Action.REUSE, Action.HOLD} for decision in plan.decisions)
