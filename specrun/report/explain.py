"""Explains one task: what its record rests on, what is asked of it, and what would become of it next."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from specrun.core.change import Action
from specrun.core.contract import Check, Contract, Judge
from specrun.core.evidence import CheckRecord
from specrun.core.project import Project, guarded
from specrun.core.task import Carry, Edge, Task, TaskId, When, Workspace
from specrun.core.world import AttemptRecord, Run
from specrun.report import marks, tints
from specrun.report.changes import details
from specrun.report.colour import PLAIN, Paint
from specrun.report.compared import Component, components
from specrun.report.compared import told as told_components
from specrun.report.diff import aligned
from specrun.report.preview import Preview
from specrun.report.proof import how, unproven
from specrun.report.status import Row
from specrun.report.text import clean, cut, line, shown, tail
from specrun.report.words import count, ended, money, reason, span, why

FORMAT = 1
_ROOM = 100
_WIDE = 120
_LINES = 10
_FEW = 3
_HEX = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """All that is known of a task.

    `row` is None where neither a spec nor a worker is left of it, `task` where no spec declares it, `run`
    where nothing is recorded. `projects` are those of its spec, `dependents` wait for it. `log` is where the
    log of its last attempt lies and `check_logs`, by name, those of its checks, if they are on this machine.
    `rows` tell how others stand, and `preview` holds the plan and what it was made from.
    """

    task_id: TaskId
    row: Row | None
    run: Run | None
    task: Task | None
    projects: tuple[Project, ...] = ()
    dependents: tuple[TaskId, ...] = ()
    log: str = ""
    check_logs: Mapping[str, str]
    rows: Mapping[TaskId, Row]
    preview: Preview


def text(told: Explained, *, room: int | None = None, paint: Paint = PLAIN) -> str:
    """Answer everything for people, every line harmless; values take `room` columns where given."""
    rows = [_headline(told)]
    if told.task is not None and told.task.title:
        rows.append(f"  title: {line(told.task.title)}")
    if told.run is None:
        rows.append("  nothing is recorded of it")
    else:
        rows += [
            *_noted(told.run),
            *_left(told.run),
            *_checks(told.run, told.check_logs),
            *_verdict(told.run),
        ]
        rows += _attempts(told.run)
    if told.log:
        rows.append(f"log: {line(told.log)}")
    if told.task is not None:
        rows += _asked(told.task, told.projects)
    rows += [*_counts(told, room or _WIDE), *_next(told, room or _WIDE), *_around(told)]
    return "\n".join(tints.explained(rows, paint)) + "\n"


def _noted(run: Run) -> Iterator[str]:
    """Tell what people have noted of it, and what it was called before."""
    for word, mark in (("accepted", run.accepted), ("frozen", run.frozen)):
        if mark is not None:
            yield f"  {word} {marks.spoken(mark)}"
    if run.moved_from:
        yield f"  formerly: {', '.join(map(line, run.moved_from))}"
    if run.edited:
        yield "  its record was changed by somebody else than specrun"


def compared(told: Explained) -> tuple[Component, ...]:
    """Answer every component of the task, as its record has it and as it is now."""
    if told.row is None or told.task is None:
        return ()
    decision = told.row.decision
    run = told.preview.run(decision)
    return components(
        decision.fingerprint,
        run.fingerprint if run else None,
        lambda name: told.preview.where(told.task_id, name),
    )


def _counts(told: Explained, room: int) -> Iterator[str]:
    rows = [*told_components(compared(told), room)]
    if rows:
        yield "what counts, and whether it is as recorded:" if told.run else "what counts:"
        yield from rows


def _headline(told: Explained) -> str:
    word = state(told)
    gone = "" if told.task else " (gone from the specs)"
    why_ = line(ended(told.run.reason)) if told.run and not told.run.status.good else ""
    recorded = told.run is not None and word == told.run.status
    return f"{line(told.task_id)} {word}{gone}" + (f": {why_}" if why_ and recorded else "")


def state(told: Explained) -> str:
    """Answer the word for where the task stands."""
    if told.row is not None and (told.task is not None or told.run is None):
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
        yield from _command(f"  {'ok ' if one.passed else 'BAD'}  ", one)
        yield f"       {how(one)} in {span(one.seconds)}, {line(place)}{digest}"
        yield from (f"       | {row}" for row in tail(one.tail, _FEW if one.passed else _LINES))
        if one.name in logs:
            yield f"       log: {line(logs[one.name])}"


def _command(start: str, one: Check | CheckRecord, end: str = "") -> Iterator[str]:
    """Tell a check and its command; one of several lines stands below, as it is."""
    named = one.name.startswith(f"{one.path}/")
    where = f" (in {line(one.path)})" if one.path and not named else ""
    lines = one.run.rstrip("\n").split("\n")
    if len(lines) == 1:
        yield f"{start}{line(one.name)}{where}: {cut(line(one.run), _ROOM)}{end}"
        return
    yield f"{start}{line(one.name)}{where}, {len(lines)} lines{end}"
    yield from (f"{' ' * len(start)}$ {cut(shown(row), _ROOM)}".rstrip() for row in lines)


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
                yield from _command("       BAD ", check, f": {how(check)}{place}")


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
        yield from _command(
            "  check ", check, f" ({line(source(check, projects) or 'written for the task')})"
        )
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


def source(check: Check, projects: tuple[Project, ...]) -> str:
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


def _next(told: Explained, room: int) -> Iterator[str]:
    if told.row is None:
        yield "next apply: nothing, for no spec declares it"
        return
    decision = told.row.decision
    reasons = "; ".join(reason(one) for one in decision.reasons) or why(decision)
    stale = " (stale)" if decision.stale and decision.reasons else ""
    if told.row.checking:
        yield f"now: {told.row.checking}"
    if decision.action is Action.PRUNE and decision.idle:
        yield f"next apply: nothing: {clean(reasons)}, its record stays until specrun prune"
        return
    yield f"next apply: {decision.action}: {clean(reasons)}{stale}"
    # The reasons are all there already, and so are the edits.
    bare = replace(decision, reasons=decision.reasons[:1])
    yield from (f"  {row}" for row in details(told.preview, bare, (), {}, room - 2))


def _around(told: Explained) -> Iterator[str]:
    """Tell what it depends on and who waits for it, with how they stand."""
    if told.task is not None and told.task.edges:
        yield "depends on:"
        edges = told.task.edges
        yield from (
            f"  {row}" for row in aligned([(*_stands(told, one.upstream), _edge(one)) for one in edges])
        )
    if told.dependents:
        yield f"waited for by: {', '.join(map(line, told.dependents))}"
        yield from (f"  {row}" for row in aligned([_stands(told, one) for one in told.dependents]))


def _stands(told: Explained, name: TaskId) -> tuple[str, ...]:
    row = told.rows.get(name)
    if row is None:
        return line(name), "", ""
    return line(name), str(row.state), f"next: {row.decision.action}, {clean(why(row.decision))}"


def _edge(edge: Edge) -> str:
    on = "" if edge.on is When.SUCCEEDED else f"when it has {edge.on}, "
    carries = {
        Carry.ALL: "hands on its change and its output",
        Carry.OUTPUT: "hands on its output",
        Carry.NONE: "hands on nothing",
    }
    return f"({on}{carries[edge.carry]})"
