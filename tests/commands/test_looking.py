"""Tests what `status --watch` shows on a terminal, and when it looks again."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from specrun import wiring
from specrun.api import selecting
from specrun.api.standing import Look, look
from specrun.commands import looking
from specrun.commands.keys import Keys
from specrun.commands.looking import Trigger, keep_up, shown
from specrun.commands.viewing import View
from specrun.core.choice import Choice
from specrun.report.view import Moment, block
from tests.commands.conftest import Spec, Specrun

TASKS = "one: {prompt: 'true'}\ntwo: {prompt: 'exit 3'}"


@pytest.fixture
def project(spec: Spec, repo: Path) -> wiring.Project:
    spec(TASKS)
    return wiring.open_project(repo, ())


def seen(project: wiring.Project, *only: str) -> tuple[Look, Choice]:
    runtime = wiring.runtime(project)
    found = look(project, runtime)
    told = selecting.exactly(only)  # type: ignore[arg-type]
    return found, selecting.choose(told, runtime.desired, found.world, found.plan)


def test_the_selected_tasks_are_shown_and_who_applies(project: wiring.Project, specrun: Specrun) -> None:
    specrun("apply", "--yes")
    runtime = wiring.runtime(project)
    told = block(shown(runtime, *seen(project)), Moment(now=0.0), room=79, rows=20)
    assert [one.split()[1] for one in told[:2]] == ["demo/two", "demo/one"]
    assert told[-1] == "0/4 workers, nobody is applying"
    told = block(shown(runtime, *seen(project, "one")), Moment(now=0.0), room=79, rows=20)
    assert [one.split()[1] for one in told[:1]] == ["demo/one"]
    assert told[-1] == "Selection: 1 of 2 tasks (--only one)."


class Typed(Keys):
    """Keys of a person who presses the next one at every look."""

    def __init__(self, keys: Iterator[str]) -> None:
        super().__init__()
        self._keys = keys

    def pressed(self) -> str:
        return next(self._keys)


Watching = Callable[[Iterator[str], float], int]


@pytest.fixture
def watching(project: wiring.Project, monkeypatch: pytest.MonkeyPatch) -> Watching:
    """Answer a function that keeps up with a project while keys are pressed; answers how often it looked."""

    def watch(keys: Iterator[str], interval: float) -> int:
        looked: list[int] = []

        def looks() -> tuple[Look, Choice]:
            looked.append(1)
            return seen(project)

        monkeypatch.setattr(looking, "View", lambda **told: View(**told, keys=Typed(keys)))
        keep_up(project, wiring.runtime(project), interval, looks)
        return len(looked)

    return watch


def test_it_looks_until_a_person_has_seen_enough(watching: Watching) -> None:
    assert watching(iter(["q"]), 60.0) == 1
    assert watching(iter(["", "x", "q"]), 60.0) == 1
    assert watching(iter(["", "", "q"]), 0.0) == 3


def test_the_end_of_an_attempt_is_seen_before_the_time(project: wiring.Project, watching: Watching) -> None:
    project.layout.create()

    def keys() -> Iterator[str]:
        yield ""
        (project.layout.done / "demo.one.1").touch()
        yield from [""] * 3
        yield "q"

    assert watching(keys(), 600.0) >= 2


def test_looking_makes_no_folders(project: wiring.Project) -> None:
    trigger = Trigger(project)
    trigger.open()
    assert not trigger.wait(0.001)
    assert not project.layout.home.exists()
    project.layout.create()
    trigger.open()
    (project.layout.done / "demo.one.1").touch()
    assert trigger.wait(20.0)
    trigger.close()


def test_sigterm_ends_it_by_an_exception(watching: Watching) -> None:
    def keys() -> Iterator[str]:
        yield ""
        os.kill(os.getpid(), signal.SIGTERM)
        yield ""

    former = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit) as ended:
        watching(keys(), 60.0)
    assert ended.value.code == 143
    assert signal.getsignal(signal.SIGTERM) is former
