"""Waiting ends for a change, for a wake, and for the time; for nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from specrun.triggers import wakes as module
from specrun.triggers.wakes import Wakes, wakes
from tests.poll import until

ROOT = Path(__file__).parent.parent.parent
LONG = 60.0


@pytest.fixture(params=["events", "stat"])
def watch(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wakes]:
    (tmp_path / "done").mkdir()
    if request.param == "stat":
        monkeypatch.setattr(module, "is_remote", lambda _done: True)
    made = Wakes(tmp_path / "done")
    yield made
    made.close()
    made.close()


def later(action: Callable[[], object]) -> None:
    threading.Timer(0.05, action).start()


def test_time_ends_a_wait(watch: Wakes) -> None:
    watch.wait(0.02)
    assert not watch.woken
    watch.wait(0)
    assert not watch.woken


def test_a_new_name_ends_a_wait(watch: Wakes, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for name in ("a", "b"):
        later(lambda name=name: os.link(tmp_path / "file", tmp_path / "done" / name))  # type: ignore[misc]  # a default binds the name
        watch.wait(LONG)
        assert watch.woken


def test_what_happened_before_the_wait_ends_it_too(watch: Wakes, tmp_path: Path) -> None:
    (tmp_path / "done" / "a").touch()
    watch.wait(LONG)
    assert watch.woken


def test_a_wake_ends_a_wait_now_or_next(watch: Wakes) -> None:
    later(watch.wake)
    watch.wait(LONG)
    assert watch.woken
    watch.wake()
    watch.wait(LONG)
    assert watch.woken
    watch.wait(0.02)
    assert not watch.woken


def test_a_vanishing_name_ends_none(tmp_path: Path) -> None:
    done = tmp_path / "done"
    done.mkdir()
    (done / "a").touch()
    watch = Wakes(done)
    later((done / "a").unlink)
    watch.wait(0.3)
    watch.close()
    assert not watch.woken


def test_a_folder_named_as_tools_ignore_is_watched(tmp_path: Path) -> None:
    done = tmp_path / ".git" / "node_modules" / "done"
    done.mkdir(parents=True)
    watch = Wakes(done)
    later((done / "a").touch)
    watch.wait(LONG)
    watch.close()
    assert watch.woken


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Wakes(tmp_path / "missing")


def test_the_generator_yields_at_changes_and_in_between(tmp_path: Path) -> None:
    stream = wakes(tmp_path, every=0.02)
    for _ in range(3):
        assert next(stream) is None
    stream = wakes(tmp_path, every=LONG)
    later((tmp_path / "a").touch)
    assert next(stream) is None


@pytest.mark.parametrize("remote", [True, False])
def test_ctrl_c_comes_through(tmp_path: Path, remote: bool) -> None:  # noqa: FBT001 - a parameter of the test
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path\n"
        "from specrun.triggers import wakes\n"
        "if sys.argv[3] == 'True':\n"
        "    wakes.is_remote = lambda done: True\n"
        "watch = wakes.Wakes(Path(sys.argv[2]))\n"
        "try:\n"
        "    print('up', flush=True)\n"
        "    watch.wait(60)\n"
        "except KeyboardInterrupt:\n"
        "    print('interrupted')\n"
    )
    argv = [sys.executable, "-c", script, str(ROOT), str(tmp_path), str(remote)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "up\n"
        child.send_signal(signal.SIGINT)
        assert child.communicate(timeout=LONG / 2)[0] == "interrupted\n"


def test_a_signal_handler_may_wake(watch: Wakes) -> None:
    before = signal.signal(signal.SIGUSR1, lambda _number, _frame: watch.wake())
    try:
        later(lambda: os.kill(os.getpid(), signal.SIGUSR1))
        watch.wait(LONG)
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert watch.woken


def test_without_notifications_the_folder_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from watchfiles import _rust_notify

    def refuse(*_arguments: object) -> None:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(_rust_notify, "RustNotify", refuse)
    watch = Wakes(tmp_path)
    later((tmp_path / "a").touch)
    watch.wait(LONG)
    assert watch.woken


def test_a_folder_that_vanishes_is_no_error(watch: Wakes, tmp_path: Path) -> None:
    (tmp_path / "done").rmdir()
    watch.wait(0.1)
    until(lambda: not (tmp_path / "done").exists())


@pytest.mark.parametrize(
    ("path", "kind"), [("/srv/x", "ext4"), ("/mnt/c/x", "9p"), ("/mnt/cc", "ext4"), ("/net/a/b", "nfs4")]
)
def test_the_file_system_is_that_of_the_nearest_mount(path: str, kind: str) -> None:
    mounts = [("/", "ext4"), ("/mnt/c", "9p"), ("/net", "autofs"), ("/net/a", "nfs4")]
    assert module._file_system(path, mounts) == kind
    assert module._file_system(path, []) == ""
