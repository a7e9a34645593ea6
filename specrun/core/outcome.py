"""Says with which exit code a finished apply, wait or status answers."""

from __future__ import annotations

from specrun.core.change import FAILING, Action, Plan, ReasonCode
from specrun.errors import ExitCode


def exit_code(plan: Plan) -> ExitCode:
    """Answer 5 when money stopped something, else 1 when a task failed or is held for it, else 0.

    1 also when a task still waits although nothing moves any more: its upstreams were not selected.
    """
    codes = {decision.reasons[0].code for decision in plan.decisions if decision.action is Action.HOLD}
    if ReasonCode.BUDGET_WAIT in codes:
        return ExitCode.BUDGET
    stuck = plan.converged and pending(plan)
    return ExitCode.FAILED if stuck or codes & FAILING else ExitCode.OK


def pending(plan: Plan) -> bool:
    """Whether an apply would have something to do: any action that is neither reuse nor hold."""
    return any(decision.action not in {Action.REUSE, Action.HOLD} for decision in plan.decisions)
