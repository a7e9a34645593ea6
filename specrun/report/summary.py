"""Writes SUMMARY.md: the table of a spec's results, the same bytes for the same records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from specrun.core.task import Spec, Task, TaskId, split_id
from specrun.core.world import AttemptRecord, Run
from specrun.report import marks, proof
from specrun.report.markdown import cell
from specrun.report.table import markdown
from specrun.report.words import cost, count, span

_HEADS = ("task", "status", "checks", "agent", "model", "cost", "time", "attempts", "result")
_CHECKS = 2


def summary(spec: Spec, tasks: Sequence[Task], runs: Mapping[TaskId, Run]) -> str:
    """Answer the whole file; tasks stand in the order given, those without a record say so.

    There is a column of checks only where there are any.
    """
    known = [runs[task.id] for task in tasks if task.id in runs]
    rows: list[tuple[str, ...]] = [_HEADS, *(_row(task.id, runs.get(task.id)) for task in tasks)]
    if not proof.asked(tasks, known):
        rows = [(*row[:_CHECKS], *row[_CHECKS + 1 :]) for row in rows]
    table = markdown(rows[0], rows[1:])
    return "\n".join([f"# {spec.name}", "", table, "", *_totals(len(tasks), known)]) + "\n"


def _row(task_id: TaskId, run: Run | None) -> tuple[str, ...]:
    name = split_id(task_id)[1]
    if run is None:
        return (name, "not run", *[""] * (len(_HEADS) - 2))
    last = run.last
    return (
        name,
        str(run.status),
        _checks(run),
        cell(last.agent) if last else "",
        cell(last.model or "") if last else "",
        cost([one.cost_usd for one in run.attempts]),
        span(_seconds(run.attempts)) if last else "",
        str(len(run.attempts)),
        cell(marks.told(run)),
    )


def _checks(run: Run) -> str:
    amount, colon, names = proof.passed(run).partition(": ")
    return amount + colon + cell(names)


def _seconds(attempts: Sequence[AttemptRecord]) -> float:
    return sum(max(one.ended_at - one.started_at, 0.0) for one in attempts if one.started_at is not None)


def _totals(tasks: int, runs: Sequence[Run]) -> list[str]:
    statuses = Counter(str(run.status) for run in runs)
    told = [f"{statuses[status]} {status}" for status in sorted(statuses)]
    if tasks > len(runs):
        told.append(f"{tasks - len(runs)} not run")
    attempts = [one for run in runs for one in run.attempts]
    lines = [f"**{count(tasks, 'task')}**: {', '.join(told)}." if told else "**0 tasks**."]
    if attempts:
        work = _seconds(attempts)
        wall = busy(attempts)
        gain = f", {work / wall:.1f} times as fast as one by one" if wall > 0 and work > wall else ""
        spent = cost([one.cost_usd for one in attempts])
        lines += ["", f"{count(len(attempts), 'attempt')}, cost {spent}."]
        lines += ["", f"Wall time {span(wall)} for {span(work)} of work{gain}."]
    return lines


def busy(attempts: Sequence[AttemptRecord]) -> float:
    """Count the seconds in which at least one attempt was at work; pauses between applies do not count."""
    total, until = 0.0, float("-inf")
    spans = sorted((one.started_at, one.ended_at) for one in attempts if one.started_at is not None)
    for start, end in spans:
        total += max(end - max(start, until), 0.0)
        until = max(until, end)
    return total
