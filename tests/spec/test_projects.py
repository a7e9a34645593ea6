"""The projects of a spec: what is written goes before what is found, and the nearer file before the other."""

from __future__ import annotations

from pathlib import Path

import pytest

from specrun.core.project import KINDS, Project
from specrun.spec.detect import Detection
from specrun.spec.parse import parse
from specrun.spec.projects import Survey, Written, survey
from specrun.spec.schema import FileDoc, SpecDoc
from specrun.spec.schema_settings import SettingsDoc
from specrun.spec.shape import document
from specrun.spec.text import read_text

PYTHON = dict(KINDS["python"].commands)


def file(name: str, source: str, model: type[FileDoc]) -> Written:
    text, _ = read_text(name, f"version: 1\n{source}".encode(), 100_000)
    node, _ = parse(text)
    assert node is not None
    doc, _ = document(text, node, model)
    return doc, text, node


def found(root: Path, source: str = "", settings: str | None = None) -> Survey:
    spec = file("specs/a.yaml", f"name: a\n{source}tasks: {{t: {{prompt: x}}}}\n", SpecDoc)
    above = [] if settings is None else [file("specrun.yaml", settings, SettingsDoc)]
    return survey([spec, *above], Detection(root))


def said(survey: Survey) -> list[str]:
    return [f"{each.where} {each.code} {each.what}" for each in survey.problems]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "package.json").write_text('{"scripts": {"test": "x"}}')
    (tmp_path / "docs").mkdir()
    return tmp_path


def test_what_lies_at_the_top_is_found(root: Path, tmp_path: Path) -> None:
    top = Project(kind="python", source="pyproject.toml", commands=PYTHON)
    assert found(root) == found(root, "project:\n") == found(root, "project: {}\n") == Survey((top,))
    assert found(tmp_path / "docs") == Survey(())


def test_a_word_is_the_type(root: Path) -> None:
    (project,) = found(root, "project: go\n").projects
    assert (project.path, project.kind, project.source) == ("", "go", "specs/a.yaml")
    assert project.commands == KINDS["go"].commands


def test_single_commands_go_before_those_of_the_type(root: Path) -> None:
    (project,) = found(root, "project: {lint: ruff check src}\n").projects
    assert (project.kind, project.source) == ("python", "pyproject.toml")
    assert project.commands == {**PYTHON, "lint": "ruff check src"}
    (project,) = found(root, "project: {type: rust, build: make}\n").projects
    assert (project.kind, project.source) == ("rust", "specs/a.yaml")
    assert project.commands == {**KINDS["rust"].commands, "build": "make"}


def test_commands_alone_make_a_project_without_a_type(root: Path) -> None:
    (project,) = found(root / "docs", "project: {lint: b, test: a}\n").projects
    assert project == Project(source="specs/a.yaml", commands={"test": "a", "lint": "b"})
    assert list(project.commands) == ["test", "lint"]
    (root / "docs" / "package.json").write_text('{"scripts": {"lint": "x"}}')
    (project,) = found(root / "docs", "project: {test: a}\n").projects
    assert list(project.commands) == ["test", "lint"]


def test_a_map_of_folders(root: Path) -> None:
    paths = "{web/: , docs: {type: node, lint: x}, ./api: go}"
    (root / "api").mkdir()
    top, api, docs, web = found(root, f"project: {{paths: {paths}}}\n").projects
    assert (top.path, top.source) == ("", "pyproject.toml")
    assert (api.path, api.kind, api.source) == ("api", "go", "specs/a.yaml")
    assert (docs.path, docs.commands) == ("docs", {**KINDS["node"].commands, "lint": "x"})
    assert web == Project(path="web", kind="node", source="web/package.json", commands={"test": "npm test"})


def test_the_nearer_file_decides_as_a_whole(root: Path) -> None:
    settings = "project: {lint: x, paths: {web: }}\n"
    assert [project.path for project in found(root, settings=settings).projects] == ["", "web"]
    assert found(root, settings=settings).projects[0].commands["lint"] == "x"
    (project,) = found(root, "project: {test: y}\n", settings).projects
    assert project.commands == {**PYTHON, "test": "y"}
    assert found(root, settings="project: go\n").projects[0].source == "specrun.yaml"


@pytest.mark.parametrize(
    ("paths", "complaint"),
    [
        ("{docs: }", '3:19 E408 no project was found in "docs"'),
        ("{docs: {}}", '3:19 E408 no project was found in "docs"'),
        ("{nope: go}", '3:19 E400 folder "nope" not found'),
        ("{pyproject.toml: go}", '3:19 E403 "pyproject.toml" is no folder'),
        ("{../x: go}", '3:19 E401 path "../x" leaves the repository'),
    ],
)
def test_folders_that_hold_nothing(root: Path, paths: str, complaint: str) -> None:
    answer = found(root, f"project: {{paths: {paths}}}\n")
    assert said(answer) == [f"specs/a.yaml:{complaint}"]
    assert (answer.projects, answer.sure) == ((), False)


@pytest.mark.parametrize("project", ["pyton", "{type: pyton}", "{paths: {web: pyton}}", "3", "{typ: go}"])
def test_nothing_is_sure_beside_what_is_wrong(root: Path, project: str) -> None:
    assert found(root, f"project: {project}\n") == Survey((), sure=False)
    assert found(root, settings=f"project: {project}\n") == Survey((), sure=False)
