"""Programs of checks: found before anybody is paid, and found again where they were."""

from __future__ import annotations

from pathlib import Path

import pytest

from specrun.core.contract import Check, Contract
from specrun.core.task import Task
from specrun.errors import EnvironmentProblem
from specrun.reconcile.programs import moved, places
from tests.core.make import task

MOVED = "tool_moved: pytest is not found where it was before the attempt"


def program(folder: Path, name: str) -> Path:
    """Make something that can be started."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def asking(*runs: str, **fields: object) -> Task:
    checks = tuple(Check(name=f"check{number}", run=text) for number, text in enumerate(runs))
    return task("a", contract=Contract(checks=checks), **fields)


def test_each_program_is_found_once_and_what_cannot_be_told_is_left_out(tmp_path: Path) -> None:
    pytest_ = program(tmp_path / "bin", "pytest")
    one = asking("pytest -q", "cd web && pytest", "./run.sh", "test -e x", f"{pytest_} -x")
    found = places(one, {"PATH": f"{tmp_path}/bin"})
    assert found == {"pytest": str(pytest_), str(pytest_): str(pytest_)}
    assert places(task("a"), {}) == {}


def test_one_that_is_nowhere_is_named_with_its_check(tmp_path: Path) -> None:
    with pytest.raises(
        EnvironmentProblem, match="s/a: its check check1 starts ruff, which is not found on PATH"
    ) as told:
        places(asking("true", "ruff check ."), {"PATH": str(tmp_path)})
    assert told.value.exit_code == 9
    assert told.value.fix.startswith("install ruff, or write another command for check1")


def test_the_path_of_the_task_counts_and_folders_of_the_tree_do_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ruff = program(tmp_path / "bin", "ruff")
    monkeypatch.chdir(tmp_path / "bin")
    one = asking("ruff check .")
    for path in ("", ".", ":", "bin"):
        with pytest.raises(EnvironmentProblem):
            places(one, {"PATH": f"{path}:/nonexistent"})
    assert places(asking("ruff .", env={"PATH": f".:{ruff.parent}"}), {"PATH": "/nonexistent"}) == {
        "ruff": str(ruff)
    }


def test_a_program_that_was_planted_before_the_known_one_is_told(tmp_path: Path) -> None:
    old = program(tmp_path / "usr", "pytest")
    environ = {"PATH": f"{tmp_path}/mine:{tmp_path}/usr"}
    one = asking("true", "pytest -q")
    before = places(one, environ)
    assert moved(one.contract.checks, before, one, environ) == ""
    new = program(tmp_path / "mine", "pytest")
    told = moved(one.contract.checks, before, one, environ)
    assert told == MOVED
    new.unlink()
    old.unlink()
    told = moved(one.contract.checks, before, one, environ)
    assert told == MOVED


def test_only_programs_that_were_known_before_can_have_moved(tmp_path: Path) -> None:
    program(tmp_path / "bin", "ruff")
    one = asking("ruff .", "./own.sh")
    assert moved(one.contract.checks, {}, one, {"PATH": f"{tmp_path}/bin"}) == ""
    assert moved((), {"ruff": "/elsewhere"}, one, {"PATH": f"{tmp_path}/bin"}) == ""
