"""Tests how coding CLIs are found and asked for their versions."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from specrun.store.health import Finding
from specrun.store.programs import Program, looked_at
from specrun.system.processes import identify
from tests.poll import until

SHELL_PATH = "/usr/bin:/bin"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the CLIs of a test lie."""
    made = tmp_path / "bin"
    made.mkdir()
    return made


def install(folder: Path, script: str, name: str = "cli") -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def look(folder: Path, name: str = "cli", *, wanted: str = "", limit: float = 10.0) -> Finding:
    return looked_at([program(folder, name, wanted=wanted)], limit=limit)[0]


def program(folder: Path, name: str = "cli", *, wanted: str = "") -> Program:
    return Program(
        name=f"agent {name}",
        program=name,
        version=(name, "--version"),
        tested=("1.2.3", "1.3.0"),
        wanted=wanted,
        path=f"{folder}:{SHELL_PATH}",
    )


@pytest.mark.parametrize(
    ("script", "told"),
    [
        pytest.param("echo 1.2.3", "1.2.3 (tested)", id="known"),
        pytest.param(
            "echo 'cli 1.2.4-rc.1 (CLI)'", "1.2.4-rc.1 (not tested; tested: 1.2.3, 1.3.0)", id="new"
        ),
        pytest.param("echo v1.2.3 >&2", "1.2.3 (tested)", id="on standard error"),
        pytest.param(r"printf '\033[31m1.2.3\033]0;x\007'", "1.2.3 (tested)", id="with colours"),
        pytest.param("echo none; echo x", "tells no version: none", id="no version"),
        pytest.param(
            "echo 'no 1.2.3 here'; exit 3", "tells no version (exit code 3): no 1.2.3 here", id="failed"
        ),
        pytest.param("kill -9 $$", "tells no version (signal 9)", id="killed"),
        pytest.param("yes", "tells no version (signal 9): y", id="endless"),
        pytest.param('test "$1" = --version && echo 1.2.3', "1.2.3 (tested)", id="its own argument"),
    ],
)
def test_the_version_is_told_and_whether_it_was_tested(folder: Path, script: str, told: str) -> None:
    path = install(folder, script)
    assert look(folder) == Finding(name="agent cli", what=f"{path} {told}")


def test_a_program_that_is_not_there_is_a_fault_only_where_a_task_wants_it(folder: Path) -> None:
    found = look(folder)
    assert (found.ok, found.notice, found.what) == (True, True, "not installed")
    found = look(folder, wanted="demo/one")
    assert (found.ok, found.what) == (False, "not installed, and demo/one wants it")
    assert found.fix == "install cli, or write another `agent`"


def test_what_can_be_done_instead_is_told(folder: Path) -> None:
    one = Program(name="tool cli", program="cli", path=str(folder), wanted="a check", instead="do without")
    assert looked_at([one])[0].fix == "install cli, or do without"


def test_a_program_without_a_way_to_ask_is_only_found(folder: Path) -> None:
    path = install(folder, "exit 1")
    found = looked_at([Program(name="agent cli", program="cli", path=str(folder))])[0]
    assert found == Finding(name="agent cli", what=str(path))


def test_a_file_that_is_no_program_is_told(folder: Path) -> None:
    (folder / "cli").write_bytes(b"\x7fELF nonsense")
    (folder / "cli").chmod(0o755)
    assert look(folder).what == f"{folder}/cli cannot be started: Exec format error"


def test_its_environment_is_clean(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "s3cret")
    install(folder, f"env > {tmp_path}/env; pwd > {tmp_path}/pwd; cat; echo 1.2.3")
    assert look(folder).what.endswith("1.2.3 (tested)")
    env = dict(one.split("=", 1) for one in (tmp_path / "env").read_text().splitlines())
    assert set(env) - {"PWD", "OLDPWD", "SHLVL", "_"} == {"PATH", "HOME", "LC_ALL", "SPECRUN_MARKER"}
    assert (env["PATH"], env["LC_ALL"]) == (f"{folder}:{SHELL_PATH}", "C.UTF-8")
    assert env["HOME"] != os.environ["HOME"]
    assert not Path(env["HOME"]).exists()
    assert (tmp_path / "pwd").read_text().strip() == env["HOME"]


def test_one_that_does_not_answer_is_ended_with_all_that_it_started(folder: Path, tmp_path: Path) -> None:
    install(folder, f"sleep 600 & echo $! > {tmp_path}/pid; wait")
    found = look(folder, limit=1.0)
    assert (found.what, found.ok) == (f"{folder}/cli does not answer within 1s", True)
    assert identify(int((tmp_path / "pid").read_text())) is None


def test_what_it_leaves_running_is_not_waited_for_and_ended(folder: Path, tmp_path: Path) -> None:
    install(folder, f"sleep 600 & echo $! > {tmp_path}/pid; echo 1.2.3")
    began = time.monotonic()
    assert look(folder, limit=60.0).what.endswith("1.2.3 (tested)")
    assert time.monotonic() - began < 30
    until(lambda: identify(int((tmp_path / "pid").read_text())) is None)


def test_all_are_asked_at_once(folder: Path, tmp_path: Path) -> None:
    for one, other in (("a", "b"), ("b", "a")):
        script = f"touch {tmp_path}/{one}; while [ ! -e {tmp_path}/{other} ]; do sleep 0.01; done; echo 1.2.3"
        install(folder, script, one)
    found = looked_at([program(folder, "a"), program(folder, "b")])
    assert [one.what for one in found] == [f"{folder}/{name} 1.2.3 (tested)" for name in "ab"]


def test_one_that_hangs_does_not_keep_the_others_from_being_heard(folder: Path) -> None:
    install(folder, "sleep 600", "a")
    install(folder, "echo 1.2.3", "b")
    found = looked_at([program(folder, "a"), program(folder, "b")], limit=1.0)
    assert [one.what.partition(" ")[2] for one in found] == ["does not answer within 1s", "1.2.3 (tested)"]


def test_a_path_may_be_relative(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = install(folder, "echo 1.2.3")
    monkeypatch.chdir(folder)
    found = looked_at([replace(program(folder), path=f".:{SHELL_PATH}")])
    assert found[0].what == f"{path} 1.2.3 (tested)"


def test_nothing_to_look_at() -> None:
    assert looked_at([]) == ()
