"""Tests the view of a command that goes on; real terminals are in tests/scenarios."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from specrun.commands import console, viewing
from specrun.commands.console import Manner
from specrun.commands.lastlines import LastLines
from specrun.commands.viewing import FRAME, View, possible
from specrun.core.change import Action, ReasonCode
from specrun.core.world import Phase
from specrun.report.text import clean
from specrun.report.view import Seen
from specrun.store.attempts import AttemptFiles
from specrun.store.layout import Layout
from tests.report.values import NOW, attempt, decision, desired, plan, task, world

SEEN = Seen(
    desired=desired(task("demo/a")),
    world=world(attempts=[attempt("demo/a", 1, Phase.RUNNING)]),
    plan=plan(decision("demo/a", Action.ADOPT, (ReasonCode.RUNNING, "")), live=["demo/a"]),
)


class Clock:
    """The time of the test, for both of its kinds."""

    def __init__(self) -> None:
        self.now = NOW


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(time, "monotonic", lambda: made.now)
    monkeypatch.setattr(time, "time", lambda: made.now)
    return made


@pytest.fixture
def view(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[View]:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", "24")
    attempts = AttemptFiles(Layout.of(tmp_path, {"SPECRUN_HOME": str(tmp_path / "state")}))
    with View(lines=LastLines(attempts=attempts), help="q: quit") as made:
        yield made


@pytest.fixture(autouse=True)
def _default_manner() -> Iterator[None]:
    yield
    console.behave(Manner())


def test_a_second_later_only_the_seconds_are_written(
    view: View, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    view.show(SEEN)
    assert capsys.readouterr().err == (
        "> demo/a  running          0s\x1b[K\n"
        "[....................] 0/1, 1 running\x1b[K\n"
        "1/4 workers\x1b[K\n"
    )
    for step in (0.1, 0.4, 0.9):
        clock.now = NOW + step
        assert view.tick() == ""
    assert capsys.readouterr().err == ""
    clock.now = NOW + 1.2
    view.tick()
    assert capsys.readouterr().err == "\r\x1b[3A> demo/a  running          1s\x1b[K\n\n\n"


def test_what_workers_write_is_looked_at_a_few_times_a_second(
    view: View, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    view.show(SEEN)
    folder = next(iter(view.lines.paths.values())).parent
    folder.mkdir(parents=True)
    (folder / "output.log").write_text("hello\n")
    capsys.readouterr()
    clock.now += FRAME - 0.01
    view.tick()
    assert capsys.readouterr().err == ""
    clock.now += 0.02
    view.tick()
    assert "hello" in capsys.readouterr().err


def test_another_size_of_the_terminal_is_seen_at_once(
    view: View, clock: Clock, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    del clock
    view.show(SEEN)
    capsys.readouterr()
    monkeypatch.setenv("COLUMNS", "30")
    view.tick()
    assert "> demo/a 0s\n" in capsys.readouterr().err
    monkeypatch.setenv("COLUMNS", "19")
    view.tick()
    wiped = capsys.readouterr().err
    assert wiped.endswith("\x1b[2K")
    assert clean(wiped).strip() == ""
    monkeypatch.setenv("COLUMNS", "80")
    view.tick()
    assert "1/4 workers" in capsys.readouterr().err


def test_something_else_is_shown_at_once(
    view: View, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    del clock
    view.show(SEEN)
    capsys.readouterr()
    view.show(replace(SEEN, world=world()))
    assert "1/4 workers" not in capsys.readouterr().err
    view.show(replace(SEEN, desired=desired(task("demo/a"), max_workers=7)))
    assert "1/7 workers" in capsys.readouterr().err


def test_lines_are_left_to_others(
    view: View, clock: Clock, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    del clock
    names = [f"demo/a{number}" for number in range(30)]
    view.show(
        Seen(
            desired=desired(*map(task, names)),
            world=world(),
            plan=plan(*(decision(name, Action.RUN, (ReasonCode.NEW, "")) for name in names)),
        )
    )
    assert capsys.readouterr().err.count("\n") == 23
    view.spare = 5
    view.clear()
    view.draw()
    assert capsys.readouterr().err.count("\n") == 18
    monkeypatch.setenv("LINES", "8")
    view.clear()
    view.draw()
    assert capsys.readouterr().err.count("\n") == 5


def test_after_it_was_stopped_it_begins_below_what_others_wrote(
    view: View, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    del clock
    view.show(SEEN)
    first = capsys.readouterr().err
    view.keys.resumed = True
    view.draw()
    assert capsys.readouterr().err == first


def test_in_the_background_there_is_no_view(
    view: View, clock: Clock, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    del clock
    view.show(SEEN)
    first = capsys.readouterr().err
    monkeypatch.setattr(viewing, "foreground", lambda: False)
    view.draw()
    view.clear()
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(viewing, "foreground", lambda: True)
    view.draw()
    assert capsys.readouterr().err == first


def test_the_end_takes_it_away(view: View, clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    del clock
    with view:
        view.show(SEEN)
        capsys.readouterr()
    assert capsys.readouterr().err == "\r\x1b[2K" + 3 * "\x1b[1A\x1b[2K"


@pytest.mark.parametrize(
    ("name", "value"), [("TERM", "dumb"), ("CI", "1"), ("COLUMNS", "19"), ("LINES", "4"), ("quiet", "")]
)
def test_it_takes_a_terminal_with_room_and_somebody_who_looks(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    leader, follower = os.openpty()
    for variable, usual in {"TERM": "xterm", "COLUMNS": "20", "LINES": "5"}.items():
        monkeypatch.setenv(variable, usual)
    monkeypatch.delenv("CI", raising=False)
    with os.fdopen(follower, "w") as stream:
        assert not possible()
        monkeypatch.setattr(sys, "stdout", stream)
        assert not possible()
        monkeypatch.setattr(sys, "stderr", stream)
        assert possible()
        if name == "quiet":
            console.behave(Manner(quiet=True))
        else:
            monkeypatch.setenv(name, value)
        assert not possible()
    os.close(leader)
