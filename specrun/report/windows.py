"""Says what a person who attaches to workers will see, how to leave again, and why there is nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from specrun.core.task import TaskId
from specrun.report.text import cut, line

_FEW = 6
_NOTE = 120


def greeting(names: Sequence[TaskId], prefix: str, *, ended: bool) -> str:
    """Answer the lines that stand before the windows of some tasks are shown.

    `prefix` is pressed before each key. `ended` says that nothing runs in them any more.
    """
    told = [f"Showing {_all(names)}{', which has ended' if ended else ''}."]
    twice = f"This is tmux in tmux, so the first {prefix.split(maxsplit=1)[0]} is for the outer one."
    told += [twice] if " " in prefix else []
    if len(names) > 1:
        told.append(f"{prefix} w lists the windows, {prefix} n shows the next one.")
    goes_on = "" if ended else "; the worker goes on" if len(names) == 1 else "; the workers go on"
    told.append(f"{prefix} d leaves{goes_on}.")
    return "\n".join(told) if told[2:] else " ".join(told)


def ended(names: Sequence[TaskId]) -> str:
    """Say that workers have come to their end while somebody was looking."""
    have = "has" if len(names) == 1 else "have"
    return f"{_all(names)} {have} ended; see specrun status."


def missing(names: Sequence[TaskId], executors: Collection[str]) -> str:
    """Say why running tasks have no window; `executors` are those that they run with."""
    have = "has no window" if len(names) == 1 else "have no windows"
    told = f"{_all(names)} {have}"
    if "tmux" in executors:
        return f"{told}: the tmux server is gone, and work goes on without it"
    runs = "it runs" if len(names) == 1 else "they run"
    return f"{told}: {runs} with the executor {', '.join(sorted(executors))}"


def standing(state: str, note: str) -> str:
    """Answer how a task stands of which nothing runs, to be put behind its name."""
    said = f": {cut(line(note), _NOTE)}" if note else ""
    return f" ({state}{said})"


def _all(names: Sequence[TaskId]) -> str:
    shown = [line(name) for name in names[:_FEW]]
    more = len(names) - len(shown)
    if more:
        shown.append(f"{more} more")
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))
