"""The process that forks shims: one for each name that it reads, none of them tied to it."""

from __future__ import annotations

import errno
import fcntl
import os
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from specrun.shim import forkserver
from specrun.system import locks, processes
from tests.poll import until
from tests.shim import attempts

Server = subprocess.Popen[bytes]
SERVE = [sys.executable, "-I", "-S", str(attempts.SHIM), "--serve"]


def ask(server: Server, *directories: Path) -> None:
    assert server.stdin is not None
    server.stdin.write(b"".join(os.fsencode(directory) + b"\0" for directory in directories))
    server.stdin.flush()


def leave(server: Server) -> int:
    """Name no more directories; answers the exit code."""
    assert server.stdin is not None
    server.stdin.close()
    return server.wait(10)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with subprocess.Popen([*SERVE, str(tmp_path)], stdin=subprocess.PIPE) as made:
        yield made


def waiting(tmp_path: Path, name: str = "1") -> Path:
    return attempts.attempt(tmp_path, "sh", "-c", "until [ -e go ]; do sleep 0.01; done", name=name)


def pid(directory: Path) -> int:
    until((directory / "start.json").exists)
    return int(attempts.read(directory, "start.json")["pid"])


def test_every_name_gets_a_shim_in_a_session_of_its_own(server: Server, tmp_path: Path) -> None:
    made = [waiting(tmp_path, str(number)) for number in range(3)]
    ask(server, *made)
    pids = [pid(directory) for directory in made]
    assert [os.getsid(one) for one in pids] == pids
    (tmp_path / "go").touch()
    until(lambda: all((directory / "exit.json").exists() for directory in made))
    assert leave(server) == 0


def test_shims_outlive_the_server(server: Server, tmp_path: Path) -> None:
    directory = waiting(tmp_path)
    ask(server, directory)
    shim = pid(directory)
    assert leave(server) == 0
    assert processes.identify(shim) is not None
    assert locks.held(directory / "lock")
    (tmp_path / "go").touch()
    until((directory / "exit.json").exists)


def test_a_name_in_two_pieces_is_one_name(server: Server, tmp_path: Path) -> None:
    assert server.stdin is not None
    directory = attempts.attempt(tmp_path, "true")
    name = os.fsencode(directory) + b"\0"
    server.stdin.write(name[:7])
    server.stdin.flush()
    until(lambda: unread(server) == 0)
    server.stdin.write(name[7:])
    server.stdin.flush()
    until((directory / "exit.json").exists)


def unread(server: Server) -> int:
    """How many bytes wait in the pipe to the server."""
    assert server.stdin is not None
    size = fcntl.ioctl(server.stdin, termios.FIONREAD, bytes(4))
    return int.from_bytes(size, sys.byteorder)


def test_shims_do_not_read_what_is_meant_for_the_server(server: Server, tmp_path: Path) -> None:
    directory = waiting(tmp_path)
    ask(server, directory)
    held = Path(f"/proc/{pid(directory)}/fd")
    if held.exists():
        assert (held / "0").readlink() == Path(os.devnull)
    (tmp_path / "go").touch()
    until((directory / "exit.json").exists)


def test_ended_shims_are_no_zombies(server: Server, tmp_path: Path) -> None:
    directory = attempts.attempt(tmp_path, "true")
    ask(server, directory)
    shim = pid(directory)
    until(lambda: not (Path("/proc") / str(shim)).exists() and processes.identify(shim) is None)


def test_a_shim_that_cannot_be_forked_leaves_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> int:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.setattr(os, "fork", refuse)
    forkserver._fork(str(tmp_path))
    assert os.strerror(errno.EAGAIN) in (tmp_path / "shim.log").read_text()
