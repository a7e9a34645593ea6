"""Reads specrun.yaml alone, for those who write a spec that it will hold for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from specrun.core.agent import Adjustment, Declaration, Traits
from specrun.core.task import Task
from specrun.spec.find import SETTINGS, Refusal, read
from specrun.spec.parse import parse
from specrun.spec.prompts import PromptBook
from specrun.spec.reading import judged
from specrun.spec.schema_settings import SettingsDoc
from specrun.spec.shape import document
from specrun.spec.templates import Templates
from specrun.spec.text import MAX_BYTES, Text, read_text

_MISSING = "E400"


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What specrun.yaml says: the agents that it declares, its domains with their keywords, its own agent.

    `keys` are those at its top, none where there is no such file.
    """

    agents: Mapping[str, Declaration | Adjustment] = field(default_factory=dict)
    domains: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    agent: str = ""
    keys: frozenset[str] = frozenset()


def defaults(root: Path, *, agents: Mapping[str, Traits], executors: Collection[str]) -> Defaults:
    """Answer what the settings of a repo say, nothing where there are none.

    Raises InvalidSpec with everything that is wrong with them.
    """
    data = read(root, SETTINGS, MAX_BYTES)
    if isinstance(data, Refusal) and data.code == _MISSING:
        return Defaults()
    found = judged((), {SETTINGS: data}, PromptBook(Templates(root)), agents=agents, executors=executors)
    doc = None
    if isinstance(data, bytes):
        text, _ = read_text(SETTINGS, data, MAX_BYTES)
        node, _ = parse(text)
        doc = document(text, node, SettingsDoc)[0] if node is not None else None
    domains = {name: tuple(each.keywords) for name, each in doc.domains.items()} if doc else {}
    keys = frozenset(doc.model_fields_set) if doc else frozenset()
    return Defaults(agents=found.agents, domains=domains, agent=(doc.agent or "") if doc else "", keys=keys)


class Coming(Templates):
    """The templates of the repo, and some that are about to be written."""

    def __init__(self, root: Path, coming: Mapping[str, bytes]) -> None:
        super().__init__(root)
        self._coming = coming

    def find(self, file: str) -> Text | Refusal:
        """Answer a template, or why it is not read."""
        found = super().find(file)
        if isinstance(found, Refusal) and found.code == _MISSING and file in self._coming:
            found = self._read[file] = read_text(file, self._coming[file], MAX_BYTES)[0]
        return found


def tried(
    root: Path,
    written: Mapping[str, bytes],
    templates: Mapping[str, bytes],
    *,
    agents: Mapping[str, Traits],
    executors: Collection[str],
) -> tuple[Task, ...]:
    """Answer the tasks of a spec that is not written yet, in the order of its file.

    `written` has its text by its path, and the settings where there are or will be any; `templates` are those
    that will be there if they are not yet. Raises InvalidSpec with everything that is wrong.
    """
    files = [file for file in written if file != SETTINGS]
    book = PromptBook(Coming(root, templates))
    try:
        found = judged(files, written, book, agents=agents, executors=executors)
    finally:
        book.close()
    return tuple(sorted(found.desired.tasks.values(), key=lambda task: task.where.line))
