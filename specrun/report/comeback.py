"""Names the commands that look at an apply again, or wait for it, with what that one was about."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterable, Iterator, Sequence

from specrun.core.choice import Choice
from specrun.core.task import TaskId
from specrun.report.text import line, pad, width

_PASSING = frozenset({"--failed", "--changed"})
"""Selectors that mean other tasks as soon as something has been done."""
_NAMING = ("--target ", "--only ", "--from ", "--until ")
_REPLACE = "--replace "


def selectors(choice: Choice | None, chosen: Iterable[TaskId], tasks: Collection[TaskId]) -> tuple[str, ...]:
    """Answer the words that mean the same tasks while they are worked on; none where it is about all.

    Without a choice it is about the `chosen` ones of all `tasks`.
    """
    if choice is None:
        return _names(chosen, tasks)
    if choice.only is None:
        return ()
    if _PASSING & {*choice.words}:
        return _names(choice.selected, tasks)
    return tuple(part for word in _lasting(choice.words) for part in word.split(" ", 1))


def _names(chosen: Iterable[TaskId], tasks: Collection[TaskId]) -> tuple[str, ...]:
    found = sorted({*chosen} & {*tasks})
    return () if len(found) == len(tasks) else tuple(part for name in found for part in ("--only", name))


def _lasting(words: Sequence[str]) -> Iterator[str]:
    """What is to run once more adds to tasks that are named; else it narrows nothing, and is left out."""
    naming = any(word.startswith(_NAMING) for word in words)
    for word in words:
        if not word.startswith(_REPLACE):
            yield word
        elif naming:
            yield f"--only {word.removeprefix(_REPLACE)}"


def command(call: Sequence[str], verb: str, *words: str) -> str:
    """Answer a command for a shell; `call` is the command line up to the verb. It is harmless to print."""
    return line(shlex.join((*call, verb, *words)))


def rows(call: Sequence[str], words: Sequence[str], room: int) -> str:
    """Answer the commands for who has left a view, each with what it does where that fits into `room`."""
    told = (
        (command(call, "status", "--watch", *words), "look at it again"),
        (command(call, "wait", *words), "wait for it"),
        (command(call, "stop", "--all"), "end its workers"),
    )
    wide = max(width(one) for one, _ in told)
    whole = [f"  {pad(one, wide)}   {what}" for one, what in told]
    return "\n".join(whole if max(map(width, whole)) <= room else [f"  {one}" for one, _ in told])
