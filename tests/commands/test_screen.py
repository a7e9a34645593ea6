"""Tests where the events of an apply go."""

from __future__ import annotations

import json
import os
import sys

import pytest

from specrun.commands.screen import Screen
from specrun.core.change import Action, ReasonCode
from specrun.core.event import Event, EventKind
from specrun.core.world import Phase
from specrun.report.progress import Drawing
from tests.report.values import NOW, attempt, decision, desired, plan, task, world

WANTED = desired(task("demo/a"))
SEEN = world(attempts=[attempt("demo/a", 1, Phase.RUNNING)])
PLAN = plan(decision("demo/a", Action.ADOPT, (ReasonCode.RUNNING, "")), live=["demo/a"])
EVENT = Event(at=NOW, kind=EventKind.STARTED, message="demo/a started")

WIPED = "\x1b[2K"
UP = f"\x1b[1A{WIPED}"


def test_elsewhere_one_plain_line_per_event(capsys: pytest.CaptureFixture[str]) -> None:
    screen = Screen.of(WANTED, as_json=False)
    screen.show(SEEN, PLAN, [EVENT])
    screen.redraw()
    screen.clear()
    told = capsys.readouterr()
    assert (told.out, told.err) == ("2027-01-15T08:00:00Z demo/a started\n", "")


def test_json_is_one_event_per_line(capsys: pytest.CaptureFixture[str]) -> None:
    Screen.of(WANTED, as_json=True).show(SEEN, PLAN, [EVENT, EVENT])
    rows = capsys.readouterr().out.splitlines()
    assert [json.loads(row)["type"] for row in rows] == ["started", "started"]


def test_on_a_terminal_the_block_makes_way_for_events_and_comes_back(
    capsys: pytest.CaptureFixture[str],
) -> None:
    screen = Screen(desired=WANTED, as_json=False, drawing=Drawing())
    screen.redraw()
    screen.clear()
    assert capsys.readouterr().err == ""
    screen.show(SEEN, PLAN, [])
    drawn = capsys.readouterr().err
    assert "> demo/a " in drawn
    assert drawn.count("\n") == 2
    screen.show(SEEN, PLAN, [EVENT])
    told = capsys.readouterr()
    assert told.err.startswith(f"\r{WIPED}{2 * UP}")
    assert "> demo/a " in told.err
    assert told.out == "2027-01-15T08:00:00Z demo/a started\n"
    screen.say("bye")
    assert capsys.readouterr().err.endswith(f"{UP}bye\n")
    screen.clear()
    assert capsys.readouterr().err == ""


def test_it_draws_only_where_both_streams_end_at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    leader, follower = os.openpty()
    with os.fdopen(follower, "w") as stream:
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setattr(sys, "stderr", stream)
        assert Screen.of(WANTED, as_json=False).drawing is None
        monkeypatch.setattr(sys, "stdout", stream)
        assert Screen.of(WANTED, as_json=True).drawing is None
        assert Screen.of(WANTED, as_json=False).drawing is not None
        monkeypatch.setenv("TERM", "dumb")
        assert Screen.of(WANTED, as_json=False).drawing is None
    os.close(leader)
