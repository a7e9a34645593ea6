"""Judges the files of a repo together: answers what they want, or everything that is wrong with them."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from specrun.core.agent import Adjustment, Declaration, Traits, traits_of
from specrun.core.safety import Thresholds
from specrun.core.task import Desired, Spec, Task, TaskId
from specrun.errors import InvalidSpec, Problem, Where
from specrun.spec.compile import Setting, compile_spec
from specrun.spec.detect import Detection
from specrun.spec.fields import Doc
from specrun.spec.find import SETTINGS, Refusal
from specrun.spec.fitting import Fitting
from specrun.spec.node import Node
from specrun.spec.parse import parse
from specrun.spec.places import Places
from specrun.spec.projects import Survey, survey
from specrun.spec.prompts import PromptBook
from specrun.spec.proving import Proving
from specrun.spec.schema import FileDoc, SpecDoc
from specrun.spec.sense import Known, check_settings, check_spec
from specrun.spec.sense_lists import check_checklist
from specrun.spec.shape import document
from specrun.spec.sources import Gathering
from specrun.spec.text import MAX_BYTES, Text, quoted, read_text
from specrun.spec.whereabouts import Whereabouts

MOST_SHOWN = 50

DocT = TypeVar("DocT", bound=Doc)
_DIGITS = 9


@dataclass(frozen=True, slots=True)
class _File:
    """One spec file that could be read: its text, its root and what is right of its document."""

    text: Text
    root: Node
    doc: SpecDoc | None


@dataclass(slots=True)
class _Reading:
    """One run of `judged`: what was understood so far and what is wrong with it."""

    written: Mapping[str, bytes | Refusal]
    builtin: Mapping[str, Traits]
    executors: Collection[str]
    book: PromptBook
    problems: list[Problem] = field(default_factory=list)
    settings: FileDoc | None = None
    settings_file: tuple[Text, Node] | None = None
    agents: Mapping[str, Declaration | Adjustment] = field(default_factory=dict)
    thresholds: Thresholds = field(default_factory=Thresholds)

    def read(self, file: str) -> tuple[Text, Node] | None:
        data = self.written[file]
        if isinstance(data, Refusal):
            self.problems.append(Problem(where=Where(file), code=data.code, what=data.what, fix=data.fix))
            return None
        text, problems = read_text(file, data, MAX_BYTES)
        self.problems += problems
        if not text.lines:
            return None
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
        return Known(agents=self.names(), executors=self.executors, domains=domains, agent=agent)

    def names(self) -> tuple[str, ...]:
        """Answer the names of all agents, also of those that are declared wrongly."""
        agents = self.settings_file[1].get("agents") if self.settings_file else None
        return (*self.builtin, *(agents.entries() if agents else ()))

    def traits(self) -> dict[str, Traits]:
        """Answer what is known of all agents."""
        own = {name: traits_of(one) for name, one in self.agents.items() if isinstance(one, Declaration)}
        return {**self.builtin, **own}


class Judged(NamedTuple):
    """What the files want, which agents the settings declare or adjust, and where all that is written."""

    desired: Desired
    agents: Mapping[str, Declaration | Adjustment]
    whereabouts: Whereabouts


def judged(
    files: Sequence[str],
    written: Mapping[str, bytes | Refusal],
    book: PromptBook,
    *,
    agents: Mapping[str, Traits],
    executors: Collection[str],
) -> Judged:
    """Answer what the spec `files` want.

    `written` has the bytes of the files and those of the settings, if any; `agents` need no declaration.
    The prompts go into `book`. Raises InvalidSpec with every problem of every file.
    """
    reading = _Reading(written, agents, executors, book)
    _read_settings(reading)
    specs = [_read_spec(reading, file) for file in files]
    read_files = [each for each in specs if each is not None]
    reading.problems += _same_names(read_files)
    desired = _desired(reading, read_files)
    if reading.problems:
        raise InvalidSpec(shown(reading.problems))
    settings = reading.settings_file
    return Judged(
        desired,
        reading.agents,
        Whereabouts(
            specs={each.doc.name: (each.text.file, each.root) for each in read_files if each.doc},
            settings=(settings[0].file, settings[1]) if settings else None,
        ),
    )


def _read_settings(reading: _Reading) -> None:
    if SETTINGS not in reading.written:
        return
    found = reading.read(SETTINGS)
    if found is None or _too_new(reading, *found):
        return
    # Imported late: most repos do without this file.
    from specrun.spec.declaring import check_agents, declared
    from specrun.spec.schema_settings import SettingsDoc

    text, root = reading.settings_file = found
    doc = reading.settings = reading.document(text, root, SettingsDoc)
    reading.agents = declared(doc, reading.builtin)
    if doc and doc.thresholds:
        reading.thresholds = Thresholds(**doc.thresholds.model_dump())
    known = Known(agents=reading.names(), executors=reading.executors, domains={})
    reading.problems += check_settings(text, root, known)
    reading.problems += check_agents(text, root, reading.builtin)


def _read_spec(reading: _Reading, file: str) -> _File | None:
    found = reading.read(file)
    if found is None or _too_new(reading, *found):
        return None
    text, root = found
    doc = reading.document(text, root, SpecDoc)
    reading.problems += check_spec(text, root, reading.known())
    reading.problems += check_checklist(text, root, reading.book.templates.root)
    return _File(text, root, doc)


def _too_new(reading: _Reading, text: Text, root: Node) -> bool:
    """Judge nothing else in a file of a newer version: its other words may be right there."""
    node = root.get("version")
    written = node.text() if node else None
    # What is longer is no version, and a number of thousands of digits is an error of its own in Python.
    if node is None or written is None or not written.isdecimal() or len(written) > _DIGITS:
        return False
    if int(written) <= 1:
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
    traits = reading.traits()
    detection = Detection(reading.book.templates.root)
    for each in files:
        if each.doc is None:
            continue
        found = _survey(reading, each, detection)
        setting = Setting.of(each.doc, reading.settings, reading.agents, traits, found.projects)
        specs[each.doc.name] = compile_spec(each.doc, reading.settings, each.text.file, found.projects)
        own = _compiled(reading, each, setting)
        places = Places(setting=setting, spec=(each.text, each.root), settings=reading.settings_file)
        reading.problems += Fitting(places=places).check(own)
        reading.problems += Proving(places=places, survey=found).check()
        tasks.update((task.id, task) for task in own.values())
    return Desired(
        specs=dict(sorted(specs.items())), tasks=dict(sorted(tasks.items())), thresholds=reading.thresholds
    )


def _survey(reading: _Reading, file: _File, detection: Detection) -> Survey:
    above = reading.settings_file
    if above is None and SETTINGS in reading.written and file.root.present("project") is None:
        return Survey((), sure=False)
    settings = [(reading.settings, *above)] if above else []
    found = survey([(file.doc, file.text, file.root), *settings], detection)
    reading.problems += found.problems
    return found


def _compiled(reading: _Reading, file: _File, setting: Setting) -> dict[str, Task]:
    """Answer the tasks of one file whose prompts are right, by id."""
    gathering = Gathering(file.text, file.root, setting, reading.book)
    made = gathering.all()
    reading.problems += gathering.problems.values()
    reading.problems += reading.book.check(list(made.values()))
    entries = (file.root.get("tasks") or file.root).entries()
    own: dict[str, Task] = {}
    for name, source in made.items():
        checked = reading.book.checked.get(source.task_id)
        if checked is not None:
            where = Where(file.text.file, entries[name].line, entries[name].column)
            own[name] = setting.compile_task(name, where, checked, source.pages[0][0])
    return own


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
