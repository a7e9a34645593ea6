"""Tests `specrun wait`."""

from __future__ import annotations

import signal
from pathlib import Path

from tests.commands.conftest import Begin, Spec, Specrun
from tests.poll import until

BLOCKED = "one: {prompt: 'touch began; while [ ! -e go ]; do sleep 0.02; done; exit 1'}"


def test_all_done_is_answered_at_once(spec: Spec, specrun: Specrun) -> None:
    spec("one: {prompt: 'true'}")
    specrun("apply", "--yes")
    said = specrun("wait")
    assert (said.code, said.out) == (0, "1 task: 1 succeeded.\n")


def test_work_left_and_nobody_applying_is_1(spec: Spec, specrun: Specrun) -> None:
    spec("one: {prompt: 'true'}")
    said = specrun("wait")
    assert said.code == 1
    assert "nobody is applying it; fix: run specrun apply" in said.err


def test_waits_for_either_end_and_gives_up_after_the_time_out(
    spec: Spec, specrun: Specrun, begin: Begin, repo: Path
) -> None:
    spec(BLOCKED)
    first = begin("apply", "--yes")
    until((repo / "began").exists)
    said = specrun("wait", "--timeout", "100ms")
    assert (said.code, said.err) == (124, "specrun: still at work after 0.10s\n")
    assert said.out == "1 task: 1 running; specrun is applying demo.\n"
    (repo / "go").touch()
    said = specrun("wait", "--timeout", "30s")
    assert (said.code, said.out) == (1, "1 task: 1 failed.\n")
    assert first.wait(30) == 1


def test_workers_without_an_apply_are_told(spec: Spec, specrun: Specrun, begin: Begin, repo: Path) -> None:
    spec(BLOCKED)
    first = begin("apply", "--yes")
    until((repo / "began").exists)
    first.send_signal(signal.SIGTERM)
    first.wait(10)
    said = specrun("wait")
    assert (said.code, "1 worker is running by itself" in said.err) == (1, True)
    (repo / "go").touch()
