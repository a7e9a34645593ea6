"""Tests that no worker can write its own end, with real shims and real cheats."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from specrun.core.world import Attempt, Phase
from specrun.ports import Command
from specrun.store.attempts import AttemptFiles
from specrun.store.layout import Layout
from specrun.system import processes
from tests.poll import until
from tests.shim.attempts import command
from tests.store import traces
from tests.store.ordering import API, CONTRACT, key, order


def look(attempts: AttemptFiles) -> Attempt:
    return attempts.scan()[API][-1]


WAITING = Command(argv=("sh", "-c", "until [ -e go ]; do sleep 0.01; done; exit 3"))


@pytest.mark.parametrize("forged", ["", "a guess"])
def test_a_worker_that_writes_its_end_is_not_believed_while_it_runs(
    attempts: AttemptFiles, tmp_path: Path, forged: str
) -> None:
    attempts.order(order(command=WAITING, cwd=tmp_path))
    directory = attempts.directory(key())
    with subprocess.Popen(command(directory)) as process:
        until((directory / "start.json").exists)
        traces.end(directory, forged)
        assert look(attempts).phase is Phase.RUNNING
        with pytest.raises(ValueError, match="still running"):
            attempts.evidence(key())
        (tmp_path / "go").touch()
        assert process.wait(20) == 1

    assert (look(attempts).phase, look(attempts).clean) == (Phase.ENDED, False)
    assert attempts.evidence(key()).exit_code == 3


KILLING = """
setsid sh -c 'kill -9 "$0"; printf "%s" "$1" > exit.json; touch done; exec sleep 100' $PPID "$1" &
exec sleep 100
"""
END = '{"format": 1, "cause": "exited", "exit_code": 0, "error": "", "ended_at": 9, "key": "a guess"}'


def test_a_worker_that_kills_its_shim_and_writes_its_end_is_lost(attempts: AttemptFiles) -> None:
    directory = attempts.directory(key())
    attempts.order(order(command=Command(argv=("sh", "-c", KILLING, "sh", END)), cwd=directory))
    with subprocess.Popen(command(directory)) as process:
        assert process.wait(20) == -signal.SIGKILL
    until((directory / "done").exists)
    marker = json.loads((directory / "intent.json").read_text())["marker"]
    assert processes.marked(marker)
    assert (look(attempts).phase, look(attempts).clean) == (Phase.LOST, False)

    told = attempts.evidence(key())

    assert (told.cause, told.exit_code, told.error) == ("lost", None, "its exit record is forged")
    assert processes.marked(marker) == []


REWRITING = 'sed "s/make test/true/g" intent.json > new && mv new intent.json'


def test_a_worker_that_rewrites_its_order_deceives_nobody(attempts: AttemptFiles, layout: Layout) -> None:
    directory = attempts.directory(key())
    told = Command(argv=("sh", "-c", REWRITING))
    attempts.order(order(command=told, cwd=directory, contract=CONTRACT))

    subprocess.run(command(directory), check=True)

    assert "make test" not in (directory / "intent.json").read_text()
    assert look(attempts).phase is Phase.ENDED
    assert attempts.intent(key()).contract == CONTRACT
    later = look(AttemptFiles(layout))
    assert later.phase is Phase.UNREADABLE
    assert "intent.json was changed after its worker had started" in later.error


def test_a_worker_that_names_the_processes_of_another_as_its_own_ends_none_of_them(
    attempts: AttemptFiles,
) -> None:
    attempts.order(order())
    traces.begin(attempts.directory(key()))
    path = attempts.directory(key()) / "intent.json"
    env = {**os.environ, processes.MARKER: "of another"}
    with subprocess.Popen(["sleep", "100"], env=env) as other:
        until(lambda: processes.marked("of another"))
        path.write_text(json.dumps(json.loads(path.read_text()) | {"marker": "of another"}))

        assert attempts.evidence(key()).cause == "lost"

        assert other.poll() is None
        other.kill()
