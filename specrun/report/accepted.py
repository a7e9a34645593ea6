"""Says what was accepted as the work of a task, and what the next apply makes of those that build on it."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Set as AbstractSet

from specrun.core.accepting import Taken
from specrun.core.change import SYMBOLS, Plan
from specrun.core.graph import downstream
from specrun.core.task import Desired, TaskId
from specrun.core.world import Run
from specrun.report.diff import aligned
from specrun.report.text import line
from specrun.report.words import why

_HEX = 12


def text(run: Run, source: str, desired: Desired, plan: Plan) -> str:
    """Answer all of it; `source` says whose work it is."""
    return (
        "\n".join([f"Accepted {line(run.task_id)}: {source}.", *_follows(run.task_id, desired, plan)]) + "\n"
    )


def stands(number: int, taken: Taken) -> str:
    """Say that the work of an attempt is taken."""
    commit, branch = line(taken.commit or "")[:_HEX], line(taken.branch or "")
    return f"its work is that of attempt {number}, commit {commit} on branch {branch}"


def _follows(name: TaskId, desired: Desired, plan: Plan) -> list[str]:
    below: AbstractSet[TaskId] = downstream(desired.tasks, frozenset({name})) - {name}
    if not below:
        return ["No task depends on it."]
    return ["The next specrun apply, for those that depend on it:", *_rows(below, plan)]


def _rows(names: Collection[TaskId], plan: Plan) -> list[str]:
    found = [one for one in plan.decisions if one.task_id in names]
    rows = [(f"{SYMBOLS[one.action]} {one.action}", line(one.task_id), why(one)) for one in found]
    return [f"  {row}" for row in aligned(rows)]
