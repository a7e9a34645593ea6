"""Background processes: no zombies, no ties to specrun."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from specrun.core.task import TaskId
from specrun.errors import EnvironmentProblem
from specrun.executors import process
from specrun.executors.process import ProcessExecutor
from specrun.ports import AttemptKey
from specrun.system import processes
from tests.poll import until
from tests.shim import attempts

KEY = AttemptKey(TaskId("demo/task"), 1)


def released(place: ProcessExecutor) -> list[int]:
    place.release(KEY, keep=False)
    return place._children


def test_a_shim_is_in_a_session_of_its_own(tmp_path: Path) -> None:
    directory = attempts.attempt(tmp_path, "sh", "-c", "until [ -e go ]; do sleep 0.01; done")
    ProcessExecutor().start(KEY, directory)
    until((directory / "start.json").exists)
    pid = attempts.read(directory, "start.json")["pid"]
    assert os.getsid(pid) == pid
    (tmp_path / "go").touch()
    until((directory / "exit.json").exists)
    os.waitpid(pid, 0)


def test_children_that_have_ended_are_taken_leave_of(tmp_path: Path) -> None:
    place = ProcessExecutor()
    directory = attempts.attempt(tmp_path, "true")
    place.start(KEY, directory)
    [pid] = place._children
    until(lambda: processes.identify(pid) is None)  # it has ended and waits for its parent
    until(lambda: released(place) == [])
    with pytest.raises(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def test_children_that_somebody_else_took_are_forgotten(tmp_path: Path) -> None:
    place = ProcessExecutor()
    place.start(KEY, attempts.attempt(tmp_path, "true"))
    os.waitpid(place._children[0], 0)
    place.sweep("demo")
    assert place._children == []


def test_what_cannot_be_started_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "missing"))
    with pytest.raises(EnvironmentProblem, match=r"demo/task .*missing: No such file"):
        ProcessExecutor().start(KEY, tmp_path)


def test_shims_carry_the_marker_of_a_surrounding_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    assert processes.MARKER not in process._environment()
    monkeypatch.setenv(processes.MARKER, "outer")
    assert process._environment()[processes.MARKER] == "outer"


def test_the_terminal_is_left_alone(tmp_path: Path) -> None:
    directory = attempts.attempt(tmp_path, "echo", "hello")
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path\n"
        "from specrun.executors.process import ProcessExecutor\n"
        "from specrun.ports import AttemptKey\n"
        "ProcessExecutor().start(AttemptKey('demo/task', 1), Path(sys.argv[2]))\n"
    )
    argv = [sys.executable, "-c", script, str(attempts.ROOT), str(directory)]
    done = subprocess.run(argv, check=True, capture_output=True)  # waits for everyone who holds the pipe
    assert (done.stdout, done.stderr) == (b"", b"")
    until((directory / "exit.json").exists)
