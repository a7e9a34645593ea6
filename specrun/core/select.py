"""Finds the tasks that a person names on the command line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from specrun.core.glob import matches
from specrun.core.task import TaskId, split_id
from specrun.errors import UsageProblem

_FEW = 8
_CLOSE = 0.7
_LOOSE = 0.5
"""How close a task has to be to what a glob says beside its wildcards."""
_WILD = re.compile(r"[*?\[\]]")


def select(names: Sequence[str], known: Iterable[TaskId]) -> tuple[TaskId, ...]:
    """Answer the tasks meant by `spec/task`, or by `task` alone where only one spec has it; each once.

    Raises UsageProblem for a name that fits no task or several, telling the nearest ones.
    """
    tasks = tuple(known)
    return tuple(dict.fromkeys(_one(name, tasks) for name in names))


def expand(names: Sequence[str], known: Iterable[TaskId]) -> tuple[TaskId, ...]:
    """Answer as `select`, and for a glob all tasks that it fits; each once.

    A glob with a slash is held against the whole address, any other against the task's id in every spec.
    Raises UsageProblem for a glob that fits nothing, too.
    """
    tasks = tuple(known)
    return tuple(dict.fromkeys(found for name in names for found in _all(name, tasks)))


def wild(name: str) -> bool:
    """Whether a name is a glob, so that it may mean any number of tasks."""
    return _WILD.search(name) is not None


def fits(word: str, name: str) -> bool:
    """Whether a word or glob means a name, such as a label or a domain; case does not matter."""
    return word.casefold() == name.casefold() or (wild(word) and matches((word,), name, case=False))


def _all(name: str, tasks: Sequence[TaskId]) -> tuple[TaskId, ...]:
    if not wild(name) or name in tasks:
        return (_one(name, tasks),)
    found = tuple(task for task in tasks if fits(name, task if "/" in name else split_id(task)[1]))
    if not found:
        near = _advice(_WILD.sub("", name).casefold(), tasks, _LOOSE)
        raise UsageProblem(f"no task fits {name!r}", near)
    return found


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


def _advice(wanted: str, tasks: Sequence[TaskId], close: float = _CLOSE) -> str:
    if not tasks:
        return "the loaded specs have no tasks"
    near = get_close_matches(wanted, tasks, 3, close)
    if not near:
        part = split_id(TaskId(wanted))[1] or wanted
        names = get_close_matches(part, [split_id(task)[1] for task in tasks], 3)
        near = [task for task in tasks if split_id(task)[1] in names]
    if near:
        return f"did you mean {_told(near)}?"
    return f"name one of {_told(tasks)}" if len(tasks) <= _FEW else "see `specrun list`"


def _told(tasks: Iterable[TaskId] | Iterable[str]) -> str:
    return ", ".join(sorted(tasks)[:_FEW])
