"""Stopping workers when the disk takes nothing any more, and attempts whose checks decide."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from specrun.core.world import Attempt, CheckRun, Phase
from specrun.errors import EnvironmentProblem
from specrun.store.attempts import AttemptFiles
from specrun.system import locks, processes
from tests.store import traces
from tests.store.full import full_disk
from tests.store.ordering import API, check_order, checked, key, order, proof, proved
from tests.store.test_attempts import start


def test_a_full_disk_does_not_keep_a_worker_from_being_stopped(attempts: AttemptFiles) -> None:
    attempts.order(order())
    with subprocess.Popen(["sleep", "60"]) as shim:
        start(attempts, shim.pid)

        with full_disk(), pytest.raises(EnvironmentProblem):
            attempts.stop(key(), "stop_requested")

        assert shim.wait(timeout=20) == -signal.SIGTERM


def look(attempts: AttemptFiles) -> Attempt:
    return attempts.scan()[API][-1]


def runs(attempts: AttemptFiles) -> tuple[CheckRun, ...]:
    proof = look(attempts).proof
    assert proof is not None
    return proof.runs


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(["sleep", "100"]) as process:
        yield process
        process.kill()


def claim(directory: Path, pid: int) -> None:
    who = processes.identify(pid)
    assert who is not None
    told = {"pid": pid, "start_ticks": who.start_ticks, "boot_id": who.boot_id}
    traces.begin(directory, **told, host=os.uname().nodename)  # type: ignore[arg-type]  # parts of a token


def test_stopping_an_attempt_whose_checks_decide_stops_the_one_at_work(
    attempts: AttemptFiles, sleeper: subprocess.Popen[bytes]
) -> None:
    proved(attempts)
    checked(attempts, 1, 0)
    attempts.order_check(check_order(2, 1))
    directory = attempts.directory(key(check=2))
    with locks.acquire(directory / "lock") or pytest.fail("it is held"):
        claim(directory, sleeper.pid)

        attempts.stop(key(), "stop_requested")

        assert sleeper.wait(10) == -signal.SIGTERM
        assert look(attempts).stopping
        assert [run.stopping for run in runs(attempts)] == [False, True]
    assert json.loads((directory / "stop.json").read_text())["reason"] == "stop_requested"
    assert not (attempts.directory(key(check=1)) / "stop.json").exists()


def test_a_full_disk_does_not_keep_a_check_from_being_stopped(
    attempts: AttemptFiles, sleeper: subprocess.Popen[bytes]
) -> None:
    proved(attempts)
    attempts.order_check(check_order())
    directory = attempts.directory(key(check=1))
    with locks.acquire(directory / "lock") or pytest.fail("it is held"):
        claim(directory, sleeper.pid)

        with full_disk(), pytest.raises(EnvironmentProblem):
            attempts.stop(key(), "stop_requested")

        assert sleeper.wait(10) == -signal.SIGTERM


def test_stopping_a_verification_keeps_it_collectable(attempts: AttemptFiles) -> None:
    attempts.order(order(command=None), proof())
    attempts.order_check(check_order())

    attempts.stop(key(), "stop_requested")

    assert not (attempts.directory(key()) / "start.json").exists()
    assert [run.phase for run in runs(attempts)] == [Phase.FENCED]
    assert (look(attempts).phase, look(attempts).stopping) == (Phase.PROVING, True)
