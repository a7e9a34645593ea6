"""Tests the runs of checks: how they are ordered, what they leave, and what a crash leaves of them."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import subprocess
from pathlib import Path

import pytest

from specrun.core.world import Attempt, CheckRun, Phase, Proof
from specrun.errors import EnvironmentProblem
from specrun.store.attempts import AttemptFiles
from specrun.store.layout import Layout
from tests.shim.attempts import command
from tests.store import traces
from tests.store.full import full_disk
from tests.store.ordering import API, check_order, checked, key, proved


def look(attempts: AttemptFiles) -> Attempt:
    return attempts.scan()[API][-1]


def runs(attempts: AttemptFiles) -> tuple[CheckRun, ...]:
    proof = look(attempts).proof
    assert proof is not None
    return proof.runs


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def test_the_order_of_a_check_is_whole_and_private(attempts: AttemptFiles, layout: Layout) -> None:
    proved(attempts)

    attempts.order_check(check_order(1, 1))

    directory = attempts.directory(key(check=1))
    assert directory == attempts.directory(key()) / "checks" / "1"
    assert names(directory) == ["intent.json", "prompt.md"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in directory.iterdir()} == {0o600}
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert (directory / "prompt.md").read_text() == "true # ü\n"
    intent = json.loads((directory / "intent.json").read_text())
    assert (intent["index"], intent["name"]) == (1, "lint")
    assert intent["marker"] != json.loads((attempts.directory(key()) / "intent.json").read_text())["marker"]
    assert look(attempts).phase is Phase.PROVING


def test_a_run_is_never_ordered_twice(attempts: AttemptFiles) -> None:
    proved(attempts)
    checked(attempts)

    with pytest.raises(EnvironmentProblem, match=r"checks/1: File exists"):
        attempts.order_check(check_order(script="other"))
    assert (attempts.directory(key(check=1)) / "prompt.md").read_text() == "true # ü\n"


def test_one_check_at_a_time(attempts: AttemptFiles) -> None:
    proved(attempts)
    attempts.order_check(check_order(1))

    with pytest.raises(ValueError, match="has a check at work already"):
        attempts.order_check(check_order(2, 1))


def test_a_full_disk_leaves_nothing_of_the_order_of_a_check(attempts: AttemptFiles) -> None:
    proved(attempts)

    with full_disk(), pytest.raises(EnvironmentProblem, match=r"cannot write .*fix: free some space"):
        attempts.order_check(check_order())

    assert not attempts.directory(key(check=1)).exists()


def test_collecting_takes_away_the_links_of_checks(attempts: AttemptFiles, layout: Layout) -> None:
    proved(attempts)
    checked(attempts, 1, 0)
    checked(attempts, 2, 1)
    links = [layout.done_link(API, 1), layout.done_link(API, 1, 1), layout.done_link(API, 1, 2)]
    for link in (*links, layout.done_link(API, 2, 1)):
        link.touch()

    attempts.collected(key())
    attempts.collected(key())

    assert list(layout.done.iterdir()) == [layout.done_link(API, 2, 1)]
    assert look(attempts).phase is Phase.COLLECTED


def test_the_evidence_of_a_check_holds_the_digest_of_its_whole_log(attempts: AttemptFiles) -> None:
    proved(attempts)
    attempts.order_check(check_order())
    directory = attempts.directory(key(check=1))
    (directory / "output.log").write_bytes(b"x" * 900 + b"\x1b[31mred\n")
    for name in ("output.json", "verdict"):
        (directory / name).write_text("{")
    traces.run(directory, exit_code=2, output_error="o", verdict_error="v")

    told = attempts.evidence(key(check=1))

    assert told.digest == hashlib.sha256(b"x" * 900 + b"\x1b[31mred\n").hexdigest()
    assert told.tail.endswith("xred\n")
    assert (told.cause, told.exit_code, told.started_at, told.ended_at) == ("exited", 2, 5.5, 6.5)
    assert (told.output, told.output_error, told.verdict, told.verdict_error) == (None, "", None, "")
    assert attempts.tail(key(check=1)) == told.tail
    assert attempts.evidence(key()).digest == ""


@pytest.mark.parametrize("log", ["none", "a pipe", "endless"])
def test_nobody_waits_for_a_log_that_a_check_has_replaced(attempts: AttemptFiles, log: str) -> None:
    proved(attempts)
    checked(attempts)
    path = attempts.directory(key(check=1)) / "output.log"
    if log == "a pipe":
        os.mkfifo(path)
    elif log == "endless":
        with path.open("wb") as file:
            file.truncate(1 << 40)

    told = attempts.evidence(key(check=1))

    kept = bytes(check_order().limits.log_bytes) if log == "endless" else b""
    assert told.digest == hashlib.sha256(kept).hexdigest()


def test_a_fenced_and_a_lost_check_have_evidence(attempts: AttemptFiles) -> None:
    proved(attempts)
    attempts.order_check(check_order(1))
    attempts.fence(key(check=1), "no shim")
    attempts.order_check(check_order(2))
    traces.begin(attempts.directory(key(check=2)))
    (attempts.directory(key(check=2)) / "output.log").write_text("last\n")

    fenced, lost = (attempts.evidence(key(check=number)) for number in (1, 2))

    assert (fenced.cause, fenced.error, fenced.digest) == ("fenced", "no shim", hashlib.sha256().hexdigest())
    assert (lost.cause, lost.tail, lost.digest) == ("lost", "last\n", hashlib.sha256(b"last\n").hexdigest())


def test_a_kill_between_the_note_and_the_first_check_is_made_good(layout: Layout) -> None:
    proved(AttemptFiles(layout))
    again = AttemptFiles(layout)

    assert look(again).proof == Proof(checks=("test", "lint"))
    again.order_check(check_order())
    assert [run.phase for run in runs(again)] == [Phase.ORDERED]


@pytest.mark.parametrize("left", ["nothing", "a script", "a closed folder", "a file"])
def test_a_kill_while_a_check_was_ordered_is_made_good(layout: Layout, left: str) -> None:
    proved(AttemptFiles(layout))
    again = AttemptFiles(layout)
    directory = again.directory(key(check=1))
    if left == "a file":
        directory.parent.mkdir()
        directory.touch()
    else:
        directory.mkdir(parents=True)
    if left == "a script":
        (directory / "prompt.md").write_text("half of")
    elif left == "a closed folder":
        (directory / "inbox").mkdir(mode=0)
    assert runs(again) == ()

    again.order_check(check_order())

    assert names(directory) == ["intent.json", "prompt.md"]
    assert [run.number for run in runs(again)] == [1]


def test_a_real_shim_runs_a_check(attempts: AttemptFiles, layout: Layout, tmp_path: Path) -> None:
    proved(attempts)
    script = 'echo "in $PWD"; env | grep -c "SPECRUN_OUTPUT\\|SPECRUN_VERDICT" || false; echo never'
    attempts.order_check(check_order(script=script, cwd=tmp_path))
    attempts.launching(key(check=1), {})
    directory = attempts.directory(key(check=1))

    done = subprocess.run(command(directory), check=False, capture_output=True)

    assert (done.returncode, done.stderr) == (1, b"")
    told = attempts.evidence(key(check=1))
    assert (told.cause, told.exit_code, told.error) == ("exited", 1, "")
    assert told.tail == f"in {tmp_path}\n0\n"
    assert told.digest == hashlib.sha256((directory / "output.log").read_bytes()).hexdigest()
    assert layout.done_link(API, 1, 1).exists()
    assert [run.phase for run in runs(attempts)] == [Phase.ENDED]
