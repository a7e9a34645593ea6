"""Tests the last lines of workers."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from specrun.commands.lastlines import LastLines
from specrun.core.task import TaskId
from specrun.core.world import Phase, World
from specrun.ports import AttemptKey
from specrun.store.attempts import AttemptFiles
from specrun.store.layout import Layout
from tests.report.values import attempt, proving, world

ONE = TaskId("demo/a")
BUSY = world(attempts=[attempt("demo/a", 2, Phase.RUNNING)])


@pytest.fixture
def attempts(tmp_path: Path) -> AttemptFiles:
    return AttemptFiles(Layout.of(tmp_path, {"SPECRUN_HOME": str(tmp_path / "state")}))


def log(attempts: AttemptFiles, name: str = "output.log", check: int = 0) -> Path:
    folder = attempts.directory(AttemptKey(ONE, 2, check))
    folder.mkdir(parents=True, exist_ok=True)
    return folder / name


def said(attempts: AttemptFiles, seen: World = BUSY) -> dict[TaskId, str]:
    return dict(LastLines(attempts=attempts).of(seen))


def test_the_last_line_that_says_something(attempts: AttemptFiles) -> None:
    assert said(attempts) == {}
    log(attempts).write_text("one\ntwo  2\n\n \n")
    assert said(attempts) == {ONE: "two 2"}
    log(attempts).write_text("one\nunfinis")
    assert said(attempts) == {ONE: "unfinis"}


def test_who_has_begun_since_the_look_speaks_too(attempts: AttemptFiles) -> None:
    log(attempts).write_text("one\n")
    lines = LastLines(attempts=attempts)
    assert lines.of(world()) == {}
    assert lines.of(world(), [AttemptKey(ONE, 2)]) == {ONE: "one"}
    assert lines.of(BUSY, [AttemptKey(ONE, 2)]) == {ONE: "one"}


def test_what_people_read_goes_before_the_stream(attempts: AttemptFiles) -> None:
    log(attempts).write_text('{"type": "raw"}\n')
    log(attempts, "transcript.log").write_text("Edit a.py\n")
    log(attempts, "intent.json").write_text('{"meter": {}}')
    assert said(attempts) == {ONE: "Edit a.py"}


def test_only_what_has_grown_is_read_again(attempts: AttemptFiles) -> None:
    lines = LastLines(attempts=attempts)
    log(attempts).write_text("one\n")
    assert lines.of(BUSY) == {ONE: "one"}
    log(attempts).write_text("two\n")  # as long as before
    assert lines.of(BUSY) == {ONE: "one"}
    log(attempts).write_text("three\n")
    assert lines.of(BUSY) == {ONE: "three"}
    log(attempts).write_text("\n\n")  # somebody took it away; what was said stays said
    assert lines.of(BUSY) == {ONE: "three"}


def test_of_a_long_log_the_end_is_read(attempts: AttemptFiles) -> None:
    log(attempts).write_text(f"{'x' * 9000}\n{'y' * 4000}\nlast\n")
    assert said(attempts) == {ONE: "last"}
    log(attempts).write_text("z" * 9000)
    assert said(attempts) == {ONE: "z" * 4096}
    log(attempts).write_bytes(b"x" * 5000 + b"\n" + "\u6f22".encode()[1:] + b" end\n")
    assert said(attempts)[ONE].endswith(" end")


def test_it_is_harmless(attempts: AttemptFiles) -> None:
    log(attempts).write_bytes(b"10%\r20%\r\x1b]0;title\x07\x1b[31mred\x1b[0m\x9b2J\xff\xe2\x80\xae!\n")
    assert said(attempts) == {ONE: "red\ufffd2J\ufffd!"}


def test_whatever_lies_where_a_log_should_be_is_left_alone(attempts: AttemptFiles, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret\n")
    log(attempts).symlink_to(tmp_path / "secret")
    assert said(attempts) == {}
    log(attempts).unlink()
    os.mkfifo(log(attempts))
    assert said(attempts) == {}
    log(attempts).unlink()
    log(attempts).mkdir()
    assert said(attempts) == {}


def test_of_checks_the_one_at_work_speaks(attempts: AttemptFiles) -> None:
    log(attempts).write_text("the agent\n")
    log(attempts, check=1).write_text("the first check\n")
    log(attempts, check=2).write_text("the second check\n")
    checked = world(attempts=[proving("demo/a", 2, ["test", "lint"], Phase.ENDED, Phase.RUNNING)])
    assert said(attempts, checked) == {ONE: "the second check"}
    between = world(attempts=[proving("demo/a", 2, ["test", "lint"], Phase.ENDED)])
    assert said(attempts, between) == {}


def test_who_has_ended_says_nothing(attempts: AttemptFiles) -> None:
    log(attempts).write_text("one\n")
    assert said(attempts, world(attempts=[attempt("demo/a", 2, Phase.ENDED)])) == {}
