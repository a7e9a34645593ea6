"""Reads the files of a repo and answers what they want."""

from __future__ import annotations

import contextlib
import gc
import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from specrun.core.agent import Adjustment, Declaration, Traits
from specrun.core.task import Desired, TaskId
from specrun.errors import Where
from specrun.spec.find import SETTINGS, Refusal, read, spec_files
from specrun.spec.prompts import MARKS, PromptBook
from specrun.spec.templates import Templates
from specrun.spec.text import MAX_BYTES
from specrun.spec.whereabouts import Whereabouts


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What the files of a repo want.

    `files` were read (relative to the root); `digests` are the hex SHA-256 of the specs and the settings
    among them. `agents` are those that the settings declare or adjust.
    """

    desired: Desired
    prompts: PromptBook
    files: tuple[str, ...]
    agents: Mapping[str, Declaration | Adjustment]
    digests: Mapping[str, str] = field(default_factory=dict)
    whereabouts: Whereabouts = field(default_factory=Whereabouts)

    def where(self, task_id: TaskId, component: str) -> Where | None:
        """Answer the place that says a component of a task, None where nobody says it.

        Components go by the names of fingerprints, or are keys of tasks; `vars.NAME` is one of the vars.
        """
        task = self.desired.tasks.get(task_id)
        return self.whereabouts.of(task, component) if task else None


def load(
    root: Path, names: Sequence[str], *, agents: Mapping[str, Traits], executors: Collection[str]
) -> Loaded:
    """Answer what the specs `names` of the repo at `root` want; without names, all specs.

    `agents` are those that need no declaration, `executors` the names that exist. Raises UsageProblem for a
    name that fits no spec, and InvalidSpec with every problem of every file.
    """
    files = spec_files(root, names)
    settings = (SETTINGS,) if (root / SETTINGS).exists() else ()
    written = {file: read(root, file, MAX_BYTES) for file in (*settings, *files)}
    found = {file: data for file, data in written.items() if not isinstance(data, Refusal)}
    book = PromptBook(Templates(root))
    try:
        if _marked(found.values()):
            book.child.start()
        # Imported late: the child gets ready meanwhile, and whoever loads nothing goes without the models.
        from specrun.spec.reading import judged

        with _no_pauses():
            answer = judged(files, written, book, agents=agents, executors=executors)
    finally:
        book.close()
    return Loaded(
        desired=answer.desired,
        prompts=book,
        files=(*found, *book.templates.files),
        agents=answer.agents,
        digests={file: hashlib.sha256(data).hexdigest() for file, data in found.items()},
        whereabouts=answer.whereabouts,
    )


def _marked(found: Iterable[bytes]) -> bool:
    """Whether some file may hold a prompt that has to be rendered, or a condition."""
    return any(mark.encode() in data for data in found for mark in (*MARKS, "when:"))


def nothing(root: Path) -> Loaded:
    """Answer what a repo without any spec wants."""
    return Loaded(
        desired=Desired(specs={}, tasks={}), prompts=PromptBook(Templates(root)), files=(), agents={}
    )


@contextlib.contextmanager
def _no_pauses() -> Iterator[None]:
    """Keep the garbage collector from walking thousands of young nodes that are all in use."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
