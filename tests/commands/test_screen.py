"""Tests where the events of an apply go."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from specrun.commands import console
from specrun.commands.console import Manner
from specrun.commands.lastlines import LastLines
from specrun.commands.screen import Screen
from specrun.commands.viewing import View
from specrun.core.change import Action, ReasonCode, Start
from specrun.core.event import Event, EventKind
from specrun.core.task import TaskId
from specrun.core.world import Phase
from specrun.ports import AttemptKey
from specrun.store.attempts import AttemptFiles
from specrun.store.layout import Layout
from tests.report.values import NOW, attempt, decision, desired, plan, task, world

WANTED = desired(task("demo/a"))
SEEN = world(attempts=[attempt("demo/a", 1, Phase.RUNNING)])
PLAN = plan(decision("demo/a", Action.ADOPT, (ReasonCode.RUNNING, "")), live=["demo/a"])
EVENT = Event(at=NOW, kind=EventKind.STARTED, message="demo/a started", task_id=TaskId("demo/a"), number=1)
TOLD = "2027-01-15T08:00:00Z demo/a started\n"


@pytest.fixture(autouse=True)
def _default_manner() -> Iterator[None]:
    yield
    console.behave(Manner())


@pytest.fixture
def attempts(tmp_path: Path) -> AttemptFiles:
    return AttemptFiles(Layout.of(tmp_path, {"SPECRUN_HOME": str(tmp_path / "state")}))


def test_elsewhere_one_plain_line_per_event(
    capsys: pytest.CaptureFixture[str], attempts: AttemptFiles
) -> None:
    screen = Screen.of(WANTED, attempts, as_json=False)
    with screen:
        screen.show(SEEN, PLAN, [EVENT])
        assert screen.look_after() == ""
        screen.advise("nothing")
        screen.rest()
        screen.clear()
    assert screen.pace == 1.0
    told = capsys.readouterr()
    assert (told.out, told.err) == (TOLD, "")


def test_json_is_one_event_per_line(capsys: pytest.CaptureFixture[str], attempts: AttemptFiles) -> None:
    console.behave(Manner(quiet=True, verbose=True))
    Screen.of(WANTED, attempts, as_json=True).show(SEEN, PLAN, [EVENT, EVENT])
    rows = capsys.readouterr().out.splitlines()
    assert [json.loads(row)["type"] for row in rows] == ["started", "started"]


def test_a_quiet_apply_tells_no_events_and_a_verbose_one_where_logs_lie(
    capsys: pytest.CaptureFixture[str], attempts: AttemptFiles
) -> None:
    screen = Screen.of(WANTED, attempts, as_json=False)
    console.behave(Manner(quiet=True))
    screen.show(SEEN, PLAN, [EVENT])
    assert capsys.readouterr().out == ""
    console.behave(Manner(verbose=True))
    screen.show(SEEN, PLAN, [EVENT, replace(EVENT, task_id=None)])
    first, second, third = capsys.readouterr().out.splitlines()
    assert first == third == TOLD.rstrip()
    assert second.startswith("  log: /")
    assert second.endswith("/attempts/demo/a/1/output.log")


def test_on_a_terminal_the_block_makes_way_for_events_and_comes_back(
    capsys: pytest.CaptureFixture[str], attempts: AttemptFiles
) -> None:
    view = View(lines=LastLines(attempts=attempts), help="q: leave it running", spare=5)
    screen = Screen(desired=WANTED, as_json=False, attempts=attempts, view=view)
    screen.clear()
    assert capsys.readouterr().err == ""
    screen.show(SEEN, PLAN, [])
    assert "> demo/a  running" in capsys.readouterr().err
    screen.show(SEEN, PLAN, [EVENT])
    told = capsys.readouterr()
    assert told.err.startswith("\r\x1b[2K\x1b[1A\x1b[2K")
    assert "> demo/a  running" in told.err
    assert told.out == TOLD
    screen.say("bye")
    assert capsys.readouterr().err.endswith("bye\n")
    screen.clear()
    assert capsys.readouterr().err == ""
    screen.show(SEEN, PLAN, [])
    screen.rest()
    assert capsys.readouterr().err.endswith("\x1b[2K")
    assert screen.look_after() == ""
    assert capsys.readouterr().err == ""


def test_what_has_just_begun_is_heard_at_once(
    capsys: pytest.CaptureFixture[str], attempts: AttemptFiles
) -> None:
    run = decision("demo/a", Action.RUN, (ReasonCode.NEW, ""))
    begins = replace(plan(run), changes=(Start(run),))
    folder = attempts.directory(AttemptKey(TaskId("demo/a"), 1))
    folder.mkdir(parents=True)
    (folder / "output.log").write_text("first words\n")
    view = View(lines=LastLines(attempts=attempts), help="")
    screen = Screen(desired=WANTED, as_json=False, attempts=attempts, view=view)
    screen.show(world(), begins, [EVENT])
    assert "first words" in capsys.readouterr().err


def test_it_draws_only_where_both_streams_end_at_a_terminal(
    monkeypatch: pytest.MonkeyPatch, attempts: AttemptFiles
) -> None:
    leader, follower = os.openpty()
    monkeypatch.delenv("CI", raising=False)
    with os.fdopen(follower, "w") as stream:
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setattr(sys, "stderr", stream)
        assert Screen.of(WANTED, attempts, as_json=False).view is None
        monkeypatch.setattr(sys, "stdout", stream)
        assert Screen.of(WANTED, attempts, as_json=True).view is None
        assert Screen.of(WANTED, attempts, as_json=False, still=True).view is None
        assert Screen.of(WANTED, attempts, as_json=False).view is not None
        monkeypatch.setenv("TERM", "dumb")
        assert Screen.of(WANTED, attempts, as_json=False).view is None
    os.close(leader)
