"""Shows a plan to people: what becomes of every task, why, where the cause stands, and what it may cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from specrun.core.change import SYMBOLS, Action, Decision, Plan, ReasonCode
from specrun.core.forecast import conflicts
from specrun.core.graph import dependents_of
from specrun.core.task import Task, TaskId
from specrun.errors import Where
from specrun.report import onward, outlook, prompts, selection, tints
from specrun.report.changes import details, edited, place, wrapped
from specrun.report.colour import PLAIN, Paint
from specrun.report.edits import PROMPT, Edit
from specrun.report.preview import Preview
from specrun.report.pricing import total, who
from specrun.report.text import line, pad, width
from specrun.report.words import awaited, moment, why

_ORDER = tuple(Action)
_SCREEN = 25
"""Lines of changes above which their addresses are listed once more at the end."""
_PLAIN = 100
"""Columns that lines below a task take where no terminal has its own."""
_REASON = 60
_FEW = 2
_INDENT = " " * 6
_PLACED = frozenset({Action.RUN, Action.RETRY, Action.HOLD})
"""What is told with the place of the task where no edit has one of its own."""
_ELSEWHERE = frozenset({ReasonCode.RESULT_EDITED, ReasonCode.RESULT_MISSING, ReasonCode.UPSTREAM_FAILED})
"""Reasons that do not stand in the spec of the task."""
_WITHHOLDING = {
    ReasonCode.FROZEN: "freeze",
    ReasonCode.DISABLED: "enabled",
    ReasonCode.SKIPPED: "when",
}
"""The keys that withhold a task."""
_LATER = "Deferred tasks run only if something that they use has changed by then; else they are reused."


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How much is shown: `everything` lists reused tasks, too, `prompts` what agents would be told.

    `summary` leaves all out but the end. `room` is the width of the terminal, None where there is none;
    `paint` colours actions and differences.
    """

    everything: bool = False
    prompts: bool = False
    summary: bool = False
    room: int | None = None
    paint: Paint = PLAIN


def text(preview: Preview, view: View) -> str:
    """Answer the diff for people."""
    plan = preview.shown
    listed = [one for one in plan.decisions if view.everything or one.stale or one.action is not Action.REUSE]
    if view.summary:
        rows = [*_addresses(listed, view), *_closing(preview, plan, view)]
    elif not (listed or preview.drift or preview.choice):
        rows = [*outlook.unfelt(preview), summary(plan)]
    else:
        body = _body(preview, listed, view)
        long = len(body) > _SCREEN
        addresses = _addresses(listed, view) if long else []
        rows = [
            *_opening(preview, view),
            *body,
            *_notes(preview, plan, view),
            *addresses,
            *_closing(preview, plan, view),
        ]
    return "\n".join(rows) + "\n"


def _opening(preview: Preview, view: View) -> Iterator[str]:
    base = preview.base
    files = ", ".join(line(spec.path) for spec in preview.desired.specs.values())
    branch = f"branch {line(base.branch)}" if base.branch else "detached HEAD"
    dirty = ", uncommitted changes" if base.dirty else ""
    head = f"{files} at commit {base.commit[:12]} ({branch}{dirty})"
    yield from [head] if view.room is None else wrapped(head, view.room)
    if preview.choice is not None:
        yield from wrapped(selection.told(preview.choice), view.room or _PLAIN)
    if preview.drift:
        yield "Not as specrun has left it:"
    for one in preview.drift:
        fix = f"; fix: {line(one.fix)}" if one.fix else ""
        for row in wrapped(f"{line(one.task_id)}: {line(one.told)}{fix}", (view.room or _PLAIN) - 2):
            yield f"  {row}"
    for row in outlook.projects(preview.desired):
        yield from [row] if view.room is None else wrapped(row, view.room)


def _body(preview: Preview, listed: Sequence[Decision], view: View) -> list[str]:
    """Answer a line for each task, and below it what there is to say of it."""
    dependents = _waiting(preview) if listed else {}
    room = (view.room or _PLAIN) - len(_INDENT)
    heads: list[tuple[str, ...]] = []
    below: list[list[str]] = []
    for one in listed:
        found = edited(preview, one)
        at = place(_place(preview, one, found))
        heads.append(
            (
                f"{SYMBOLS[one.action]} {one.action}",
                line(one.task_id),
                _cell(one, preview.task(one)),
                who(preview, one),
                at,
            )
        )
        if view.prompts:
            told = details(
                preview, one, [edit for edit in found if edit.component != PROMPT], dependents, room
            )
            told += prompts.rows(preview, one)
        else:
            told = details(preview, one, found, dependents, room)
        below.append(told)
    rows = _fitted(heads, view.room)
    return [
        row
        for one, head, told in zip(listed, rows, below, strict=True)
        for row in (
            tints.action(head[0], one.action, view.paint),
            *head[1:],
            *tints.differences((_INDENT + each for each in told), view.paint),
        )
    ]


def _waiting(preview: Preview) -> dict[TaskId, list[TaskId]]:
    """Answer by task who depends on it and is not up to date."""
    kept = {one.task_id for one in preview.plan.decisions if one.action is Action.REUSE}
    found = dependents_of(preview.desired.tasks)
    return {name: [one for one in names if one not in kept] for name, names in found.items()}


def _place(preview: Preview, decision: Decision, found: Sequence[Edit]) -> Where | None:
    """Answer what the line of a task points at: what withholds it, or the task where no edit has a place."""
    task = preview.task(decision)
    if decision.would is not None and decision.reasons:
        return preview.where(decision.task_id, _WITHHOLDING.get(decision.reasons[0].code, ""))
    codes = {one.code for one in decision.reasons[:1]}
    placed = decision.action in _PLACED and not found and not codes & _ELSEWHERE
    return task.where if task and placed else None


def _cell(decision: Decision, task: Task | None) -> str:
    """Say why, and what a task waits for."""
    ending, failing = awaited(decision, task)
    upstreams = [*ending, *failing]
    told = (
        []
        if decision.reasons and decision.reasons[0].code is ReasonCode.UPSTREAM_PENDING
        else [why(decision)]
    )
    codes = {one.code for one in decision.reasons[1:]}
    if decision.action is Action.DEFERRED:
        told.append(f"decided when {_some(upstreams)} {'ends' if len(upstreams) == 1 else 'end'}")
    else:
        told += [f"after {_some(ending)}"] if ending else []
        told += [f"if {_some(failing)} fails"] if failing else []
    if ReasonCode.MAX_WORKERS in codes:
        told.append("when a worker is free")
    if ReasonCode.RETRY_DELAY in codes:
        told.append(f"not before {moment(decision.not_before)}")
    if decision.action is Action.PRUNE and decision.idle:
        told.append("its record stays until specrun prune")
    return ", ".join(told) + (" (stale)" if decision.stale and decision.reasons else "")


def _some(names: Sequence[str]) -> str:
    more = f" (+{len(names) - _FEW} more)" if len(names) > _FEW else ""
    return ", ".join(names[:_FEW]) + more


def _fitted(heads: Sequence[Sequence[str]], room: int | None) -> Iterator[list[str]]:
    """Put cells into columns; what does not fit into `room` goes below, and an address is never cut."""
    widths = [max((width(row[column]) for row in heads), default=0) for column in range(4)]
    widths[2] = min(widths[2], _REASON)
    for row in heads:
        whole = "  ".join(pad(one, size) for one, size in zip(row, [*widths, 0], strict=True)).rstrip()
        if room is None or width(whole) <= room:
            yield [whole]
            continue
        start = f"{pad(row[0], widths[0])}  {row[1]}"
        lined_up = f"{pad(row[0], widths[0])}  {pad(row[1], widths[1])}  {row[2]}"
        fitting = (one for one in (lined_up, f"{start}  {row[2]}") if width(one) <= room)
        first = next(fitting, None)
        tail = "  ".join(one for one in row[3:] if one)
        yield [*([start, *_below(row[2], room)] if first is None else [first]), *_below(tail, room)]


def _below(text: str, room: int) -> list[str]:
    return [f"{_INDENT}{row}" for row in wrapped(text, max(room - len(_INDENT), 1)) if row]


def _notes(preview: Preview, plan: Plan, view: View) -> Iterator[str]:
    told = [_LATER] if any(map(_may_be_cut_off, plan.decisions)) else []
    told += outlook.warnings(preview.desired, plan, conflicts(preview.desired, plan))
    told += outlook.unfelt(preview)
    for row in told:
        yield from [row] if view.room is None else wrapped(row, view.room)


def _may_be_cut_off(decision: Decision) -> bool:
    """Whether a task is as it was, and only what its upstreams will leave may make it run."""
    first = decision.reasons[0].code if decision.reasons else None
    return decision.action is Action.DEFERRED and first is ReasonCode.UPSTREAM_PENDING


def _addresses(listed: Sequence[Decision], view: View) -> Iterator[str]:
    """List every address by what becomes of it."""
    for action in _ORDER:
        names = [line(one.task_id) for one in listed if one.action is action]
        if names:
            first, *more = wrapped(f"{SYMBOLS[action]} {action}: {', '.join(names)}", view.room or _PLAIN)
            yield from (tints.action(first, action, view.paint), *more)


def _closing(preview: Preview, plan: Plan, view: View) -> Iterator[str]:
    for row in outlook.unsafe(plan):
        yield from wrapped(row, view.room or _PLAIN)
    closing = " ".join(one for one in (summary(plan), total(preview)) if one)
    yield from [closing] if view.room is None else wrapped(closing, view.room)
    told = onward.rows(preview, view.room)
    if told:
        yield "Next:"
        yield from told


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Put cells into columns, two blanks apart."""
    if not rows:
        return []
    widths = [max(width(row[place]) for row in rows) for place in range(len(rows[0]))]
    return ["  ".join(pad(one, room) for one, room in zip(row, widths, strict=True)).rstrip() for row in rows]


def summary(plan: Plan) -> str:
    """Answer how many tasks each action has; those that are decided on the way are an upper bound."""
    counts = Counter(one.action for one in plan.decisions if not (one.action is Action.PRUNE and one.idle))
    gone = sum(one.action is Action.PRUNE and one.idle for one in plan.decisions)
    told = [
        f"{counts[action]} {action}" for action in _ORDER if counts[action] and action is not Action.DEFERRED
    ]
    if gone:
        told.append(f"{gone} gone from the specs")
    if all(one.idle for one in plan.decisions):
        return f"Nothing to do: {', '.join(told)}." if told else "Nothing to do: no tasks."
    later = counts[Action.DEFERRED]
    if not later:
        return f"Plan: {', '.join(told)}."
    return (
        f"Plan: {', '.join(told)}; up to {later} more deferred." if told else f"Plan: up to {later} deferred."
    )
