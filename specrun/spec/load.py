"""Reads the specs of a repo, or answers with everything that is wrong with them at once."""

from __future__ import annotations

import contextlib
import gc
import itertools
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from specrun.core.task import Desired, Spec, Task, TaskId
from specrun.errors import InvalidSpec, Problem, Where
from specrun.spec.compile import Setting, compile_spec
from specrun.spec.find import SETTINGS, Refusal, read, spec_files
from specrun.spec.node import Node
from specrun.spec.parse import parse
from specrun.spec.prompts import MARKS, PromptBook
from specrun.spec.schema import Doc, SettingsDoc, SpecDoc
from specrun.spec.sense import Known, check_settings, check_spec
from specrun.spec.shape import document
from specrun.spec.sources import Gathering
from specrun.spec.templates import Templates
from specrun.spec.text import Text, quoted, read_text

MAX_BYTES = 8 * 1024 * 1024
MOST_SHOWN = 50

DocT = TypeVar("DocT", bound=Doc)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What the files of a repo want. `files` were read (relative to the root); `warnings` hinder nothing."""

    desired: Desired
    prompts: PromptBook
    files: tuple[str, ...]
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _File:
    """One spec file that could be read: its text, its root and what is right of its document."""

    text: Text
    root: Node
    doc: SpecDoc | None


@dataclass(slots=True)
class _Reading:
    """One run of `load`: what was read so far and what is wrong with it."""

    root: Path
    agents: Collection[str]
    executors: Collection[str]
    book: PromptBook
    problems: list[Problem] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    settings: SettingsDoc | None = None

    def read(self, file: str) -> tuple[Text, Node] | None:
        data = read(self.root, file, MAX_BYTES)
        if isinstance(data, Refusal):
            self.problems.append(Problem(where=Where(file), code=data.code, what=data.what, fix=data.fix))
            return None
        self.files.append(file)
        text, problems = read_text(file, data, MAX_BYTES)
        self.problems += problems
        if not text.lines:
            return None
        if any(mark in text.text for mark in MARKS):
            self.book.child.start()
        node, problems = parse(text)
        self.problems += problems
        if node is None:
            return None
        return (text, node) if self._is_mapping(text, node) else None

    def _is_mapping(self, text: Text, node: Node) -> bool:
        if isinstance(node.value, dict):
            return True
        what = f"top level must be a mapping, found {'a ' + node.kind if node.kind != 'text' else 'text'}"
        self.problems.append(
            text.problem(node.line, node.column, "E101", what, fix="write `version: 1` and `tasks:`")
        )
        return False

    def document(self, text: Text, root: Node, model: type[DocT]) -> DocT | None:
        doc, problems = document(text, root, model)
        self.problems += problems
        return doc

    def known(self) -> Known:
        domains = (
            {name: doc.agent is not None for name, doc in self.settings.domains.items()}
            if self.settings
            else {}
        )
        agent = self.settings is not None and self.settings.agent is not None
        return Known(agents=self.agents, executors=self.executors, domains=domains, agent=agent)


def load(root: Path, names: Sequence[str], *, agents: Collection[str], executors: Collection[str]) -> Loaded:
    """Answer what the specs `names` of the repo at `root` want; without names, all specs.

    `agents` and `executors` are the names that exist. Raises InvalidSpec with every problem of every file.
    """
    files = spec_files(root, names)
    with _no_pauses():
        return _load(_Reading(root, agents, executors, PromptBook(Templates(root))), files)


def nothing(root: Path) -> Loaded:
    """Answer what a repo without any spec wants."""
    return Loaded(desired=Desired(specs={}, tasks={}), prompts=PromptBook(Templates(root)), files=())


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


def _load(reading: _Reading, files: Sequence[str]) -> Loaded:
    try:
        _read_settings(reading)
        specs = [_read_spec(reading, file) for file in files]
        read_files = [each for each in specs if each is not None]
        reading.problems += _same_names(read_files)
        desired = _desired(reading, read_files)
    finally:
        reading.book.close()
    if reading.problems:
        raise InvalidSpec(shown(reading.problems))
    return Loaded(
        desired=desired, prompts=reading.book, files=(*reading.files, *reading.book.templates.files)
    )


def _read_settings(reading: _Reading) -> None:
    if not (reading.root / SETTINGS).exists():
        return
    found = reading.read(SETTINGS)
    if found is None or _too_new(reading, *found):
        return
    text, root = found
    reading.settings = reading.document(text, root, SettingsDoc)
    own = dict.fromkeys((root.get("domains") or root).entries(), False)
    known = Known(agents=reading.agents, executors=reading.executors, domains=own)
    reading.problems += check_settings(text, root, known)


def _read_spec(reading: _Reading, file: str) -> _File | None:
    found = reading.read(file)
    if found is None or _too_new(reading, *found):
        return None
    text, root = found
    doc = reading.document(text, root, SpecDoc)
    reading.problems += check_spec(text, root, reading.known())
    return _File(text, root, doc)


def _too_new(reading: _Reading, text: Text, root: Node) -> bool:
    """Judge nothing else in a file of a newer version: its other words may be right there."""
    node = root.get("version")
    written = node.text() if node else None
    if node is None or written is None or not written.isdecimal() or len(written) > 9 or int(written) <= 1:  # noqa: PLR2004
        return False
    what = f"version {int(written)} is newer than this program (max 1)"
    reading.problems.append(text.problem(node.line, node.column, "E206", what, fix="update specrun"))
    return True


def _same_names(files: list[_File]) -> list[Problem]:
    problems = []
    seen: dict[str, Where] = {}
    for each in files:
        node = each.root.get("name")
        name = node.text() if node else None
        if node is None or name is None:
            continue
        here = Where(each.text.file, node.line, node.column)
        first = seen.setdefault(name.casefold(), here)
        if first != here:
            what = f"spec name {quoted(name)} is also used at {first}"
            problems.append(each.text.problem(node.line, node.column, "E208", what, fix="rename one of them"))
    return problems


def _desired(reading: _Reading, files: list[_File]) -> Desired:
    """Compile what is right, and check all prompts that can be checked."""
    specs: dict[str, Spec] = {}
    tasks: dict[TaskId, Task] = {}
    for each in files:
        if each.doc is None:
            continue
        setting = Setting.of(each.doc, reading.settings)
        specs[each.doc.name] = compile_spec(each.doc, reading.settings, each.text.file)
        gathering = Gathering(each.text, each.root, setting, reading.book)
        made = gathering.all()
        reading.problems += gathering.problems.values()
        reading.problems += reading.book.check(list(made.values()))
        entries = (each.root.get("tasks") or each.root).entries()
        for name, source in made.items():
            checked = reading.book.checked.get(source.task_id)
            if checked is not None:
                where = Where(each.text.file, entries[name].line, entries[name].column)
                prompt = None if checked.tasks else checked.text
                tasks[source.task_id] = setting.compile_task(name, where, prompt)
    return Desired(specs=dict(sorted(specs.items())), tasks=dict(sorted(tasks.items())))


def shown(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Answer problems by file and line, each once, at most fifty of a file and one that counts the rest."""
    unique = dict.fromkeys(
        sorted(problems, key=lambda each: (each.where.file, each.where.line, each.where.column, each.code))
    )
    answer: list[Problem] = []
    for file, group in itertools.groupby(unique, key=lambda each: each.where.file):
        found = list(group)
        answer += found[:MOST_SHOWN]
        more = len(found) - MOST_SHOWN
        if more > 0:
            last = found[-1].where
            what = f"{more} more problems in this file are not shown"
            answer.append(
                Problem(
                    where=Where(file, last.line, last.column), code="E199", what=what, fix="mend these first"
                )
            )
    return tuple(answer)
