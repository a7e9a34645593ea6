"""Background processes: no zombies, no ties to specrun."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from specrun.core.task import TaskId
from specrun.errors import EnvironmentProblem
from specrun.executors import process, shim_argv
from specrun.executors.process import ProcessExecutor
from specrun.ports import AttemptKey
from specrun.system import processes
from tests.poll import until
from tests.shim import attempts

KEY = AttemptKey(TaskId("demo/task"), 1)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[ProcessExecutor]:
    made = ProcessExecutor(tmp_path / "state")
    yield made
    made.close()


def waiting(tmp_path: Path) -> Path:
    return attempts.attempt(tmp_path, "sh", "-c", "until [ -e go ]; do sleep 0.01; done")


def test_a_shim_is_in_a_session_of_its_own(place: ProcessExecutor, tmp_path: Path) -> None:
    directory = waiting(tmp_path)
    place.start(KEY, directory)
    until((directory / "start.json").exists)
    pid = attempts.read(directory, "start.json")["pid"]
    assert os.getsid(pid) == pid
    (tmp_path / "go").touch()
    until((directory / "exit.json").exists)


def test_one_server_forks_all_and_ends_with_its_executor(tmp_path: Path) -> None:
    place = ProcessExecutor(tmp_path / "state")
    directories = [attempts.attempt(tmp_path, "true", name=str(number)) for number in range(3)]
    for number, directory in enumerate(directories):
        place.start(AttemptKey(KEY.task_id, number), directory)
    [server] = place._servers
    until(lambda: all((directory / "exit.json").exists() for directory in directories))
    assert processes.identify(server) is not None
    del place
    until(lambda: processes.identify(server) is None)
    later = ProcessExecutor(tmp_path / "state")
    later.start(AttemptKey(KEY.task_id, 0), directories[0])
    # Whoever applies many times has no zombies but the last one.
    assert server not in process._LEFT
    with pytest.raises(ChildProcessError):
        os.waitpid(server, os.WNOHANG)


def test_the_command_line_of_the_server_names_the_state(place: ProcessExecutor, tmp_path: Path) -> None:
    place.start(KEY, attempts.attempt(tmp_path, "true"))
    shown = Path(f"/proc/{place._servers[0]}/cmdline")
    if shown.exists():
        until(lambda: os.fsencode(tmp_path / "state") in shown.read_bytes())


def test_a_server_that_was_killed_is_replaced(place: ProcessExecutor, tmp_path: Path) -> None:
    first, second = attempts.attempt(tmp_path, "true"), attempts.attempt(tmp_path, "true", name="2")
    place.start(KEY, first)
    until((first / "exit.json").exists)
    [killed] = place._servers
    os.kill(killed, signal.SIGKILL)
    until(lambda: processes.identify(killed) is None)
    place.start(AttemptKey(KEY.task_id, 2), second)
    until((second / "exit.json").exists)
    assert killed not in place._servers


def test_a_server_that_is_stopped_is_replaced_when_it_is_asked_again(
    place: ProcessExecutor, tmp_path: Path
) -> None:
    first, second = attempts.attempt(tmp_path, "true"), attempts.attempt(tmp_path, "true", name="2")
    place.start(KEY, first)
    until((first / "exit.json").exists)
    [stopped] = place._servers
    os.kill(stopped, signal.SIGSTOP)
    place.start(AttemptKey(KEY.task_id, 2), second)
    assert place._servers == [stopped]
    place.start(AttemptKey(KEY.task_id, 2), second)
    until((second / "exit.json").exists)
    os.kill(stopped, signal.SIGCONT)
    until(lambda: processes.identify(stopped) is None)


def test_a_server_that_reads_nothing_does_not_block(place: ProcessExecutor, tmp_path: Path) -> None:
    directory = attempts.attempt(tmp_path, "true")
    place.start(KEY, directory)
    until((directory / "exit.json").exists)
    [stopped] = place._servers
    os.kill(stopped, signal.SIGSTOP)
    nowhere = tmp_path / ("x" * 200)
    number = 0
    while place._servers == [stopped]:
        place.start(KEY, nowhere / str(number))
        number += 1
    os.kill(stopped, signal.SIGKILL)


def test_what_cannot_be_started_is_told(
    place: ProcessExecutor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = (str(tmp_path / "missing"),)
    monkeypatch.setattr(shim_argv, "_PYTHON", missing)
    with pytest.raises(EnvironmentProblem, match=r"demo/task .*missing: No such file"):
        place.start(KEY, tmp_path)


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
        "place = ProcessExecutor(Path(sys.argv[2]))\n"
        "place.start(AttemptKey('demo/task', 1), Path(sys.argv[2]))\n"
    )
    argv = [sys.executable, "-c", script, str(attempts.ROOT), str(directory)]
    done = subprocess.run(argv, check=True, capture_output=True)  # waits for everyone who holds the pipe
    assert (done.stdout, done.stderr) == (b"", b"")
    until((directory / "exit.json").exists)
