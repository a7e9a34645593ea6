"""Works out the projects of a spec: what is written under `project`, else what the files of the repo tell."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from specrun.core.project import COMMANDS, KINDS, Project
from specrun.errors import Problem
from specrun.spec.detect import Detection
from specrun.spec.find import refused_folder
from specrun.spec.node import Node
from specrun.spec.schema import FileDoc
from specrun.spec.schema_proof import CommandsDoc, ProjectDoc
from specrun.spec.shape import key_place
from specrun.spec.text import Text, quoted

Said = tuple[str | None, Mapping[str, str]]
"""What is written about one project: its type and its commands."""
Written = tuple[FileDoc | None, Text, Node]
"""One file: what is right of it, its text and its root."""


@dataclass(frozen=True, slots=True)
class Survey:
    """The projects that were found; not `sure` where what is written about them is wrong."""

    projects: tuple[Project, ...]
    problems: tuple[Problem, ...] = ()
    sure: bool = True


def survey(files: Sequence[Written], detection: Detection) -> Survey:
    """Answer the projects of a spec; of its files, nearest first, one with a `project` decides alone."""
    for doc, text, root in files:
        entry = root.present("project")
        if entry is not None:
            said = doc.project if doc is not None else None
            return Survey((), sure=False) if said is None else _written(said, text, entry.node, detection)
    top = _one("", (None, {}), "", detection)
    return Survey((top,) if top else ())


def _written(project: str | ProjectDoc, text: Text, node: Node, detection: Detection) -> Survey:
    paths = {} if isinstance(project, str) else project.paths
    asked = {
        "": _said(project),
        **{posixpath.normpath(folder): _said(form) for folder, form in paths.items()},
    }
    problems = tuple(_misplaced(paths, text, node, detection))
    if problems or any(kind is not None and kind not in KINDS for kind, _ in asked.values()):
        return Survey((), problems, sure=False)
    found = (_one(folder, said, text.file, detection) for folder, said in sorted(asked.items()))
    return Survey(tuple(one for one in found if one is not None))


def _said(form: str | CommandsDoc | None) -> Said:
    if not isinstance(form, CommandsDoc):
        return form, {}
    commands = {name: getattr(form, name) for name in COMMANDS}
    return form.type, {name: run for name, run in commands.items() if run is not None}


def _one(folder: str, said: Said, file: str, detection: Detection) -> Project | None:
    """Answer the project in a folder of which `file` says something, None where there is nothing."""
    kind, source = (said[0], file) if said[0] else detection.mark(folder) or ("", file)
    commands = {**(detection.commands(folder, kind) if kind else {}), **said[1]}
    if not kind and not commands:
        return None
    ordered = {name: commands[name] for name in COMMANDS if name in commands}
    return Project(path=folder, kind=kind, source=source, commands=ordered)


def _misplaced(
    paths: Mapping[str, str | CommandsDoc | None], text: Text, node: Node, detection: Detection
) -> Iterator[Problem]:
    """Answer the folders that are none, and those in which nothing was found."""
    for folder, form in paths.items():
        line, column = key_place(node, ("paths", folder))
        refusal = refused_folder(detection.root, folder)
        if refusal:
            yield text.problem(line, column, refusal.code, refusal.what, fix=refusal.fix)
        elif _said(form) == (None, {}) and detection.mark(posixpath.normpath(folder)) is None:
            what = f"no project was found in {quoted(folder)}"
            fix = "write its type such as python beside it, or its commands"
            yield text.problem(line, column, "E408", what, fix=fix)
