"""Shows a plan: one line per change or hold with its reason, then what it adds up to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from specrun import __version__
from specrun.core.agent import Price
from specrun.core.change import SYMBOLS, Action, Decision, Plan
from specrun.core.forecast import conflicts
from specrun.core.task import Desired, Json, Task
from specrun.report import caps, outlook
from specrun.report.text import line, pad, width
from specrun.report.words import money, reason, why

FORMAT = 1
_ORDER = tuple(Action)
_IDLE = frozenset({Action.HOLD, Action.REUSE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What a plan was made from: branch of HEAD ("" when detached), commit, uncommitted changes."""

    branch: str
    commit: str
    dirty: bool


def text(
    desired: Desired, plan: Plan, base: Base, prices: Mapping[str, Price], *, everything: bool = False
) -> str:
    """Answer the diff for people; `everything` lists reused tasks too instead of counting them.

    `prices` tells by name what agents can say of their cost.
    """
    listed = [one for one in plan.decisions if everything or one.action is not Action.REUSE]
    rows = [_row(one, desired.tasks.get(one.task_id), prices) for one in listed]
    opening = [_header(desired, base), *outlook.projects(desired)]
    closing = [*outlook.warnings(desired, plan, conflicts(desired, plan)), summary(plan)]
    return "\n".join([*opening, *aligned(rows), *closing]) + "\n"


def _header(desired: Desired, base: Base) -> str:
    files = ", ".join(line(spec.path) for spec in desired.specs.values())
    branch = line(base.branch) or "detached HEAD"
    dirty = ", uncommitted changes" if base.dirty else ""
    return f"{files} at {base.commit[:12]} ({branch}{dirty})"


def _row(decision: Decision, task: Task | None, prices: Mapping[str, Price]) -> tuple[str, ...]:
    word = f"{SYMBOLS[decision.action]} {decision.action}"
    stale = " (stale)" if decision.stale and decision.reasons else ""
    more = len(decision.reasons) - 1
    also = f" (+{more} more)" if more > 0 else ""
    who = _who(task, prices) if task else ""
    if decision.action is Action.VERIFY:
        who = "[no agent]"
    return word, line(decision.task_id), why(decision) + also + stale, who


def _who(task: Task, prices: Mapping[str, Price]) -> str:
    """Say who would do it for how much: `[shell]`, `[claude opus, 1.00 USD]`."""
    named = line(f"{task.agent} {task.model or ''}")
    free = prices.get(task.agent) is Price.FREE
    return f"[{named}]" if free else f"[{named}, {caps.told(task, prices)}]"


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Put cells into columns, two blanks apart."""
    if not rows:
        return []
    widths = [max(width(row[place]) for row in rows) for place in range(len(rows[0]))]
    return ["  ".join(pad(one, room) for one, room in zip(row, widths, strict=True)).rstrip() for row in rows]


def summary(plan: Plan) -> str:
    """Answer the last line: how many tasks each action has; reused ones are counted only."""
    counts = Counter(decision.action for decision in plan.decisions)
    told = ", ".join(f"{counts[action]} {action}" for action in _ORDER if counts[action])
    if any(action not in _IDLE for action in counts):
        return f"Plan: {told}."
    return f"Nothing to do: {told}." if told else "Nothing to do: no tasks."


def document(desired: Desired, plan: Plan, base: Base, prices: Mapping[str, Price]) -> dict[str, Json]:
    """Answer the diff for scripts; `budget` is the cap of an attempt that holds."""
    counts = Counter(decision.action for decision in plan.decisions)
    return {
        "format_version": FORMAT,
        "tool_version": __version__,
        "digest": plan.digest,
        "specs": [{"name": spec.name, "path": spec.path} for spec in desired.specs.values()],
        "projects": outlook.project_entries(desired),
        "git": {"branch": base.branch, "base": base.commit, "dirty": base.dirty},
        "summary": {str(action): counts[action] for action in _ORDER},
        "applyable": any(action not in _IDLE for action in counts),
        "changes": [_change(one, desired.tasks.get(one.task_id), prices) for one in plan.decisions],
        "unproven": [*outlook.unchecked(desired, plan)],
        "unisolated": [*outlook.unisolated(desired, plan)],
        "conflicts": outlook.conflict_entries(conflicts(desired, plan)),
    }


def _change(decision: Decision, task: Task | None, prices: Mapping[str, Price]) -> dict[str, Json]:
    print_ = decision.fingerprint
    held = task is not None and prices.get(task.agent) is not Price.UNKNOWN
    return {
        "address": decision.task_id,
        "action": str(decision.action),
        "reasons": [
            {"code": str(one.code), "detail": one.detail, "message": reason(one)} for one in decision.reasons
        ],
        "generation": decision.generation,
        "ready": decision.ready,
        "stale": decision.stale,
        "round": decision.round,
        "verifying": decision.verifying,
        "checks": [one.name for one in task.contract.checks] if task else [],
        "agent": task.agent if task else None,
        "model": task.model if task else None,
        "executor": task.executor if task else None,
        "depends_on": [edge.upstream for edge in task.edges] if task else [],
        "file": task.where.file if task else None,
        "line": task.where.line if task else None,
        "budget": money(task.budget) if task and held and task.budget is not None else None,
        "fingerprint": {
            "work": print_.work or None,
            "verify": print_.verify,
            "live": print_.live,
            "unknown": list(print_.unknown),
        }
        if print_
        else None,
    }
