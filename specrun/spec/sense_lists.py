"""Checks what a spec says of the task list that it came from: the file, and the boxes of its tasks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from specrun.errors import Problem
from specrun.spec.find import Refusal, read
from specrun.spec.node import Node
from specrun.spec.text import Text, quoted

MARKDOWN = (".md", ".markdown")
"""How the names of files end whose boxes are ticked."""


def check_checklist(text: Text, root: Node, folder: Path) -> Iterator[Problem]:
    """Answer what cannot be; `folder` is the top of the repo.

    Whether each box is there is not asked: people edit their lists, and a spec stays right meanwhile.
    """
    entry, tasks = root.present("checklist"), root.get("tasks")
    if entry is None:
        for task in tasks.entries().values() if tasks else ():
            item = task.node.present("item")
            if item:
                what = "item names a box, and the spec names no checklist"
                fix = "write `checklist:` and the Markdown file at spec level"
                yield text.problem(item.line, item.column, "E214", what, fix=fix)
        return
    file = entry.node.text()
    refusal = _refused(folder, file) if isinstance(file, str) else None
    if refusal:
        yield text.problem(entry.node.line, entry.node.column, refusal.code, refusal.what, fix=refusal.fix)


def _refused(folder: Path, file: str) -> Refusal | None:
    found = read(folder, file, 0)
    if isinstance(found, Refusal):
        return found
    if not file.lower().endswith(MARKDOWN):
        return Refusal("E403", f"{quoted(file)} is no Markdown file", "name one that ends in .md")
    return None
