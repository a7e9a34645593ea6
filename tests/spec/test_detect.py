"""The files of a folder tell the type of its project and which of its commands exist."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from specrun.core.project import KINDS
from specrun.spec.detect import LIMIT, Detection

MARKS = {
    "node": "package.json",
    "rust": "Cargo.toml",
    "python": "pyproject.toml",
    "go": "go.mod",
    "maven": "pom.xml",
    "gradle": "settings.gradle.kts",
    "dotnet": "App.sln",
    "make": "Makefile",
}


def look(root: Path, **files: str) -> Detection:
    for name, text in files.items():
        (root / name.replace("_", ".")).write_text(text)
    return Detection(root)


def test_every_type_has_a_mark_here() -> None:
    assert MARKS.keys() == KINDS.keys()


@pytest.mark.parametrize(("kind", "mark"), MARKS.items())
def test_a_mark_tells_the_type(tmp_path: Path, kind: str, mark: str) -> None:
    (tmp_path / mark).write_text("")
    (tmp_path / "README.md").write_text("")
    assert Detection(tmp_path).mark("") == (kind, mark)


def test_the_first_type_wins_and_a_makefile_says_least(tmp_path: Path) -> None:
    assert look(tmp_path, Makefile="", go_mod="", pyproject_toml="").mark("") == ("python", "pyproject.toml")


def test_folders_are_looked_into_for_themselves(tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "package.json").write_text("{}")
    detection = Detection(tmp_path)
    assert detection.mark("") is None
    assert detection.mark("web") == ("node", "web/package.json")
    assert detection.mark("nowhere") is None


def test_what_is_no_file_of_the_repo_marks_nothing(tmp_path: Path) -> None:
    root = tmp_path / "repo"
    (root / "pyproject.toml").mkdir(parents=True)
    (tmp_path / "outside").write_text("")
    (root / "package.json").symlink_to(tmp_path / "outside")
    os.mkfifo(root / "go.mod")
    (root / "Cargo.toml").symlink_to("nowhere")
    assert Detection(root).mark("") is None
    (root / "real.xml").write_text("")
    (root / "pom.xml").symlink_to("real.xml")
    assert Detection(root).mark("") == ("maven", "pom.xml")


def test_a_node_project_has_the_commands_that_it_has_scripts_for(tmp_path: Path) -> None:
    detection = look(tmp_path, package_json='{"scripts": {"lint": "x", "test": "y", "start": "z"}}')
    assert detection.commands("", "node") == {"test": "npm test", "lint": "npm run lint"}


@pytest.mark.parametrize("text", ["{", "[]", '"x"', "\x00", "[" * 100_000, "{}" + " " * LIMIT])
def test_a_package_file_that_nobody_can_read_tells_nothing(tmp_path: Path, text: str) -> None:
    assert look(tmp_path, package_json=text).commands("", "node") == KINDS["node"].commands


@pytest.mark.parametrize("text", ["{}", '{"scripts": null}', '{"scripts": ["test"]}'])
def test_a_package_file_without_scripts_has_no_commands(tmp_path: Path, text: str) -> None:
    assert look(tmp_path, package_json=text).commands("", "node") == {}


MAKEFILE = """\
# build: a comment
build := gcc
lint ::= x
lint = y
.PHONY: build
all test:: deps
\techo build: x
deps:; true
install: lint
"""


def test_a_makefile_has_the_targets_that_it_spells_out(tmp_path: Path) -> None:
    assert look(tmp_path, Makefile=MAKEFILE).commands("", "make") == {"test": "make test"}
    assert Detection(tmp_path / "nowhere").commands("", "make") == KINDS["make"].commands


def test_make_looks_for_its_own_file_first(tmp_path: Path) -> None:
    detection = look(tmp_path, Makefile="test:\n", GNUmakefile="lint:\n")
    assert detection.commands("", "make") == {"lint": "make lint"}


@pytest.mark.parametrize(
    ("kind", "wrapper", "command"),
    [("gradle", "gradlew", "./gradlew test"), ("maven", "mvnw", "./mvnw -B test")],
)
def test_a_tool_that_the_project_brings_along_is_used(
    tmp_path: Path, kind: str, wrapper: str, command: str
) -> None:
    assert Detection(tmp_path).commands("", kind) == KINDS[kind].commands
    (tmp_path / wrapper).write_text("")
    assert Detection(tmp_path).commands("", kind)["test"] == command


def test_a_folder_is_listed_once(tmp_path: Path) -> None:
    detection = Detection(tmp_path)
    assert detection.mark("") is None
    (tmp_path / "go.mod").write_text("")
    assert detection.mark("") is None
    assert Detection(tmp_path).mark("") == ("go", "go.mod")
