"""Works through sessions as a person does, on terminals of two sizes; each screen has a golden one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import processes
from tests.poll import until
from tests.scenarios.display import Display
from tests.scenarios.screens import Session

pytestmark = pytest.mark.tmux
Open = Callable[[str, str, int], Session]


@pytest.fixture
def session(tmux_socket: str, repo: Path, tmp_path: Path) -> Iterator[Open]:
    """Answer a function that sits down at a terminal: name of the session, executor, columns."""
    opened: list[Display] = []

    def sit_down(name: str, executor: str, columns: int) -> Session:
        opened.append(Display(tmux_socket, repo, columns=columns, rows=44, env={"LC_ALL": "C.UTF-8"}))
        sat = Session(name=f"{name}-{columns}", display=opened[0], repo=repo, go=tmp_path / "go")
        sat.write(executor)
        return sat

    yield sit_down
    for display in opened:
        display.__exit__()
    processes.end(processes.left_behind(tmp_path))
    until(lambda: not processes.left_behind(tmp_path))


@pytest.mark.parametrize("columns", [80, 120])
def test_from_a_first_run_with_a_failure_to_a_rerun_after_an_edit(session: Open, columns: int) -> None:
    me = session("failing", "process", columns)
    me.run("specrun diff")
    me.begin("specrun apply", "Start them? [y/N]")
    me.display.run("y")
    me.sees("creating", "writing", "q: leave it running")
    me.let("docs")
    me.display.shows("docs succeeded")
    me.let("tables")
    me.ends()
    me.run("specrun apply")
    me.edit("schema.sql", "tables.sql")
    me.run("specrun diff")
    me.run("specrun apply --yes")
    assert ["\n[1]\n" in screen for screen in me.screens] == [False, False, False, True, True, False, False]
    me.compare()


@pytest.mark.parametrize("columns", [80, 120])
def test_windows_are_left_looked_at_and_stopped(session: Open, columns: int) -> None:
    me = session("windows", "tmux", columns)
    me.begin("specrun apply --yes", "creating", "writing", "q: leave it running")
    me.display.keys("q")
    me.ends()
    me.begin("specrun attach docs", "writing", "C-b d leaves")
    me.display.keys("C-b", "d")
    me.ends()
    me.begin("specrun logs -f", "creating", "writing")
    me.display.keys("C-c")
    me.ends()
    me.begin("specrun status --watch", "creating", "writing", "q: quit")
    me.display.keys("q")
    me.ends()
    me.run("specrun stop --all")
    me.run("specrun wait")
    me.run("specrun attach login")
    me.compare()


def test_ctrl_c_twice_stops_everything(session: Open) -> None:
    me = session("interrupted", "process", 80)
    me.begin("specrun apply --yes", "creating", "writing", "q: leave it running")
    me.let("docs")
    me.display.shows("docs succeeded", "1/4")
    me.display.keys("C-c")
    me.sees("Ctrl-C again", "Ctrl-C within 5 s: stop all workers")
    me.display.keys("C-c")
    me.ends()
    assert "\n[130]\n" in me.screens[-1]
    me.compare()
