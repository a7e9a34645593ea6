"""Shows how every task stands, for scripts."""

from __future__ import annotations

from collections import Counter

from specrun import __version__
from specrun.core.change import Plan
from specrun.core.task import Json
from specrun.core.world import Attempt
from specrun.report.status import Row, Standing, State
from specrun.report.words import moment

FORMAT = 1


def document(shown: Standing, plan: Plan) -> dict[str, Json]:
    """Answer the status for scripts."""
    states = Counter(row.state for row in shown.rows)
    return {
        "format_version": FORMAT,
        "tool_version": __version__,
        "digest": plan.digest,
        "converged": plan.converged,
        "applying": list(shown.applying),
        "summary": {str(state): states[state] for state in State if states[state]},
        "tasks": [entry(row) for row in shown.rows],
        "other_branches": [_other(one) for one in shown.elsewhere],
    }


def entry(row: Row) -> dict[str, Json]:
    """Answer one task for scripts."""
    reasons: list[Json] = [{"code": str(one.code), "detail": one.detail} for one in row.decision.reasons]
    return {
        "address": row.task_id,
        "status": str(row.state),
        "action": str(row.decision.action),
        "reasons": reasons,
        "stale": row.decision.stale,
        "agent": row.agent,
        "model": row.model,
        "attempt": row.attempt,
        "seconds": None if row.seconds is None else round(row.seconds, 3),
        "cost_usd": None if row.cost is None else str(row.cost),
        "tokens": None if row.tokens is None else dict(row.tokens),
        "summary": row.run.summary if row.run else "",
        "branch": row.run.branch if row.run else None,
        "commit": row.run.commit if row.run else None,
        "checking": row.checking,
        "checks": [{"name": one.name, "passed": one.passed} for one in row.run.checks] if row.run else [],
        "verdict": row.run.verdict if row.run else None,
        "rounds": len(row.run.rounds) if row.run else 0,
    }


def _other(one: Attempt) -> dict[str, Json]:
    return {
        "address": one.task_id,
        "attempt": one.number,
        "phase": str(one.phase),
        "branch": one.branch,
        "created_at": moment(one.created_at),
    }
