"""The way to find processes where there is no /proc."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time

import pytest

from specrun.system import processes, ps
from tests.poll import until


@pytest.fixture(autouse=True)
def _without_proc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "PROC", False)


def test_a_start_is_a_moment_in_the_past() -> None:
    with subprocess.Popen(["sleep", "100"]) as child:
        began = ps.started(child.pid)
        child.kill()
    assert began is not None
    assert abs(began - time.time()) < 60


def test_identities_hold_for_one_process() -> None:
    with subprocess.Popen(["sleep", "100"]) as child:
        identity = processes.identify(child.pid)
        assert identity is not None
        assert processes.alive(identity)
        child.kill()
        until(lambda: not processes.alive(identity))


def test_marked_processes_are_found_and_ended() -> None:
    marker = secrets.token_hex(16)
    with subprocess.Popen(["sleep", "100"], env={**os.environ, processes.MARKER: marker}) as child:
        until(lambda: processes.marked(marker) == [child.pid])
        assert processes.end_marked(marker, grace=5) == []
        assert child.wait() == -15


def test_a_missing_tool_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert ps.boot() == ""
    assert ps.environments() == {}
    assert ps.started(os.getpid()) is None


def test_the_boot_is_told_by_the_system() -> None:
    assert bool(ps.boot()) == (sys.platform == "darwin")
