"""Makes the values of the Python API from what specrun itself works with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from specrun.api import standing, values
from specrun.api.standing import Look
from specrun.core.change import Decision
from specrun.core.choice import Choice
from specrun.core.event import Event
from specrun.core.world import Run
from specrun.report import closing, events, plan_json, results
from specrun.report.preview import Preview
from specrun.report.status import Row, Standing, counts, detail
from specrun.report.words import why


def plan(preview: Preview) -> values.Plan:
    """Answer a plan as far as it is about what was selected."""
    return values.Plan(
        digest=preview.plan.digest,
        decisions=tuple(_decision(one) for one in preview.shown.decisions),
        unsafe=tuple(one.told for one in preview.plan.unsafe),
        document=plan_json.document(preview),
    )


def _decision(decision: Decision) -> values.Decision:
    return values.Decision(
        address=decision.task_id,
        action=str(decision.action),
        why=why(decision),
        reasons=tuple(values.Reason(code=str(one.code), detail=one.detail) for one in decision.reasons),
        pending=not decision.idle,
    )


def status(seen: Look, choice: Choice) -> values.Status:
    """Answer how the selected tasks stand."""
    shown = standing.selected(seen, choice)
    return values.Status(
        tasks=tuple(_task(row) for row in shown.rows),
        converged=seen.plan.converged,
        exit_code=standing.code(seen, choice),
        applying=shown.applying,
        summary=counts(shown),
        document=standing.told(seen, choice),
    )


def _task(row: Row) -> values.Task:
    return values.Task(
        address=row.task_id,
        state=str(row.state),
        agent=row.agent,
        model=row.model,
        attempt=row.attempt,
        seconds=row.seconds,
        cost_usd=row.cost,
        note=detail(row),
    )


def record(run: Run) -> values.Record:
    """Answer what came of a task."""
    paid = [one.cost_usd for one in run.attempts]
    known = [one for one in paid if one is not None]
    return values.Record(
        address=run.task_id,
        status=str(run.status),
        reason=run.reason,
        summary=run.summary,
        branch=run.branch,
        commit=run.commit,
        output=run.output,
        verdict=run.verdict,
        attempts=len(paid),
        cost_usd=sum(known, Decimal(0)) if len(known) == len(paid) else None,
        document=results.entry(run),
    )


def event(happened: Event) -> values.Event:
    """Answer what happened."""
    return values.Event(
        at=happened.at,
        kind=str(happened.kind),
        address=happened.task_id,
        attempt=happened.number,
        message=happened.message,
        document=events.entry(happened),
    )


def failures(found: Sequence[closing.Failure]) -> tuple[values.Failure, ...]:
    """Answer what did not make it."""
    return tuple(
        values.Failure(
            address=one.task_id,
            status=one.status,
            reason=one.reason,
            log=_log(one),
            command=closing.command(one),
        )
        for one in found
    )


def _log(one: closing.Failure) -> Path | None:
    """Answer the log that says why: of the first check that says no, else of the agent."""
    logs = [*(refutation.log_path for refutation in one.refuted), one.log_path]
    return next((Path(log) for log in logs if log), None)


def tally(shown: Standing) -> dict[str, int]:
    """Answer how many tasks are in which state."""
    return dict(Counter(str(row.state) for row in shown.rows))
