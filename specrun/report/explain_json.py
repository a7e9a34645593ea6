"""Explains one task for scripts: its record, every component of it, and what would become of it next."""

from __future__ import annotations

from specrun import __version__
from specrun.core.contract import Contract
from specrun.core.project import Project, guarded
from specrun.core.task import Json, TaskId
from specrun.core.world import Run
from specrun.report import marks, results
from specrun.report.compared import entries
from specrun.report.explain import FORMAT, Explained, compared, source, state
from specrun.report.plan_json import change
from specrun.report.status_json import entry


def document(told: Explained) -> dict[str, Json]:
    """Answer everything for scripts."""
    task = told.task
    return {
        "format_version": FORMAT,
        "tool_version": __version__,
        "address": told.task_id,
        "status": state(told),
        "declared": task is not None,
        "file": task.where.file if task else None,
        "line": task.where.line if task else None,
        "title": task.title if task else None,
        "standing": entry(told.row) if told.row else None,
        "record": results.entry(told.run) if told.run else None,
        "asked": _contract(task.contract, told.projects) if task else None,
        "components": entries(compared(told)),
        "next": change(told.preview, told.row.decision) if told.row else None,
        **_noted(told.run),
        "depends_on": [edge.upstream for edge in task.edges] if task else [],
        "dependents": [*told.dependents],
        "around": [_beside(told, name) for name in _around(told)],
        "log": told.log,
        "check_logs": dict(told.check_logs),
    }


def _noted(run: Run | None) -> dict[str, Json]:
    """Answer what people have noted in a record, and former ids of its task."""
    return {
        "accepted": marks.entry(run.accepted) if run else None,
        "frozen": marks.entry(run.frozen) if run else None,
        "moved_from": [*run.moved_from] if run else [],
        "edited": run.edited if run else False,
    }


def _around(told: Explained) -> tuple[TaskId, ...]:
    upstreams = [edge.upstream for edge in told.task.edges] if told.task else []
    return (*upstreams, *told.dependents)


def _beside(told: Explained, name: TaskId) -> dict[str, Json]:
    """Answer how a task stands that this one depends on, or that waits for it."""
    row = told.rows.get(name)
    return {
        "address": name,
        "status": str(row.state) if row else None,
        "action": str(row.decision.action) if row else None,
    }


def _contract(contract: Contract, projects: tuple[Project, ...]) -> dict[str, Json]:
    judge = contract.judge
    rewind = judge.rewind if judge else None
    return {
        "checks": [
            {"name": one.name, "run": one.run, "path": one.path, "source": source(one, projects) or None}
            for one in contract.checks
        ],
        "protect": [*guarded(contract)],
        "touches": [*contract.touches],
        "outputs": dict(contract.outputs) if contract.outputs is not None else None,
        "judge": {
            "pass": [*judge.passing],
            "fail": [*judge.failing],
            "rewind": {"to": rewind.to, "limit": rewind.limit} if rewind else None,
        }
        if judge
        else None,
    }
