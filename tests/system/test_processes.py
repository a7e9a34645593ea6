"""Finding and ending processes: the right ones, all of them, and nobody else."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from specrun.system import processes
from specrun.system.processes import Identity
from tests.poll import until

Spawn = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def marker() -> Iterator[str]:
    name = secrets.token_hex(16)
    yield name
    assert processes.end_marked(name, grace=0) == []


@pytest.fixture
def spawn(marker: str) -> Iterator[Spawn]:
    started: list[subprocess.Popen[bytes]] = []

    def run(script: str) -> subprocess.Popen[bytes]:
        child = subprocess.Popen(
            ["sh", "-c", script], env={**os.environ, processes.MARKER: marker}, stdout=subprocess.PIPE
        )
        started.append(child)
        return child

    yield run
    for child in started:
        with suppress(ProcessLookupError):
            child.kill()
        child.wait()
        if child.stdout:
            child.stdout.close()


def said(child: subprocess.Popen[bytes]) -> bytes:
    assert child.stdout is not None
    return child.stdout.readline().strip()


def test_this_process_is_itself() -> None:
    me = processes.identify(os.getpid())
    assert me is not None
    assert processes.alive(me)
    assert me == Identity(me.pid, me.start_ticks, me.boot_id)
    assert len({me, Identity(me.pid, me.start_ticks, me.boot_id)}) == 1


@pytest.mark.parametrize("wrong", ["ticks", "boot"])
def test_a_reused_pid_is_somebody_else(wrong: str) -> None:
    me = processes.identify(os.getpid())
    assert me is not None
    ticks = me.start_ticks + (wrong == "ticks")
    other = Identity(me.pid, ticks, "another boot" if wrong == "boot" else me.boot_id)
    assert not processes.alive(other)
    assert not processes.signal_shim(other, signal.SIGKILL)


def test_a_zombie_is_not_alive(spawn: Spawn) -> None:
    child = spawn("read line < /dev/null; exec true")
    pid = child.pid
    until(lambda: processes.identify(pid) is None)
    assert os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None


def test_a_signal_reaches_the_one_it_is_meant_for(spawn: Spawn) -> None:
    child = spawn("exec sleep 100")
    identity = processes.identify(child.pid)
    assert identity is not None
    assert processes.signal_shim(identity, signal.SIGTERM)
    assert child.wait() == -signal.SIGTERM
    assert not processes.signal_shim(identity, signal.SIGTERM)


def test_marked_processes_are_found_and_nobody_else(spawn: Spawn, marker: str) -> None:
    child = spawn("echo up; exec sleep 100")
    said(child)
    assert processes.marked(marker) == [child.pid]
    assert processes.marked(marker[:-1]) == []


def test_who_changes_programs_is_never_out_of_sight(spawn: Spawn, marker: str, tmp_path: Path) -> None:
    again = tmp_path / "again"
    again.write_text('exec sh "$0"')
    child = spawn(f"echo up; exec sh {again}")
    assert said(child) == b"up"
    assert [found for _ in range(300) if (found := processes.marked(marker)) != [child.pid]] == []


def test_descendants_are_the_whole_tree(spawn: Spawn) -> None:
    child = spawn("sleep 100 & sh -c 'sleep 100 & echo up; wait' & wait")
    said(child)
    found = processes.descendants(child.pid)
    if found is not None:  # None where the kernel keeps no list
        assert len(found) == 3
        assert child.pid in (processes.descendants(os.getpid()) or [])


HOSTILE = {
    "in a session of its own": "setsid sh -c 'echo up; exec sleep 100' & wait",
    "twice forked": "(setsid sh -c 'sleep 100 & echo up' &) ; sleep 100",
    "under nohup": "nohup sh -c 'echo up >&2; exec sleep 100' 2>&1 & wait",
    "deaf to SIGTERM": "trap '' TERM; echo up; sleep 100 & wait",
    "forking at SIGTERM": "trap 'trap \"\" TERM; sleep 99 & wait' TERM; echo up; while :; do sleep 0.1; done",
    "stopped": "echo up; kill -STOP $$; exec sleep 100",
}


@pytest.mark.parametrize("script", HOSTILE.values(), ids=HOSTILE.keys())
def test_everyone_with_the_marker_is_ended(spawn: Spawn, marker: str, script: str) -> None:
    child = spawn(script)
    said(child)
    assert processes.end_marked(marker, grace=0.2) == []
    assert processes.marked(marker) == []


def test_who_ends_at_sigterm_is_not_killed(spawn: Spawn, marker: str) -> None:
    child = spawn("trap 'exit 7' TERM; echo up; while :; do sleep 0.01; done")
    said(child)
    assert processes.end_marked(marker, grace=20) == []
    assert child.wait() == 7


def test_somebody_without_the_marker_is_never_signalled(spawn: Spawn, marker: str) -> None:
    child = spawn("echo up; exec sleep 100")
    said(child)
    with subprocess.Popen(["sleep", "100"]) as stranger:
        wrong = processes.Ending(lambda: processes.marked(marker), grace=0.0)
        assert processes._send([stranger.pid], signal.SIGKILL, lambda: processes.marked(marker)) == 0
        assert stranger.poll() is None
        until(lambda: not wrong.step())
        assert stranger.poll() is None
        stranger.kill()


def test_the_hopeless_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_STUCK", 0.0)
    monkeypatch.setattr(processes, "marked", lambda _marker, _variable: [1 << 30])
    assert processes.end_marked("0", grace=0.0) == [1 << 30]
