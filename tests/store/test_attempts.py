"""Tests attempt directories: ordering, stopping, fencing, evidence, with real processes and locks."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from specrun.core.world import Phase
from specrun.errors import EnvironmentProblem
from specrun.ports import Attempts
from specrun.store.attempts import AttemptFiles
from specrun.store.layout import Layout
from specrun.system import processes
from tests.store import traces
from tests.store.full import full_disk
from tests.store.ordering import API, key, order


def write(attempts: AttemptFiles, name: str, **content: object) -> Path:
    path = attempts.directory(key()) / name
    path.write_text(json.dumps({"format": 1, **content}))
    return path


def start(attempts: AttemptFiles, pid: int, host: str = "") -> None:
    who = processes.identify(pid)
    assert who is not None
    token = {"pid": pid, "start_ticks": who.start_ticks, "boot_id": who.boot_id, "started_at": 5.0}
    write(attempts, "start.json", **token, host=host or os.uname().nodename)


def phase(attempts: AttemptFiles) -> Phase:
    return attempts.scan()[API][-1].phase


def test_an_order_is_whole_and_private(attempts: AttemptFiles, layout: Layout) -> None:
    attempts.order(order(secrets=("KEY",)))
    attempts.launching(key(), {"KEY": "hush"})

    directory = attempts.directory(key())
    assert sorted(path.name for path in directory.iterdir()) == [
        "intent.json",
        "launches.jsonl",
        "prompt.md",
        "secrets.json",
    ]
    assert {stat.S_IMODE(path.stat().st_mode) for path in directory.iterdir()} == {0o600}
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert (directory / "prompt.md").read_text() == "true # ü\n"
    assert json.loads((directory / "secrets.json").read_text()) == {"KEY": "hush"}
    assert attempts.intent(key()).fingerprint == order().fingerprint
    assert attempts.workspace(key()) == layout.work / "auth/api/1"
    assert phase(attempts) is Phase.ORDERED


def test_markers_differ(attempts: AttemptFiles) -> None:
    marks = set()
    for number in (1, 2):
        attempts.order(order(number))
        marks.add(json.loads((attempts.directory(key(number)) / "intent.json").read_text())["marker"])

    assert len(marks) == 2


def test_an_attempt_is_never_ordered_twice(attempts: AttemptFiles) -> None:
    attempts.order(order())

    with pytest.raises(EnvironmentProblem, match=r"auth/api/1: File exists"):
        attempts.order(order(prompt="other"))
    assert (attempts.directory(key()) / "prompt.md").read_text() == "true # ü\n"


def test_a_full_disk_leaves_nothing_of_an_order(attempts: AttemptFiles) -> None:
    with full_disk(), pytest.raises(EnvironmentProblem, match=r"cannot write .*fix: free some space"):
        attempts.order(order())

    assert not attempts.directory(key()).exists()


def test_an_order_makes_a_removed_state_folder_anew(attempts: AttemptFiles, layout: Layout) -> None:
    shutil.rmtree(layout.home)

    attempts.order(order())

    assert layout.done.is_dir()
    assert stat.S_IMODE(layout.home.stat().st_mode) == 0o700
    assert phase(attempts) is Phase.ORDERED


def test_numbers_only_grow(attempts: AttemptFiles) -> None:
    assert attempts.next_number(API, 0) == 1
    assert attempts.next_number(API, 7) == 8
    attempts.order(order(9))
    assert attempts.next_number(API, 7) == 10


def test_a_broken_off_order_uses_its_number(attempts: AttemptFiles) -> None:
    attempts.directory(key(3)).mkdir(parents=True)

    assert attempts.next_number(API, 0) == 4
    assert attempts.scan() == {}


def test_every_launch_brings_the_secrets_anew_until_a_shim_has_started(attempts: AttemptFiles) -> None:
    attempts.order(order(secrets=("KEY",)))
    path = attempts.directory(key()) / "secrets.json"
    for value in ("old", "new"):
        attempts.launching(key(), {"KEY": value})
        assert json.loads(path.read_text()) == {"KEY": value}
    path.rename(path.with_name("secrets.part"))  # as a specrun leaves it that is killed while writing
    write(attempts, "start.json", pid=1, started_at=5.0)

    assert phase(attempts) is Phase.LOST
    attempts.tidy()
    assert not path.with_name("secrets.part").exists()
    attempts.launching(key(), {"KEY": "late"})

    assert not path.exists()
    assert attempts.intent(key()).secrets == ("KEY",)


def test_launches_are_counted(attempts: AttemptFiles) -> None:
    attempts.order(order())
    attempts.launching(key(), {})

    assert attempts.scan()[API][0].launches == 1


def test_stopping_tells_the_shim_and_stands(attempts: AttemptFiles) -> None:
    attempts.order(order())
    shim = subprocess.Popen(["sleep", "100"])
    try:
        start(attempts, shim.pid)
        attempts.stop(key(), "stop_requested")

        assert shim.wait(10) == -15
    finally:
        shim.kill()
        shim.wait()
    attempts.stop(key(), "another reason")
    told = json.loads((attempts.directory(key()) / "stop.json").read_text())
    assert told["reason"] == "stop_requested"


@pytest.mark.parametrize("why", ["not started", "fenced", "another host"])
def test_where_there_is_no_shim_nobody_is_told(
    attempts: AttemptFiles, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    attempts.order(order())
    if why == "fenced":
        attempts.fence(key(), "r")
    elif why == "another host":
        start(attempts, os.getpid(), host="elsewhere.invalid")
    monkeypatch.setattr(processes, "signal_shim", pytest.fail)

    attempts.stop(key(), "stop_requested")

    assert attempts.scan()[API][0].stopping


def test_stopping_what_no_shim_has_claimed_shuts_shims_out(attempts: AttemptFiles) -> None:
    attempts.order(order())

    attempts.stop(key(), "stop_requested")

    assert phase(attempts) is Phase.FENCED
    assert attempts.evidence(key()).error == "stop_requested"


def test_a_process_that_got_the_pid_later_is_spared(attempts: AttemptFiles) -> None:
    attempts.order(order())
    stranger = subprocess.Popen(["sleep", "100"])
    try:
        start(attempts, stranger.pid)
        content = json.loads((attempts.directory(key()) / "start.json").read_text())
        write(attempts, "start.json", **content | {"start_ticks": 1})

        attempts.stop(key(), "stop_requested")
        stranger.send_signal(signal.SIGHUP)

        assert stranger.wait() == -signal.SIGHUP
    finally:
        stranger.kill()
        stranger.wait()


def test_a_fence_shuts_out_shims_and_removes_secrets(attempts: AttemptFiles) -> None:
    attempts.order(order(secrets=("KEY",)))
    attempts.launching(key(), {"KEY": "hush"})

    assert attempts.fence(key(), "outdated")
    assert attempts.fence(key(), "again")

    assert phase(attempts) is Phase.FENCED
    assert not (attempts.directory(key()) / "secrets.json").exists()
    told = attempts.evidence(key())
    assert (told.cause, told.error, told.started_at, told.exit_code) == ("fenced", "outdated", None, None)
    assert told == attempts.evidence(key())


def test_a_fence_that_comes_second(attempts: AttemptFiles) -> None:
    attempts.order(order())
    write(attempts, "start.json", started_at=5.0)

    assert not attempts.fence(key(), "outdated")


def test_collecting_ends_an_attempt_and_its_link(attempts: AttemptFiles, layout: Layout) -> None:
    attempts.order(order())
    layout.done_link(API, 1).touch()

    attempts.collected(key())
    attempts.collected(key())

    assert phase(attempts) is Phase.COLLECTED
    assert list(layout.done.iterdir()) == []


@pytest.mark.parametrize("name", ["exit.json", "start.json"])
def test_torn_state_names_the_file(attempts: AttemptFiles, name: str) -> None:
    attempts.order(order())
    (attempts.directory(key()) / name).write_text('{"format": 1, "cau')

    with pytest.raises(EnvironmentProblem, match=rf"{name} is not whole: .*fix: move .*auth/api/1 away"):
        attempts.evidence(key())


def test_the_last_words_of_a_broken_shim_are_not_those_of_the_one_that_ran(attempts: AttemptFiles) -> None:
    attempts.order(order())
    (attempts.directory(key()) / "shim.log").write_text("OSError\n")
    assert attempts.tail(key()) == "OSError\n"
    traces.run(attempts.directory(key()))

    assert attempts.evidence(key()).tail == ""


def test_a_real_shim_understands_the_order(attempts: AttemptFiles, layout: Layout) -> None:
    from specrun import shim

    attempts.order(order(secrets=("KEY",)))
    attempts.launching(key(), {"KEY": "hush"})
    program = Path(shim.__file__).with_name("__main__.py")

    done = subprocess.run([sys.executable, "-I", "-S", program, attempts.directory(key())], check=False)

    assert done.returncode == 0
    assert phase(attempts) is Phase.ENDED
    assert (attempts.evidence(key()).cause, attempts.evidence(key()).exit_code) == ("exited", 0)
    assert layout.done_link(API, 1).exists()


def test_it_fits_the_port(layout: Layout) -> None:
    port: Attempts = AttemptFiles(layout)

    assert port.scan() == {}
