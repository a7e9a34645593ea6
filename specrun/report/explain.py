"""Explains one task: what its record rests on, what is asked of it, and what would become of it next."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from specrun import __version__
from specrun.core.contract import Check, Contract, Judge
from specrun.core.evidence import CheckRecord
from specrun.core.project import Project, guarded
from specrun.core.task import Json, Task, TaskId, Workspace
from specrun.core.world import AttemptRecord, Run
from specrun.report import results
from specrun.report.diff import aligned
from specrun.report.proof import how, unproven
from specrun.report.status import Row
from specrun.report.status_json import entry
from specrun.report.text import clean, cut, line, tail
from specrun.report.words import count, ended, money, reason, span, why

FORMAT = 1
_ROOM = 100
_LINES = 10
_FEW = 3
_HEX = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """All that is known of a task.

    `row` is None where neither a spec nor a worker is left of it, `task` where no spec declares it, `run`
    where nothing is recorded. `projects` are those of its spec, `dependents` wait for it. `log` is where the
    log of its last attempt lies and `check_logs`, by name, those of its checks, if they are on this machine.
    """

    task_id: TaskId
    row: Row | None
    run: Run | None
    task: Task | None
    projects: tuple[Project, ...] = ()
    dependents: tuple[TaskId, ...] = ()
    log: str = ""
    check_logs: Mapping[str, str]


def text(told: Explained) -> str:
    """Answer everything for people, every line harmless."""
    rows = [_headline(told)]
    if told.task is not None and told.task.title:
        rows.append(f"  title: {line(told.task.title)}")
    if told.run is None:
        rows.append("  nothing is recorded of it")
    else:
        rows += [*_left(told.run), *_checks(told.run, told.check_logs), *_verdict(told.run)]
        rows += _attempts(told.run)
    if told.log:
        rows.append(f"log: {line(told.log)}")
    if told.task is not None:
        rows += _asked(told.task, told.projects)
    rows += _next(told)
    if told.dependents:
        rows.append(f"waited for by: {', '.join(map(line, told.dependents))}")
    return "\n".join(rows) + "\n"


def _headline(told: Explained) -> str:
    state = _state(told)
    gone = "" if told.task else " (gone from the specs)"
    why_ = line(ended(told.run.reason)) if told.run and not told.run.status.good else ""
    recorded = told.run is not None and state == told.run.status
    return f"{line(told.task_id)} {state}{gone}" + (f": {why_}" if why_ and recorded else "")


def _state(told: Explained) -> str:
    if told.row is not None:
        return str(told.row.state)
    return str(told.run.status) if told.run else "unknown"


def _left(run: Run) -> Iterator[str]:
    """Tell what the task left: where its work is, and what stands out of it."""
    for name, value in (("branch", run.branch), ("commit", run.commit), ("base", run.base)):
        if value:
            yield f"  {name}: {line(value)}"
    if run.commit is not None and run.carried is not None and run.verdict is None:
        yield f"  changed: {count(len(run.carried), 'file')}"
    if run.summary:
        yield f"  last words: {cut(line(run.summary), _ROOM)}"
    if run.output is not None:
        yield f"  output: {cut(line(json.dumps(run.output)), _ROOM)}"
    if run.protected_changed:
        kept = "the checks ran with the originals" if run.commit else "the checks ran with them"
        yield f"  protected, but changed ({kept}): {', '.join(map(line, run.protected_changed))}"
    if run.discarded:
        yield f"  edits that were discarded: {', '.join(map(line, run.discarded))}"


def _checks(run: Run, logs: Mapping[str, str]) -> Iterator[str]:
    if run.checks:
        yield "checks:"
    for one in run.checks:
        place = f"on {one.commit[:_HEX]}" if one.commit else "in the repo itself, unisolated"
        digest = f", output {line(one.output_digest[:_HEX])}" if one.output_digest else ""
        yield f"  {'ok ' if one.passed else 'BAD'}  {_command(one)}"
        yield f"       {how(one)} in {span(one.seconds)}, {line(place)}{digest}"
        yield from (f"       | {row}" for row in tail(one.tail, _FEW if one.passed else _LINES))
        if one.name in logs:
            yield f"       log: {line(logs[one.name])}"


def _command(one: Check | CheckRecord) -> str:
    named = one.name.startswith(f"{one.path}/")
    where = f" (in {line(one.path)})" if one.path and not named else ""
    return f"{line(one.name)}{where}: {cut(line(one.run), _ROOM)}"


def _verdict(run: Run) -> Iterator[str]:
    if run.verdict is not None:
        yield f"verdict: {line(run.verdict)}"
    for number, one in enumerate(run.rounds, 1):
        about = f"on {one.target.commit[:_HEX]}, attempt {one.target.attempt}"
        yield f"  round {number}: {line(one.verdict)} ({line(about)})"
        yield from (f"       | {row}" for row in tail(one.feedback, _LINES))


def _attempts(run: Run) -> Iterator[str]:
    if run.attempts:
        yield "attempts:"
    for one, row in zip(run.attempts, aligned([_attempt(one) for one in run.attempts]), strict=True):
        yield f"  {row}"
        for check in one.checks:
            place = f" on {line(check.commit[:_HEX])}" if check.commit else ""
            if not check.passed:
                yield f"       BAD {_command(check)}: {how(check)}{place}"


def _attempt(one: AttemptRecord) -> tuple[str, ...]:
    time = "" if one.started_at is None else span(max(one.ended_at - one.started_at, 0.0))
    return (
        f"#{one.number}" + (f" (round {one.round})" if one.round is not None else ""),
        str(one.status),
        line(f"{one.agent} {one.model or ''}"),
        money(one.cost_usd),
        time,
        cut(line(ended(one.reason)), _ROOM),
    )


def _asked(task: Task, projects: tuple[Project, ...]) -> Iterator[str]:
    """Tell what the task has to show, and where that is written."""
    contract = task.contract
    yield f"asked of it ({line(task.where.file)}:{task.where.line}):"
    for check in contract.checks:
        yield f"  check {_command(check)} ({line(_source(check, projects) or 'written for the task')})"
    if contract.checks:
        isolated = task.workspace is Workspace.CLONE
        yield f"  checked {'in a fresh tree of its commit' if isolated else 'in the repo itself, unisolated'}"
        yield f"  protect: {_protected(contract)}"
    if contract.touches:
        yield f"  touches: {', '.join(map(line, contract.touches))}"
    if contract.outputs is not None:
        yield f"  outputs: {cut(line(json.dumps(contract.outputs)), _ROOM)}"
    if contract.judge is not None:
        yield f"  judge: {_judge(contract.judge)}"
    if unproven(contract):
        yield "  no checks: nobody but its agent says that it is done"


def _source(check: Check, projects: tuple[Project, ...]) -> str:
    """Answer which file told the command of a check, "" where it is the check's own."""
    name = check.name.rpartition("/")[2]  # that of a project in a folder begins with it
    told = (one.source for one in projects if one.path == check.path and one.commands.get(name) == check.run)
    return next(told, "")


def _protected(contract: Contract) -> str:
    if not guarded(contract):
        return "nothing"
    kinds = ", ".join(line(f"{kind} in {folder}" if folder else kind) for folder, kind in contract.kinds)
    own = "".join(f", {line(glob)}" for glob in contract.protect or ())
    return f"the usual files{f' of {kinds}' if kinds else ''}{own}"


def _judge(judge: Judge) -> str:
    told = (
        f"passes with {', '.join(map(line, judge.passing))}; fails with {', '.join(map(line, judge.failing))}"
    )
    if judge.rewind is None:
        return told
    return f"{told}; sends work back to {line(judge.rewind.to)}, at most {count(judge.rewind.limit, 'time')}"


def _next(told: Explained) -> Iterator[str]:
    if told.row is None:
        yield "next apply: nothing, for no spec declares it"
        return
    decision = told.row.decision
    reasons = "; ".join(reason(one) for one in decision.reasons) or why(decision)
    stale = " (stale)" if decision.stale and decision.reasons else ""
    if told.row.checking:
        yield f"now: {told.row.checking}"
    yield f"next apply: {decision.action}: {clean(reasons)}{stale}"


def document(told: Explained) -> dict[str, Json]:
    """Answer everything for scripts."""
    task = told.task
    return {
        "format_version": FORMAT,
        "tool_version": __version__,
        "address": told.task_id,
        "status": _state(told),
        "declared": task is not None,
        "file": task.where.file if task else None,
        "line": task.where.line if task else None,
        "title": task.title if task else None,
        "standing": entry(told.row) if told.row else None,
        "record": results.entry(told.run) if told.run else None,
        "asked": _contract(task.contract, told.projects) if task else None,
        "depends_on": [edge.upstream for edge in task.edges] if task else [],
        "dependents": [*told.dependents],
        "log": told.log,
        "check_logs": dict(told.check_logs),
    }


def _contract(contract: Contract, projects: tuple[Project, ...]) -> dict[str, Json]:
    judge = contract.judge
    rewind = judge.rewind if judge else None
    return {
        "checks": [
            {"name": one.name, "run": one.run, "path": one.path, "source": _source(one, projects) or None}
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
