"""Tests what is found of the runs of checks."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from specrun import wiring
from specrun.api.checklogs import CheckLog, check_logs, last_log, log_of
from specrun.core.evidence import CheckRecord
from specrun.core.task import TaskId
from specrun.core.world import Phase
from specrun.ports import AttemptKey
from tests.commands.conftest import Spec
from tests.report.values import attempt

ONE = TaskId("demo/one")


@pytest.fixture
def project(spec: Spec, repo: Path) -> wiring.Project:
    spec("one: {prompt: 'true'}")
    return wiring.open_project(repo, ())


def left(project: wiring.Project, number: int, *names: str) -> Path:
    """Leave runs of these checks in an attempt; answers their folder."""
    folder = project.attempts.directory(AttemptKey(ONE, number)) / "checks"
    for place, name in enumerate(names, 1):
        (folder / str(place)).mkdir(parents=True)
        (folder / str(place) / "intent.json").write_text(json.dumps({"name": name}))
    return folder


def test_runs_are_told_in_their_order(project: wiring.Project) -> None:
    folder = left(project, 3, *"abcdefghijk")
    found = check_logs(project, attempt(ONE, 3, Phase.PROVING))
    assert [one.name for one in found] == list("abcdefghijk")
    assert found[1] == CheckLog("b", AttemptKey(ONE, 3, 2), folder / "2" / "output.log")
    assert project.attempts.directory(found[1].key) == folder / "2"


def test_what_is_not_whole_is_passed_over(project: wiring.Project) -> None:
    folder = left(project, 1, "test", "lint", "odd")
    (folder / "1" / "intent.json").write_text("{")
    (folder / "3" / "intent.json").write_text("[]")
    (folder / "4").mkdir()
    (folder / "x").mkdir()
    (folder / "x" / "intent.json").write_text('{"name": "test"}')
    assert [one.name for one in check_logs(project, attempt(ONE, 1, Phase.PROVING))] == ["lint"]
    assert check_logs(project, attempt(ONE, 9, Phase.RUNNING)) == ()


def test_the_last_run_is_the_newest_of_the_newest_attempt_that_has_one(project: wiring.Project) -> None:
    left(project, 1, "test", "lint")
    left(project, 2, "test", "test")
    attempts = [attempt(ONE, number, Phase.COLLECTED) for number in (1, 2, 3)]
    found = [last_log(project, attempts, name) for name in ("test", "lint", "build")]
    assert [one and one.key for one in found] == [AttemptKey(ONE, 2, 2), AttemptKey(ONE, 1, 2), None]


def test_the_log_of_a_record_is_the_one_that_was_recorded(project: wiring.Project) -> None:
    folder, later = left(project, 1, "test"), left(project, 2, "test", "test")
    (folder / "1" / "output.log").write_text("old")
    (later / "1" / "output.log").write_text("new")
    os.mkfifo(later / "2" / "output.log")
    attempts = [attempt(ONE, number, Phase.COLLECTED) for number in (1, 2)]
    told = CheckRecord(
        name="test", run="pytest", exit_code=1, seconds=1.0, commit=None, output_digest="", tail=""
    )
    found = [
        log_of(project, attempts, replace(told, output_digest=hashlib.sha256(text).hexdigest()))
        for text in (b"old", b"new", b"gone")
    ]
    assert found == [str(folder / "1" / "output.log"), str(later / "1" / "output.log"), ""]
    assert log_of(project, attempts, told) == ""
