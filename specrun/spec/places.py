"""Finds where the nearest level says something about a task, and says there what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

from specrun.errors import Problem
from specrun.spec.compile import Setting, levels
from specrun.spec.node import Node
from specrun.spec.schema import SharedDoc, TaskDoc
from specrun.spec.text import Text

File = tuple[Text, Node]


@dataclass(frozen=True, slots=True)
class Place:
    """A value that holds for a task: the file, the place in it, and the level that says it.

    `own` says whether that is the task itself.
    """

    text: Text
    node: Node
    level: SharedDoc | None = None
    own: bool = False

    def problem(self, code: str, what: str, fix: str, expected: str = "") -> Problem:
        """Say what is wrong here."""
        return self.text.problem(self.node.line, self.node.column, code, what, expected=expected, fix=fix)

    def at(self, node: Node) -> Place:
        """Answer another place in the same file."""
        return Place(self.text, node, self.level, self.own)


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The files that say something about the tasks of one spec; `settings` is the repo-wide one."""

    setting: Setting
    spec: File
    settings: File | None

    def written(self, name: str, *keys: str) -> Place | None:
        """Answer where the nearest level says something about a task."""
        doc = self.setting.doc.tasks[name]
        domain = self.setting.domains.get(doc.domain or "")
        for level in levels(doc, domain, self.setting.doc, self.setting.settings).docs:
            value: object = level
            for key in keys:
                value = getattr(value, key, None)
            if value is None:
                continue
            text, node = self._home(name, doc, level)
            return Place(text, at(node, *keys), level, own=level is doc)
        return None

    def task(self, name: str, *keys: str) -> Place:
        """Answer where a task says something itself, else the nearest thing above it."""
        return Place(self.spec[0], at(self.spec[1], "tasks", name, *keys), own=True)

    def _home(self, name: str, doc: TaskDoc, level: object) -> File:
        """Answer the file of a level and its node there."""
        text, root = self.spec
        if level is doc:
            return text, at(root, "tasks", name)
        if level is self.setting.doc:
            return text, root
        if level is self.setting.settings or doc.domain not in self.setting.doc.domains:
            text, root = self.settings or self.spec
        if level is self.setting.settings:
            return text, root
        return text, at(root, "domains", doc.domain or "")


def at(node: Node, *keys: str) -> Node:
    """Answer the value below, or the nearest one above it that is there."""
    for key in keys:
        node = node.get(key) or node
    return node
