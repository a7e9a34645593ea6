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
from specrun.system import locks, processes
from tests.poll import until
from tests.store import traces
from tests.store.ordering import API, key, order


def write(attempts: AttemptFiles, name: str, **content: object) -> Path:
    path = attempts.directory(key()) / name
    path.write_text(json.dumps({"format": 1, **content}))
    return path


def end(attempts: AttemptFiles, **changes: object) -> None:
    traces.run(attempts.directory(key()), **changes)


def phase(attempts: AttemptFiles) -> Phase:
    return attempts.scan()[API][-1].phase


def test_evidence_of_an_ended_attempt(attempts: AttemptFiles) -> None:
    attempts.order(order())
    directory = attempts.directory(key())
    end(attempts, exit_code=-9, error="a\x1b[1m b\nc", started_at=5.0, ended_at=7.25, output_bytes=9)
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
    end(attempts)
    (attempts.directory(key()) / "output.json").write_text(content)

    told = attempts.evidence(key())

    assert told.output is None
    assert told.output_error.startswith("SPECRUN_OUTPUT is not JSON: ")


@pytest.mark.parametrize("kind", ["a pipe", "endless", "a link"])
@pytest.mark.parametrize(("name", "variable"), [("output.json", "OUTPUT"), ("verdict", "VERDICT")])
def test_nobody_waits_for_what_lies_where_a_copy_belongs(
    attempts: AttemptFiles, name: str, variable: str, kind: str
) -> None:
    attempts.order(order())
    path = attempts.directory(key()) / name
    if kind == "a pipe":
        os.mkfifo(path)
    elif kind == "a link":
        path.symlink_to("/dev/zero")
    else:
        with path.open("wb") as file:
            file.truncate(1 << 40)
    end(attempts)

    told = attempts.evidence(key())

    assert (told.output, told.verdict) == (None, None)
    assert f"SPECRUN_{variable} cannot be read: " in told.output_error + told.verdict_error


@pytest.mark.parametrize("text", ["approved", " approved\n\n", "rejected\x1b[1m\n" + "x" * 4000, ""])
def test_a_verdict_is_told_as_it_was_left(attempts: AttemptFiles, text: str) -> None:
    attempts.order(order())
    (attempts.directory(key()) / "verdict").write_text(text)
    end(attempts)

    assert (attempts.evidence(key()).verdict, attempts.evidence(key()).verdict_error) == (text, "")


def test_no_verdict_and_what_is_wrong_with_one(attempts: AttemptFiles) -> None:
    attempts.order(order())
    end(attempts, verdict_error="SPECRUN_VERDICT has\x1b[1m 5000 bytes\n", output_error="none")

    told = attempts.evidence(key())

    assert (told.verdict, told.verdict_error) == (None, "SPECRUN_VERDICT has 5000 bytes")
    assert told.output_error == "none"


def test_a_verdict_that_is_no_text(attempts: AttemptFiles) -> None:
    attempts.order(order())
    (attempts.directory(key()) / "verdict").write_bytes(b"\xff")
    end(attempts)

    assert attempts.evidence(key()).verdict_error == "SPECRUN_VERDICT is not UTF-8 text"


def test_a_stopped_attempt_says_who_asked(attempts: AttemptFiles) -> None:
    attempts.order(order())
    traces.begin(attempts.directory(key()))
    attempts.stop(key(), "orphaned")
    end(attempts, cause="stopped", exit_code=-15, output_error="too large")

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


def test_an_end_without_a_beginning_is_a_forged_one(attempts: AttemptFiles) -> None:
    attempts.order(order())
    traces.end(attempts.directory(key()))

    told = attempts.evidence(key())

    assert (told.cause, told.error) == ("lost", "its exit record is forged")
    assert (told.started_at, told.ended_at, told.exit_code) == (None, 0.0, None)


def test_what_a_lost_attempt_left_untaken_goes_where_it_may_hold_secrets(attempts: AttemptFiles) -> None:
    for number, hidden in ((1, ("KEY",)), (2, ())):
        attempts.order(order(number, secrets=hidden))
        directory = attempts.directory(key(number))
        (directory / "start.json").write_text('{"started_at": 5.0}')
        (directory / "inbox").mkdir()
        (directory / "inbox" / "output").write_text('"hush"')

        attempts.evidence(key(number))

        assert (directory / "inbox").exists() == (not hidden)


@pytest.mark.parametrize("name", ["output.log", "shim.log"])
def test_nobody_waits_for_a_log_that_a_worker_has_replaced(attempts: AttemptFiles, name: str) -> None:
    attempts.order(order())
    write(attempts, "start.json", started_at=5.0)
    os.mkfifo(attempts.directory(key()) / name)

    assert (attempts.evidence(key()).cause, attempts.evidence(key()).tail) == ("lost", "")


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
    end(attempts, cause="stopped", exit_code=-15)
    (attempts.directory(key()) / "stop.json").write_text(content)

    assert (attempts.evidence(key()).cause, attempts.evidence(key()).error) == ("stopped", "")


def test_a_shim_that_cannot_be_told_from_others_is_asked_by_file(attempts: AttemptFiles) -> None:
    attempts.order(order())
    write(attempts, "start.json", started_at=5.0, pid="me", host=os.uname().nodename)

    attempts.stop(key(), "stop_requested")

    assert json.loads((attempts.directory(key()) / "stop.json").read_text())["reason"] == "stop_requested"
