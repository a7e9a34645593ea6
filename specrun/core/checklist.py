"""Finds the boxes of a Markdown checklist and ticks those whose work is done, changing nothing else."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from specrun.core.task import Desired, Task, TaskId
from specrun.core.world import Run

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
_BOX = re.compile(r"(?P<lead>[ \t]*)(?:[-*+]|\d{1,9}[.)])[ \t]+\[(?P<mark>[ xX])\](?P<text>[ \t][^\r\n]*)")
_ITEM = re.compile(r"(?P<lead>[ \t]*)(?:[-*+]|\d{1,9}[.)])[ \t]")
_FENCE = re.compile(r"[ \t]*(?P<fence>`{3,}(?![^\r\n]*`)|~{3,})")
_TAB = 4
"""Columns of a tab, as Markdown counts them."""
_DEEPER = 2
"""Columns by which an item is indented at least if it stands below another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A box that a task stands for: its text, and whether the work of the task is done."""

    item: str
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticked:
    """A checklist with the boxes of finished work ticked.

    `count` tells how many were empty before, `missing` the texts of finished work for which there is no box.
    """

    text: str
    count: int = 0
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Box:
    at: int
    """Where the mark between its brackets stands."""
    done: bool
    nested: bool
    text: str


def listed(desired: Desired, spec: str, runs: Mapping[TaskId, Run]) -> tuple[Entry, ...]:
    """Answer the entries of a spec's tasks, in the order in which they are written."""
    tasks = (task for task in desired.tasks.values() if task.spec == spec and task.item)
    return tuple(
        Entry(item=task.item, done=task.id in runs and runs[task.id].status.good)
        for task in sorted(tasks, key=_place)
    )


def _place(task: Task) -> tuple[int, int]:
    return task.where.line, task.where.column


def tick(text: str, entries: Sequence[Entry]) -> Ticked:
    """Tick the boxes of finished work; a box is never emptied, and doing it twice is fine.

    Texts match whatever their blanks and their Unicode form. Of boxes and entries of one text the last ones
    belong together, the last but one, and so on: where there are more boxes than entries, the first ones were
    done before there was a task for them. Boxes in code and in comments are none, and those below another
    item count where no other box has that text.
    """
    boxes: dict[str, list[_Box]] = {}
    for box in _boxes(text):
        boxes.setdefault(_plain(box.text), []).append(box)
    wanted: dict[str, list[Entry]] = {}
    for entry in entries:
        wanted.setdefault(_plain(entry.item), []).append(entry)
    letters = list(text)
    count, missing = 0, []
    for key, group in wanted.items():
        found = boxes.get(key, [])
        free = [box for box in found if not box.nested] or found
        for entry, box in zip_longest(reversed(group), reversed(free[-len(group) :])):
            if entry.done and box is None:
                missing.append(entry.item)
            elif entry.done and not box.done:
                letters[box.at] = "x"
                count += 1
    return Ticked(text="".join(letters), count=count, missing=tuple(dict.fromkeys(missing)))


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _boxes(text: str) -> Iterator[_Box]:
    """Answer the boxes of a Markdown text, those in code blocks and comments left out."""
    fence, comment = "", False
    items: list[int] = []
    for row in _LINE.finditer(text):
        line = row.group()
        marks = _FENCE.match(line)
        if fence:
            closes = (
                marks is not None and marks["fence"].startswith(fence) and not line[marks.end() :].strip()
            )
            fence = "" if closes else fence
            continue
        if comment:
            comment = _open(line, inside=True)
            continue
        if marks:
            fence = marks["fence"]
            continue
        comment = _open(line, inside=False)
        yield from _box(row.start(), line.removeprefix("\ufeff"), line, items)


def _open(line: str, *, inside: bool) -> bool:
    """Whether a comment goes on after a line."""
    if inside and "-->" not in line:
        return True
    rest = line.partition("-->")[2] if inside else line
    begin, end = rest.rfind("<!--"), rest.rfind("-->")
    return begin > end


def _box(start: int, line: str, whole: str, items: list[int]) -> Iterator[_Box]:
    """Answer the box of a line, if it has one; `items` are the indents of the list items that are open."""
    found = _ITEM.match(line)
    if found is None:
        if line.strip() and not line[0].isspace():
            items.clear()
        return
    indent = len(found["lead"].expandtabs(_TAB))
    while items and items[-1] + _DEEPER > indent:
        items.pop()
    box = _BOX.match(line)
    if box is not None:
        at = start + len(whole) - len(line) + box.start("mark")
        yield _Box(at, box["mark"] != " ", bool(items), box["text"])
    items.append(indent)
