"""The tmux server as a view: windows come and go, and its failures are told, never waited for."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
from pathlib import Path

import pytest

from specrun.core.task import TaskId
from specrun.errors import EnvironmentProblem
from specrun.executors.tmux import TmuxExecutor
from specrun.ports import AttemptKey
from tests.poll import until
from tests.shim import attempts

pytestmark = pytest.mark.tmux
KEY = AttemptKey(TaskId("demo/task"), 1)
LOOP = ("sh", "-c", "echo up; until [ -e go ]; do sleep 0.01; done; echo done")


@pytest.fixture
def place(tmux_socket: str, tmp_path: Path) -> TmuxExecutor:
    return TmuxExecutor(tmux_socket, tmp_path / "state")


def tmux(socket: str, *words: str) -> str:
    done = subprocess.run(["tmux", "-L", socket, *words], check=False, capture_output=True, text=True)
    return done.stdout.strip()


def windows(socket: str) -> list[str]:
    return tmux(socket, "list-windows", "-a", "-F", "#{session_name} #{window_name}").splitlines()


def settled(place: TmuxExecutor, socket: str) -> list[str]:
    """Answer the windows that are left once tmux has been told to look."""
    place.release(KEY, keep=True)
    return windows(socket)


def server_pid(socket: str) -> int:
    return int(tmux(socket, "display-message", "-p", "#{pid}"))


def test_a_session_per_spec_and_a_window_per_attempt(
    place: TmuxExecutor, tmux_socket: str, tmp_path: Path
) -> None:
    for number, task in enumerate(("one/a", "one/b", "two/a")):
        directory = attempts.attempt(tmp_path, *LOOP, name=str(number))
        place.start(AttemptKey(TaskId(task), 1), directory)
    assert sorted(windows(tmux_socket)) == ["one a--1", "one b--1", "two a--1"]
    (tmp_path / "go").touch()
    until(
        lambda: settled(place, tmux_socket) == []
    )  # successes close, and the server ends with its last window


def test_checks_have_windows_of_their_own_names(
    place: TmuxExecutor, tmux_socket: str, tmp_path: Path
) -> None:
    keys = [AttemptKey(TaskId("one/a"), 1, check) for check in (0, 1, 12)]
    keys += [AttemptKey(TaskId("one/a--1-c1"), 1)]
    for number, key in enumerate(keys):
        place.start(key, attempts.attempt(tmp_path, *LOOP, name=str(number)))
    shown = {"one a--1", "one a--1-c1", "one a--1-c12", "one a--1-c1--1"}
    assert set(windows(tmux_socket)) == shown
    assert place.attach_argv("one", keys[2])[-1] == "=one:=a--1-c12"
    (tmp_path / "go").touch()
    until(lambda: settled(place, tmux_socket) == [])


def test_a_failed_window_stays_until_the_sweep(place: TmuxExecutor, tmux_socket: str, tmp_path: Path) -> None:
    failed, good = attempts.attempt(tmp_path, "false"), attempts.attempt(tmp_path, "true", name="2")
    place.start(KEY, failed)
    place.start(AttemptKey(KEY.task_id, 2), good)
    until((failed / "exit.json").exists)
    until(lambda: settled(place, tmux_socket) == ["demo task--1"])
    assert windows(tmux_socket) == ["demo task--1"]
    until(lambda: tmux(tmux_socket, "list-panes", "-a", "-F", "#{pane_dead}") == "1")
    place.sweep("other")
    assert windows(tmux_socket) == ["demo task--1"]
    place.sweep("demo")
    until(lambda: windows(tmux_socket) == [])


def test_a_sweep_leaves_running_windows(place: TmuxExecutor, tmux_socket: str, tmp_path: Path) -> None:
    place.start(KEY, attempts.attempt(tmp_path, *LOOP))
    place.sweep("demo")
    assert windows(tmux_socket) == ["demo task--1"]
    (tmp_path / "go").touch()
    until(lambda: settled(place, tmux_socket) == [])


def test_people_see_plain_text(place: TmuxExecutor, tmux_socket: str, tmp_path: Path) -> None:
    script = "printf '\\033]2;evil\\007hello \\033[31mK\u00e4se\\n'; until [ -e go ]; do sleep 0.01; done"
    place.start(KEY, attempts.attempt(tmp_path, "sh", "-c", script))
    until(lambda: "hello Käse" in tmux(tmux_socket, "capture-pane", "-p", "-t", "=demo:"))
    assert tmux(tmux_socket, "display-message", "-p", "-t", "=demo:", "#{pane_title}") != "evil"
    assert tmux(tmux_socket, "display-message", "-p", "-t", "=demo:", "#{window_name}") == "task--1"
    (tmp_path / "go").touch()
    until(lambda: settled(place, tmux_socket) == [])


def test_a_stopped_server_is_a_problem_not_a_hang(tmux_socket: str, tmp_path: Path) -> None:
    place = TmuxExecutor(tmux_socket, tmp_path / "state", timeout=0.3)
    directory = attempts.attempt(tmp_path, *LOOP)
    place.start(KEY, directory)
    until(lambda: (directory / "output.log").exists() and attempts.log(directory) == "up\n")
    server = server_pid(tmux_socket)
    os.kill(server, signal.SIGSTOP)
    try:
        with pytest.raises(EnvironmentProblem, match=r"does not answer within 0\.3 s.*kill-server"):
            place.start(AttemptKey(KEY.task_id, 2), directory)
        (tmp_path / "go").touch()
        until((directory / "exit.json").exists)  # its terminal is stuck, the worker is not
    finally:
        os.kill(server, signal.SIGCONT)
    assert attempts.log(directory) == "up\ndone\n"


@pytest.mark.parametrize("loss", ["kill-server", "kill -9", "deleted socket"])
def test_after_a_loss_there_is_a_new_server(
    place: TmuxExecutor, tmux_socket: str, tmp_path: Path, loss: str
) -> None:
    first, second = (attempts.attempt(tmp_path, *LOOP, name=name) for name in ("1", "2"))
    place.start(KEY, first)
    until(lambda: (first / "output.log").exists() and attempts.log(first) == "up\n")
    old = server_pid(tmux_socket)
    if loss == "kill-server":
        tmux(tmux_socket, "kill-server")
    elif loss == "kill -9":
        os.kill(old, signal.SIGKILL)
    else:
        Path(tmux(tmux_socket, "display-message", "-p", "#{socket_path}")).unlink()
    place.sweep("demo")
    place.start(AttemptKey(KEY.task_id, 2), second)
    assert windows(tmux_socket) == ["demo task--2"]
    assert server_pid(tmux_socket) != old
    (tmp_path / "go").touch()
    for directory in (first, second):
        until((directory / "exit.json").exists)
        assert attempts.log(directory) == "up\ndone\n"
    if loss == "deleted socket":  # nobody can reach it any more to close its window
        os.kill(old, signal.SIGTERM)


def test_the_server_knows_nothing_of_our_environment(
    place: TmuxExecutor, tmux_socket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("API_KEY", "sw0rdf1sh")
    place.start(KEY, attempts.attempt(tmp_path, *LOOP))
    shown = tmux(tmux_socket, "show-environment", "-g")
    assert "API_KEY" not in shown
    assert "SPECRUN" not in shown
    (tmp_path / "go").touch()
    until(lambda: settled(place, tmux_socket) == [])


def test_attaching_shows_the_attempt(place: TmuxExecutor, tmux_socket: str, tmp_path: Path) -> None:
    other = AttemptKey(TaskId("demo/other"), 1)
    place.start(KEY, attempts.attempt(tmp_path, *LOOP))
    place.start(other, attempts.attempt(tmp_path, *LOOP, name="2"))
    for key, seen in ((other, "other--1"), (KEY, "task--1"), (None, "task--1")):
        argv = place.attach_argv("demo", key)
        child, terminal = pty.fork()
        if child == 0:
            os.environ.update(TERM="xterm", TMUX="inside,of,another")
            os.execvp(argv[0], argv)
        shown = until(lambda: tmux(tmux_socket, "list-clients", "-F", "#{window_name}"))
        assert shown == seen
        tmux(tmux_socket, "detach-client", "-s", "=demo")
        assert os.waitpid(child, 0)[1] == 0
        os.close(terminal)
    (tmp_path / "go").touch()
    until(lambda: settled(place, tmux_socket) == [])


def test_windows_take_no_keys(place: TmuxExecutor, tmux_socket: str, tmp_path: Path) -> None:
    first, second = (attempts.attempt(tmp_path, *LOOP, name=name) for name in ("1", "2"))
    place.start(KEY, first)
    place.start(AttemptKey(KEY.task_id, 2), second)
    until(lambda: (first / "output.log").exists() and attempts.log(first) == "up\n")
    assert tmux(tmux_socket, "list-panes", "-a", "-F", "#{pane_input_off}").split() == ["1", "1"]
    tmux(tmux_socket, "send-keys", "-t", "=demo:=task--1", "C-c")
    (tmp_path / "go").touch()
    until((first / "exit.json").exists)
    assert attempts.log(first) == "up\ndone\n"
    until(lambda: settled(place, tmux_socket) == [])


def test_which_attempts_have_a_window(place: TmuxExecutor, tmux_socket: str, tmp_path: Path) -> None:
    check, other = AttemptKey(KEY.task_id, 1, 2), AttemptKey(TaskId("other/task"), 1)
    assert place.showing([KEY]) == ()
    for number, key in enumerate((KEY, check)):
        place.start(key, attempts.attempt(tmp_path, *LOOP, name=str(number)))
    assert place.showing([other, check, KEY, AttemptKey(KEY.task_id, 2)]) == (check, KEY)
    (tmp_path / "go").touch()
    until(lambda: settled(place, tmux_socket) == [])
    assert place.showing([KEY]) == ()


def test_the_prefix_is_the_one_to_be_pressed(
    place: TmuxExecutor, tmux_socket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.start(KEY, attempts.attempt(tmp_path, *LOOP))
    assert place.prefix() == "C-b"
    tmux(tmux_socket, "set-option", "-g", "prefix", "C-a")
    assert place.prefix() == "C-a"
    # As if inside of the very same server, whose prefix is the same then.
    monkeypatch.setenv("TMUX", tmux(tmux_socket, "display-message", "-p", "#{socket_path},#{pid},0"))
    assert place.prefix() == "C-a C-a"
    monkeypatch.setenv("TMUX", f"{tmp_path}/gone,1,0")
    assert place.prefix() == "C-a"
    (tmp_path / "go").touch()
    until(lambda: settled(place, tmux_socket) == [])


def test_without_tmux_it_says_so(tmux_socket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = TmuxExecutor(tmux_socket, tmp_path)
    with monkeypatch.context() as patch:
        patch.setenv("PATH", str(tmp_path))
        assert place.available() == "tmux is not installed"
        place.sweep("demo")
        assert place.showing([KEY]) == ()
        with pytest.raises(EnvironmentProblem, match="tmux is not installed"):
            place.start(KEY, tmp_path)


def test_what_tmux_refuses_is_told(tmux_socket: str, tmp_path: Path) -> None:
    place = TmuxExecutor(f"no/such/folder/{tmux_socket}", tmp_path)
    with pytest.raises(EnvironmentProblem, match=r"opens no window for demo/task: .+"):
        place.start(KEY, tmp_path)


def test_a_folder_that_cannot_be_written_is_told(tmux_socket: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    place = TmuxExecutor(tmux_socket, tmp_path / "file" / "state")
    with pytest.raises(EnvironmentProblem, match="cannot be written"):
        place.start(KEY, tmp_path)


def test_what_a_failure_has_said_stays_in_sight(
    place: TmuxExecutor, tmux_socket: str, tmp_path: Path
) -> None:
    place.start(KEY, attempts.attempt(tmp_path, "sh", "-c", "echo first; echo last; exit 1"))
    until(
        lambda: settled(place, tmux_socket) and tmux(tmux_socket, "list-panes", "-F", "#{pane_dead}") == "1"
    )
    tmux(tmux_socket, "resize-window", "-t", "=demo:", "-x", "80", "-y", "10")
    assert tmux(tmux_socket, "capture-pane", "-p", "-t", "=demo:").splitlines()[:2] == ["first", "last"]
