"""Gathers what went wrong, for the end of an apply."""

from __future__ import annotations

import contextlib

from specrun import wiring
from specrun.api.checklogs import log_of
from specrun.core.change import FAILING, OBSTRUCTED, Decision, Plan, ReasonCode
from specrun.core.evidence import CheckRecord
from specrun.core.task import TaskId
from specrun.core.world import Run, World
from specrun.ports import AttemptKey
from specrun.report.closing import HELD, Failure, Refutation
from specrun.report.proof import failed
from specrun.report.words import result, why
from specrun.store.logs import log_path


def failures(project: wiring.Project, world: World, plan: Plan) -> tuple[list[Failure], list[str]]:
    """Answer the tasks that did not succeed, and those that wait behind them for nothing."""
    found: list[Failure] = []
    blocked: list[str] = []
    for decision in plan.holds:
        codes = {one.code for one in decision.reasons}
        if ReasonCode.UPSTREAM_FAILED in codes:
            blocked.append(decision.task_id)
        elif codes & (FAILING | OBSTRUCTED):
            found.append(_failure(project, world, decision))
    return found, blocked


def _failure(project: wiring.Project, world: World, decision: Decision) -> Failure:
    run = world.runs.get(decision.task_id)
    cause = decision.reasons[0]
    if cause.code in OBSTRUCTED or cause.code is ReasonCode.RESULT_MISSING:
        # Whole: the detail ends with what to do.
        return Failure(task_id=decision.task_id, status=HELD, reason=cause.detail)
    if run is None or cause.code is ReasonCode.TEMPLATE_ERROR:
        return Failure(task_id=decision.task_id, status=HELD, reason=why(decision))
    refuted = tuple(_refutation(project, world, decision.task_id, check) for check in failed(run))
    log, tail = ("", "") if refuted else _log(project, run)
    # What the log says need not be said twice; the rest only the record can tell, e.g. which cap was crossed.
    told = run.reason if tail and run.reason and run.summary in tail else result(run)
    return Failure(
        task_id=decision.task_id,
        status=str(run.status),
        reason=told,
        log=tail,
        log_path=log,
        refuted=refuted,
    )


def _log(project: wiring.Project, run: Run) -> tuple[str, str]:
    """Answer path and end of what people read of the last attempt, if that was at work here."""
    if run.last is None or run.last.started_at is None:
        return "", ""
    key = AttemptKey(run.task_id, run.last.number)
    directory = project.attempts.directory(key)
    # Attempt directories are this machine's; the record may come from another one.
    with contextlib.suppress(OSError):
        for path in (log_path(directory), log_path(directory, raw=True)):
            if path.exists():
                return str(path), project.attempts.tail(key)
    return "", ""


def _refutation(project: wiring.Project, world: World, task_id: TaskId, check: CheckRecord) -> Refutation:
    return Refutation(check=check, log_path=log_of(project, world.attempts.get(task_id, ()), check))
