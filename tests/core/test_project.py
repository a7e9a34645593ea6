"""What each type of project shows, runs and protects."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.core.contract import Contract
from specrun.core.glob import matches
from specrun.core.project import COMMANDS, EVERYWHERE, KINDS, guarded, takes_out


@pytest.mark.parametrize("kind", KINDS)
def test_every_type_can_be_recognised_run_and_protected(kind: str) -> None:
    about = KINDS[kind]
    assert tuple(about.commands) == COMMANDS
    assert all(command.strip() == command and command for command in about.commands.values())
    contract = Contract(kinds=(("", kind),))
    for mark in about.marks:
        assert matches(guarded(contract), mark.replace("*", "x"), case=False), mark
    assert not any(takes_out(glob) for glob in about.protect)


def test_a_makefile_says_least() -> None:
    assert [*KINDS][-1] == "make"


@pytest.mark.parametrize(
    "path",
    [
        *("specs/auth.yaml", "prompts/a/b.md.j2", "specrun.yaml", "orchestration.yaml"),
        *(
            ".github/workflows/ci.yml",
            "Makefile",
            "src/Makefile",
            "makefile",
            ".gitattributes",
            "a/.gitattributes",
        ),
        *("pyproject.toml", "sub/pyproject.toml", "tests/conftest.py", "conftest.py", "pytest.py"),
        *("pytest/__init__.py", "a/sitecustomize.py", "x.pth", "PyProject.toml", "CONFTEST.PY"),
    ],
)
def test_the_ways_around_the_checks_of_a_python_project_are_protected(path: str) -> None:
    assert matches(guarded(Contract(kinds=(("", "python"),))), path, case=False)


@pytest.mark.parametrize("path", ["src/auth.py", "tests/test_auth.py", "README.md", "docs/specs.md"])
def test_work_itself_is_not_protected(path: str) -> None:
    assert not matches(guarded(Contract(kinds=(("", "python"),))), path, case=False)


def test_a_project_in_a_folder_is_protected_there_and_nowhere_else() -> None:
    globs = guarded(Contract(kinds=(("web", "node"), ("", "python"))))
    assert matches(globs, "web/package.json")
    assert matches(globs, "web/deep/jest.config.js")
    assert not matches(globs, "package.json")
    assert not matches(globs, "lib/jest.config.js")


@pytest.mark.parametrize("folder", ["[slug]", "a*b", "what?", "!not", "a[b", "a]b", "x/[y]/z"])
def test_the_name_of_a_folder_is_no_glob(folder: str) -> None:
    globs = guarded(Contract(kinds=((folder, "go"),)))
    assert matches(globs, f"{folder}/go.mod")
    assert not matches(globs, "s/go.mod")
    # Nor does it take anything out.
    assert matches(globs, "Makefile")


def test_what_a_spec_says_is_added_taken_out_or_turned_off() -> None:
    base = Contract(kinds=(("", "python"),))
    globs = guarded(replace(base, protect=("tests", "!tests/free", "!conftest.py")))
    paths = ["tests/test_a.py", "tests/free/a", "conftest.py", "sub/conftest.py", "pyproject.toml"]
    assert [matches(globs, path) for path in paths] == [True, False, False, True, True]
    assert guarded(replace(base, protect=())) == ()
    assert guarded(Contract()) == EVERYWHERE
    assert guarded(Contract(kinds=(("", ""), ("", "fortran")))) == EVERYWHERE


@given(st.lists(st.sampled_from([*KINDS]), max_size=3))
def test_more_projects_never_protect_less(kinds: list[str]) -> None:
    some = guarded(Contract(kinds=tuple(("", kind) for kind in kinds)))
    assert set(guarded(Contract())) <= set(some)
