"""Tests what ended attempts leave: results, lost workers, strays, broken output."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from specrun.core.world import Phase
from specrun.errors import EnvironmentProblem
from specrun.ports import Evidence
from specrun.store.attempts import AttemptFiles
from specrun.store.evidence import read_start
from specrun.system import locks, processes
from tests.poll import until
from tests.store.ordering import API, key, order


def write(attempts: AttemptFiles, name: str, **content: object) -> Path:
    path = attempts.directory(key()) / name
    path.write_text(json.dumps({"format": 1, **content}))
    return path


def phase(attempts: AttemptFiles) -> Phase:
    return attempts.scan()[API][-1].phase


def test_evidence_of_an_ended_attempt(attempts: AttemptFiles) -> None:
    attempts.order(order())
    directory = attempts.directory(key())
    write(attempts, "start.json", started_at=5.0)
    ended = {"started_at": 5.0, "ended_at": 7.25, "output_bytes": 9, "output_error": ""}
    write(attempts, "exit.json", cause="exited", exit_code=-9, error="a\x1b[1m b\nc", **ended)
    (directory / "output.log").write_bytes(b"x" * 5000 + b"\x1b[31mred\n")
    (directory / "output.json").write_text('{"k": [1, "\\ud800"]}')

    told = attempts.evidence(key())

    assert told == Evidence(
        cause="exited",
        exit_code=-9,
        error="a b",
        started_at=5.0,
        ended_at=7.25,
        tail=told.tail,
        output={"k": [1, "\ud800"]},
    )
    assert told.tail.endswith("xxred\n")
    assert len(told.tail) < 4096
    assert attempts.tail(key()) == told.tail


@pytest.mark.parametrize("content", ['{"a": NaN}', "{", "[" * 100_000])
def test_a_broken_output_is_said(attempts: AttemptFiles, content: str) -> None:
    attempts.order(order())
    write(attempts, "exit.json", cause="exited", exit_code=0, error="", ended_at=7.0)
    (attempts.directory(key()) / "output.json").write_text(content)

    told = attempts.evidence(key())

    assert told.output is None
    assert told.output_error.startswith("SPECRUN_OUTPUT is not JSON: ")


def test_a_stopped_attempt_says_who_asked(attempts: AttemptFiles) -> None:
    attempts.order(order())
    attempts.stop(key(), "orphaned")
    write(
        attempts,
        "exit.json",
        cause="stopped",
        exit_code=-15,
        error="",
        ended_at=7.0,
        output_error="too large",
    )

    told = attempts.evidence(key())

    assert (told.error, told.output_error) == ("orphaned", "too large")


def test_a_lost_attempt_s_processes_are_ended_first(attempts: AttemptFiles) -> None:
    attempts.order(order())
    directory = attempts.directory(key())
    mark = json.loads((directory / "intent.json").read_text())["marker"]
    write(attempts, "start.json", started_at=5.0)
    (directory / "output.log").write_text("last words\n")
    os.utime(directory / "output.log", (9.0, 9.0))
    stray = subprocess.Popen(["sleep", "100"], env={**os.environ, processes.MARKER: mark})
    try:
        until(lambda: processes.marked(mark) == [stray.pid])
        assert phase(attempts) is Phase.LOST

        told = attempts.evidence(key())
    finally:
        stray.kill()
        assert stray.wait() == -15

    assert told == Evidence(
        cause="lost", exit_code=None, error="", started_at=5.0, ended_at=9.0, tail="last words\n"
    )


def test_a_lost_attempt_without_a_log_ended_when_it_began(attempts: AttemptFiles) -> None:
    attempts.order(order())
    write(attempts, "start.json", started_at=5.0)
    (attempts.directory(key()) / "shim.log").write_text("Traceback\n")

    told = attempts.evidence(key())

    assert (told.ended_at, told.tail) == (5.0, "Traceback\n")


def test_what_a_lost_attempt_left_untaken_goes_where_it_may_hold_secrets(attempts: AttemptFiles) -> None:
    for number, hidden in ((1, ("KEY",)), (2, ())):
        attempts.order(order(number, secrets=hidden))
        directory = attempts.directory(key(number))
        (directory / "start.json").write_text('{"started_at": 5.0}')
        (directory / "inbox").mkdir()
        (directory / "inbox" / "output").write_text('"hush"')

        attempts.evidence(key(number))

        assert (directory / "inbox").exists() == (not hidden)


def test_no_evidence_of_one_that_runs_or_never_began(attempts: AttemptFiles) -> None:
    attempts.order(order())
    with pytest.raises(EnvironmentProblem, match=r"has no start.json"):
        attempts.evidence(key())

    write(attempts, "start.json", started_at=5.0)
    lock = locks.acquire(attempts.directory(key()) / "lock")
    assert lock is not None
    with lock, pytest.raises(ValueError, match="still running"):
        attempts.evidence(key())


@pytest.mark.parametrize("content", ["", "[]", '{"reason": 1}'])
def test_a_request_to_stop_that_cannot_be_read_was_one_all_the_same(
    attempts: AttemptFiles, content: str
) -> None:
    attempts.order(order())
    write(attempts, "exit.json", cause="stopped", exit_code=-15, error="", ended_at=7.0)
    (attempts.directory(key()) / "stop.json").write_text(content)

    assert (attempts.evidence(key()).cause, attempts.evidence(key()).error) == ("stopped", "")


def test_a_shim_that_cannot_be_told_from_others_is_asked_by_file(attempts: AttemptFiles) -> None:
    attempts.order(order())
    write(attempts, "start.json", started_at=5.0, pid="me", host=os.uname().nodename)

    attempts.stop(key(), "stop_requested")

    assert json.loads((attempts.directory(key()) / "stop.json").read_text())["reason"] == "stop_requested"


def test_a_token_is_a_shim_s_or_a_fence(attempts: AttemptFiles) -> None:
    attempts.order(order())
    directory = attempts.directory(key())
    assert read_start(directory) is None
    write(attempts, "start.json", started_at=5.0)
    begun = read_start(directory)
    assert begun is not None
    assert (begun.fenced, begun.started_at) == (False, 5.0)
    write(attempts, "start.json", fenced=True, reason="r")
    fenced = read_start(directory)
    assert fenced is not None
    assert (fenced.fenced, fenced.reason, fenced.started_at) == (True, "r", None)
