"""What every executor promises, held against all of them with real shims."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from specrun.core.task import TaskId
from specrun.core.world import Phase, Proof
from specrun.executors.process import ProcessExecutor
from specrun.executors.tmux import TmuxExecutor
from specrun.ports import AttemptKey
from specrun.store.attempts import AttemptFiles
from specrun.store.layout import Layout
from specrun.system import locks
from tests.poll import until
from tests.shim import attempts
from tests.store import ordering

Place = ProcessExecutor | TmuxExecutor
KEY = AttemptKey(TaskId("demo/task"), 1)
CHECK = AttemptKey(TaskId("demo/task"), 1, 2)
START = """
import sys
from collections.abc import Iterator
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from specrun.executors.process import ProcessExecutor
from specrun.executors.tmux import TmuxExecutor
from specrun.ports import AttemptKey
socket, state, directory = sys.argv[2:]
place = TmuxExecutor(socket, Path(state)) if socket else ProcessExecutor(Path(state))
place.start(AttemptKey("demo/task", 1), Path(directory))
"""


@pytest.fixture(params=["process", pytest.param("tmux", marks=pytest.mark.tmux)])
def socket(request: pytest.FixtureRequest) -> str:
    """Answer the name of a tmux server, nothing for background processes."""
    name: str = request.getfixturevalue("tmux_socket") if request.param == "tmux" else ""
    return name


@pytest.fixture
def place(socket: str, tmp_path: Path) -> Iterator[Place]:
    if socket:
        yield TmuxExecutor(socket, tmp_path / "state")
    else:
        made = ProcessExecutor(tmp_path / "state")
        yield made
        made.close()


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = Layout(home=tmp_path / "home" / "state", digest="0" * 8)
    made.create()
    return made


def ended(directory: Path) -> bool:
    return (directory / "exit.json").exists() and not locks.held(directory / "lock")


def test_it_is_here(place: Place) -> None:
    assert place.available() == ""
    assert place.name in {"process", "tmux"}


@pytest.mark.parametrize("key", [KEY, CHECK], ids=["attempt", "check"])
def test_an_attempt_runs_once_however_often_it_is_started(
    place: Place, tmp_path: Path, key: AttemptKey
) -> None:
    directory = attempts.attempt(tmp_path, "sh", "-c", "echo ran >> count; sleep 0.2")
    for _ in range(4):
        place.start(key, directory)
    until(lambda: ended(directory))
    place.start(key, directory)
    other = attempts.attempt(tmp_path, "true", name="2")
    place.start(AttemptKey(KEY.task_id, 2), other)
    until(lambda: ended(other))
    assert (tmp_path / "count").read_text() == "ran\n"


def test_a_worker_outlives_the_specrun_that_started_it(socket: str, tmp_path: Path) -> None:
    directory = attempts.attempt(tmp_path, "sh", "-c", "until [ -e go ]; do sleep 0.01; done; echo done")
    argv = [sys.executable, "-W", "error", "-c", START, str(attempts.ROOT)]
    starter = subprocess.run(
        [*argv, socket, str(tmp_path / "state"), str(directory)], capture_output=True, text=True, check=False
    )
    assert (starter.returncode, starter.stdout, starter.stderr) == (0, "", "")
    until(lambda: locks.held(directory / "lock"))
    (tmp_path / "go").touch()
    until(lambda: ended(directory))
    assert attempts.log(directory) == "done\n"


def test_the_environment_is_the_ordered_one(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEAK", "yes")
    monkeypatch.setenv("TMUX", "no,such,server")
    tell = "import json, os; print(json.dumps(dict(os.environ)))"
    directory = attempts.attempt(tmp_path, sys.executable, "-S", "-c", tell)
    place.start(KEY, directory)
    until(lambda: ended(directory))
    told = json.loads(attempts.log(directory))
    extra = {"LC_CTYPE", "__CF_USER_TEXT_ENCODING"}  # set by Python and by macOS themselves
    wanted = attempts.read(directory, "intent.json")["env"]
    assert {name: value for name, value in told.items() if name not in extra} == wanted


def test_a_shim_knows_nothing_of_our_environment(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("API_KEY", "sw0rdf1sh")
    directory = attempts.attempt(tmp_path, "sh", "-c", "until [ -e go ]; do sleep 0.01; done")
    place.start(KEY, directory)
    until((directory / "start.json").exists)
    pid = attempts.read(directory, "start.json")["pid"]
    environ = Path(f"/proc/{pid}/environ")
    if environ.exists():
        assert b"sw0rdf1sh" not in environ.read_bytes()
    (tmp_path / "go").touch()
    until(lambda: ended(directory))


@pytest.mark.parametrize(
    "task", ["a.b", "a:b", "task-1", "-x", "=x", "@1", "$HOME", "x;", "#{pane_id}", "x" * 200, "ä b", "*"]
)
def test_names_mean_nothing_to_the_place(place: Place, tmp_path: Path, task: str) -> None:
    key = AttemptKey(TaskId(f"{task}/{task}"), 10)
    neighbour = AttemptKey(TaskId(f"{task}/{task}"), 1)
    first = attempts.attempt(tmp_path, "sh", "-c", "until [ -e go ]; do sleep 0.01; done", name="1")
    second = attempts.attempt(tmp_path, "true", name="2")
    place.start(neighbour, first)
    place.start(key, second)
    until(lambda: ended(second))
    place.release(key, keep=False)
    place.sweep(task)
    assert not (first / "exit.json").exists()
    (tmp_path / "go").touch()
    until(lambda: ended(first))
    assert attempts.result(first)["exit_code"] == 0


@pytest.mark.parametrize("key", [KEY, CHECK], ids=["attempt", "check"])
def test_release_and_sweep_are_harmless_when_repeated(place: Place, tmp_path: Path, key: AttemptKey) -> None:
    place.sweep("demo")
    place.release(key, keep=False)
    directory = attempts.attempt(tmp_path, "false")
    place.start(key, directory)
    until(lambda: ended(directory))
    for keep in (True, False, False):
        place.release(key, keep=keep)
    place.sweep("demo")
    place.sweep("demo")


def test_it_works_in_the_plainest_locale(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    directory = attempts.attempt(tmp_path, "printf", "%s", "Käse ☃")
    place.start(KEY, directory)
    until(lambda: ended(directory))
    place.sweep("demo")
    assert attempts.log(directory) == "Käse ☃"


@pytest.mark.parametrize("odd", ["x" * 150, 'it\'s; $HOME `id` "#{pane_id}" %1 {a} ~;', "ä ☃"])
def test_the_path_may_be_long_and_odd(socket: str, tmp_path: Path, odd: str) -> None:
    folder = tmp_path / odd
    folder.mkdir()
    place: Place = TmuxExecutor(socket, folder / "state") if socket else ProcessExecutor(folder / "state")
    directory = attempts.attempt(folder, "echo", "hello", name="1")
    place.start(KEY, directory)
    until(lambda: ended(directory))
    assert attempts.log(directory) == "hello\n"


def test_no_view_is_needed_to_finish(place: Place, socket: str, tmp_path: Path) -> None:
    directory = attempts.attempt(
        tmp_path, "sh", "-c", "echo up; until [ -e go ]; do sleep 0.01; done; echo done"
    )
    place.start(KEY, directory)
    until(lambda: (directory / "output.log").exists() and attempts.log(directory) == "up\n")
    if socket:
        subprocess.run(["tmux", "-L", socket, "kill-server"], check=True)
    (tmp_path / "go").touch()
    until(lambda: ended(directory))
    assert attempts.log(directory) == "up\ndone\n"
    assert attempts.result(directory)["exit_code"] == 0


def test_a_stop_reaches_the_worker(place: Place, tmp_path: Path) -> None:
    directory = attempts.attempt(tmp_path, "sleep", "100")
    place.start(KEY, directory)
    until((directory / "start.json").exists)
    (directory / "stop.json").write_text("{}")
    os.kill(attempts.read(directory, "start.json")["pid"], signal.SIGTERM)
    until(lambda: ended(directory))
    assert attempts.result(directory)["cause"] == "stopped"


def test_many_at_once(place: Place, tmp_path: Path) -> None:
    made = [attempts.attempt(tmp_path, "true", name=str(number)) for number in range(12)]
    for number, directory in enumerate(made):
        place.start(AttemptKey(KEY.task_id, number), directory)
    until(lambda: all(ended(directory) for directory in made))
    assert len(list((tmp_path / "done").iterdir())) == 12


def test_a_check_runs_beside_its_attempt_from_order_to_evidence(place: Place, layout: Layout) -> None:
    store = AttemptFiles(layout)
    store.order(ordering.order(task_id=KEY.task_id, command=None), ordering.proof())

    def check(run: int, index: int, script: str) -> None:
        key = AttemptKey(KEY.task_id, 1, run)
        store.order_check(ordering.check_order(run, index, key=key, script=script))
        store.launching(key, {})
        place.start(key, store.directory(key))
        until(lambda: ended(store.directory(key)))
        place.release(key, keep=False)
        assert layout.done_link(KEY.task_id, 1, run).exists()

    check(1, 0, "echo red; false; echo never")
    check(2, 1, "echo green")
    told = [store.evidence(AttemptKey(KEY.task_id, 1, run)) for run in (1, 2)]
    assert [(one.cause, one.exit_code, one.tail) for one in told] == [
        ("exited", 1, "red\n"),
        ("exited", 0, "green\n"),
    ]
    assert [one.digest for one in told] == [
        hashlib.sha256(text).hexdigest() for text in (b"red\n", b"green\n")
    ]
    (attempt,) = store.scan()[KEY.task_id]
    assert [run.phase for run in (attempt.proof or Proof(checks=())).runs] == [Phase.ENDED, Phase.ENDED]
    store.collected(KEY)
    assert list(layout.done.iterdir()) == []
    place.sweep("demo")
