"""Stopping a worker when the disk takes nothing any more."""

from __future__ import annotations

import signal
import subprocess

import pytest

from specrun.errors import EnvironmentProblem
from specrun.store.attempts import AttemptFiles
from tests.store.full import full_disk
from tests.store.ordering import key, order
from tests.store.test_attempts import start


def test_a_full_disk_does_not_keep_a_worker_from_being_stopped(attempts: AttemptFiles) -> None:
    attempts.order(order())
    with subprocess.Popen(["sleep", "60"]) as shim:
        start(attempts, shim.pid)

        with full_disk(), pytest.raises(EnvironmentProblem):
            attempts.stop(key(), "stop_requested")

        assert shim.wait(timeout=20) == -signal.SIGTERM
