"""The whole shim as a process: at most once, in the right order, with everything written down."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from specrun.shim import run
from specrun.system import locks, processes
from tests.poll import until
from tests.shim import attempts


def test_a_program_runs_and_its_end_is_written_down(tmp_path: Path) -> None:
    directory = attempts.attempt(tmp_path, "sh", "-c", "echo hello; echo there >&2")
    assert attempts.run(directory) == run.RAN
    result = attempts.result(directory)
    assert (result["cause"], result["exit_code"], result["error"]) == ("exited", 0, "")
    assert (result["output_bytes"], result["output_error"], result["format"]) == (12, "", 1)
    assert attempts.log(directory) == "hello\nthere\n"
    start = attempts.read(directory, "start.json")
    assert start["started_at"] == result["started_at"] <= result["ended_at"]
    assert set(start) == {"format", "pid", "start_ticks", "boot_id", "host", "started_at", "seal"}
    assert start["seal"] == hashlib.sha256(result["key"].encode()).hexdigest()
    assert result["order"] == hashlib.sha256((directory / "intent.json").read_bytes()).hexdigest()
    assert (tmp_path / "done" / "demo.task.1").samefile(directory / "exit.json")
    assert not locks.held(directory / "lock")


def test_the_key_is_nowhere_while_the_program_runs(tmp_path: Path) -> None:
    script = 'cat "$PLACE"/* /proc/$PPID/environ /proc/$PPID/cmdline > seen 2>/dev/null; exit 0'
    directory = attempts.attempt(tmp_path, "sh", "-c", script)
    intent = attempts.read(directory, "intent.json")
    intent["env"]["PLACE"] = str(directory)
    (directory / "intent.json").write_text(json.dumps(intent))
    attempts.run(directory)
    seen = (tmp_path / "seen").read_bytes()
    assert attempts.read(directory, "start.json")["seal"].encode() in seen
    assert attempts.result(directory)["key"].encode() not in seen


@pytest.mark.parametrize(("script", "code"), [("exit 3", 3), ("kill -9 $$", -9)])
def test_a_failure_is_written_down(tmp_path: Path, script: str, code: int) -> None:
    directory = attempts.attempt(tmp_path, "sh", "-c", script)
    assert attempts.run(directory) == run.FAILED
    assert (attempts.result(directory)["cause"], attempts.result(directory)["exit_code"]) == ("exited", code)


def test_it_runs_once_however_often_it_is_started(tmp_path: Path) -> None:
    directory = attempts.attempt(tmp_path, "sh", "-c", "echo ran >> count; sleep 0.2")
    shims = [attempts.start(directory) for _ in range(6)]
    codes = sorted(shim.wait() for shim in shims)
    assert codes == [run.RAN] + [run.LATE] * 5
    assert attempts.run(directory) == run.LATE
    assert (tmp_path / "count").read_text() == "ran\n"


def test_a_fenced_attempt_never_starts_and_its_secrets_go(tmp_path: Path) -> None:
    directory = attempts.attempt(tmp_path, "touch", "ran", hidden={"KEY": "verysecret"})
    (directory / "start.json").write_text(json.dumps({"format": 1, "fenced": True, "reason": "test"}))
    assert attempts.run(directory) == run.LATE
    assert not (tmp_path / "ran").exists()
    assert not (directory / "secrets.json").exists()
    assert not (directory / "exit.json").exists()


def test_the_start_token_is_there_before_the_secrets_go(tmp_path: Path) -> None:
    directory = attempts.attempt(tmp_path, "sh", "-c", "ls", hidden={"KEY": "x"}, cwd=str(tmp_path))
    attempts.run(directory)
    assert not (directory / "secrets.json").exists()
    assert (directory / "start.json").exists()


def test_a_held_lock_is_waited_for_only_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = attempts.attempt(tmp_path, "true")
    monkeypatch.setattr(run, "_PATIENCE", 0.05)
    with locks.acquire(directory / "lock") or pytest.fail("free"):
        assert run._lock(str(directory)) is None
    lock = run._lock(str(directory))
    assert lock is not None
    lock.close()


def test_nothing_is_started_without_an_order(tmp_path: Path) -> None:
    directory = attempts.attempt(tmp_path, "touch", "ran")
    (directory / "intent.json").write_text("{")
    assert attempts.run(directory) == run.BROKEN
    assert "JSONDecodeError" in (directory / "shim.log").read_text()
    assert not (directory / "start.json").exists()


def test_wrong_use_is_told(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(attempts.SHIM)], check=False, capture_output=True, cwd=tmp_path
    )
    assert done.returncode == run.USAGE
    assert done.stderr.startswith(b"usage: ")


def test_a_killed_shim_frees_its_lock_and_takes_its_program_along(tmp_path: Path) -> None:
    directory = attempts.attempt(tmp_path, "sh", "-c", "setsid sleep 100 & echo up; exec sleep 100")
    shim = attempts.start(directory)
    until(lambda: (directory / "output.log").exists() and attempts.log(directory) == "up\n")
    program = min(processes.marked(attempts.marker(directory)))
    assert locks.held(directory / "lock")
    shim.send_signal(signal.SIGKILL)
    shim.wait()
    assert not locks.held(directory / "lock")
    assert not (directory / "exit.json").exists()
    if sys.platform == "linux":  # elsewhere only the marker finds it
        until(lambda: program not in processes.marked(attempts.marker(directory)))
    assert processes.end_marked(attempts.marker(directory), grace=5) == []


def test_it_lives_on_when_its_terminal_hangs_up(tmp_path: Path) -> None:
    directory = attempts.attempt(
        tmp_path, "sh", "-c", "echo up; until [ -e go ]; do sleep 0.01; done; echo done"
    )
    with attempts.start(directory) as shim:
        until(lambda: (directory / "output.log").exists() and attempts.log(directory) == "up\n")
        shim.send_signal(signal.SIGHUP)
        (tmp_path / "go").touch()
    assert attempts.log(directory) == "up\ndone\n"
    assert attempts.result(directory)["exit_code"] == 0


def test_it_works_in_any_locale(tmp_path: Path) -> None:
    directory = attempts.attempt(tmp_path, "printf", "%s", "Käse ☃")
    assert attempts.run(directory, env={"LC_ALL": "C", "PATH": os.environ["PATH"]}) == run.RAN
    assert attempts.log(directory) == "Käse ☃"


def test_a_result_is_waited_for_when_the_disk_refuses_it(tmp_path: Path) -> None:
    directory = attempts.attempt(tmp_path, "true")
    (directory / "exit.json").mkdir()  # a rename over a folder fails until it is gone
    with attempts.start(directory) as shim:
        until((directory / "start.json").exists)
        until(lambda: not processes.marked(attempts.marker(directory)))
        assert shim.poll() is None
        assert locks.held(directory / "lock")
        (directory / "exit.json").rmdir()
    assert attempts.result(directory)["cause"] == "exited"
