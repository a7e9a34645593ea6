"""Finds the tasks that a person names on the command line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from specrun.core.task import TaskId, split_id
from specrun.errors import UsageProblem

_FEW = 8
_CLOSE = 0.7


def select(names: Sequence[str], known: Iterable[TaskId]) -> tuple[TaskId, ...]:
    """Answer the tasks meant by `spec/task`, or by `task` alone where only one spec has it; each once.

    Raises UsageProblem for a name that fits no task or several, telling the nearest ones.
    """
    tasks = tuple(known)
    return tuple(dict.fromkeys(_one(name, tasks) for name in names))


def _one(name: str, tasks: Sequence[TaskId]) -> TaskId:
    wanted = name.casefold()
    if "/" in name:
        found = [task for task in tasks if task.casefold() == wanted]
    else:
        found = [task for task in tasks if split_id(task)[1].casefold() == wanted]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageProblem(f"{name!r} is in several specs", f"name one of {_told(found)}")
    raise UsageProblem(f"there is no task {name!r}", _advice(wanted, tasks))


def _advice(wanted: str, tasks: Sequence[TaskId]) -> str:
    if not tasks:
        return "the loaded specs have no tasks"
    near = get_close_matches(wanted, tasks, 3, _CLOSE)
    if not near:
        part = split_id(TaskId(wanted))[1] or wanted
        names = get_close_matches(part, [split_id(task)[1] for task in tasks], 3)
        near = [task for task in tasks if split_id(task)[1] in names]
    if near:
        return f"did you mean {_told(near)}?"
    return f"name one of {_told(tasks)}" if len(tasks) <= _FEW else "see `specrun list`"


def _told(tasks: Iterable[TaskId] | Iterable[str]) -> str:
    return ", ".join(sorted(tasks)[:_FEW])
