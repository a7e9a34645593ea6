"""Watches work as a person does: on real terminals of several sizes, with keys."""

from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import processes
from tests.conftest import Git
from tests.poll import until
from tests.scenarios.display import Display

pytestmark = pytest.mark.tmux

SPEC = """\
version: 1
name: demo
agent: shell
executor: process
workspace: none
max_workers: 2
tasks:
  schema: {prompt: 'echo ran >> counted; echo first step; while [ ! -e go ]; do sleep 0.02; done'}
  broken: {prompt: 'echo oops; exit 3'}
  behind: {depends_on: [broken], prompt: 'true'}
  api: {depends_on: [schema], prompt: 'echo api >> counted'}
"""

Open = Callable[..., Display]


@pytest.fixture
def display(repo: Path, tmp_path: Path, tmux_socket: str) -> Iterator[Open]:
    """Answer a function that opens a terminal in a repo with four tasks, of which one waits for a file."""
    (repo / "specs").mkdir()
    (repo / "specs" / "demo.yaml").write_text(SPEC)
    opened: list[Display] = []

    def make(columns: int = 80, rows: int = 24) -> Display:
        opened.append(Display(tmux_socket, repo, columns=columns, rows=rows))
        return opened[0]

    yield make
    (repo / "go").touch()
    for one in opened:
        one.__exit__()
    processes.end(processes.left_behind(tmp_path))


def status(repo: Path) -> dict[str, str]:
    """Answer what the records say, by task."""
    found = sorted((repo / "results" / "demo").glob("*.json"))
    return {path.stem: json.loads(path.read_text())["status"] for path in found}


def modes(shown: Display, name: str) -> None:
    """Have the modes of the terminal written to a file."""
    shown.prompt()
    shown.run(f"stty -g > {name}")
    shown.prompt()


BLOCK = """\
> demo/schema  running           #  first step
! demo/broken  failed            #  exit code 3: oops
! demo/behind  blocked              upstream did not succeed: broken
. demo/api     pending              waits for schema
[##########..........] 2/4, 1 running, 1 failed, 1 blocked, under a minute left
1/2 workers
q: leave it running   Ctrl-C: start nothing more"""


def block(screen: str) -> str:
    """Answer the end of a screen, with `#` for times."""
    last = "\n".join(screen.split("\n")[-BLOCK.count("\n") - 1 :])
    return re.sub(r"[\d.]+s(?=  )", lambda found: "#".rjust(len(found[0])), last)


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 40)])
def test_it_can_be_left_running(display: Open, repo: Path, columns: int, rows: int) -> None:
    shown = display(columns, rows)
    modes(shown, "before")
    shown.run("specrun apply --yes")
    shown.shows("first step", "oops")
    assert shown.waits(lambda screen: block(screen) == BLOCK)
    shown.keys("q")
    screen = shown.prompt()
    assert "specrun goes on in the background (process " in screen
    assert "specrun status --watch" in screen
    assert "1/2 workers" not in screen
    modes(shown, "after")
    assert (repo / "before").read_text() == (repo / "after").read_text()
    shown.run("specrun apply --yes; echo code $?")
    shown.shows("another specrun is applying demo", "code 6")
    shown.run("specrun status --watch --interval 200ms")
    shown.shows("specrun is applying demo", "q: quit", "> demo/schema  running")
    (repo / "go").touch()
    shown.shows("+ demo/api     succeeded", "nobody is applying")
    shown.keys("q")
    assert "4 tasks: 2 succeeded, 1 failed, 1 blocked." in shown.prompt()
    modes(shown, "after")
    assert (repo / "before").read_text() == (repo / "after").read_text()
    assert status(repo) == {"api": "succeeded", "broken": "failed", "schema": "succeeded"}
    assert (repo / "counted").read_text() == "ran\napi\n"


def test_what_was_asked_for_once_is_not_done_again_in_the_background(
    display: Open, repo: Path, git: Git
) -> None:
    shown = display()
    shown.run("specrun apply --yes --only broken")
    shown.shows("1 task did not succeed")
    shown.prompt()
    shown.run("clear; specrun apply --yes --retry-failed --replace broken --commit")
    shown.shows("demo/broken failed", "first step")
    shown.keys("q")
    shown.prompt()
    (repo / "go").touch()
    until(lambda: "Results of demo" in git("log", "--format=%s"))
    record = json.loads((repo / "results/demo/broken.json").read_text())
    assert [one["number"] for one in record["attempts"]] == [1, 2]
    assert (repo / "counted").read_text() == "ran\napi\n"


def test_a_watching_apply_goes_on_with_edits_in_the_background(display: Open, repo: Path) -> None:
    shown = display()
    shown.run("specrun apply --yes --watch")
    shown.shows("first step", "oops")
    shown.keys("q")
    shown.shows("until it is told to end (kill ")
    assert "4 tasks:" not in shown.prompt()  # it is not at rest, and its locks are still held
    (repo / "go").touch()
    until(lambda: status(repo).get("api") == "succeeded")
    spec = repo / "specs" / "demo.yaml"
    spec.write_text(SPEC.replace("exit 3", "exit 0"))
    until(lambda: status(repo).get("behind") == "succeeded")
    assert (repo / "counted").read_text() == "ran\napi\n"


def test_a_watching_apply_can_be_left_at_rest(display: Open, repo: Path) -> None:
    (repo / "go").touch()
    shown = display()
    shown.run("specrun apply --yes --watch")
    shown.shows("at rest")
    shown.keys("q")
    shown.shows("until it is told to end (kill ")
    shown.prompt()
    assert "4 tasks" not in shown.screen().rpartition("kill")[2]
    spec = repo / "specs" / "demo.yaml"
    spec.write_text(SPEC.replace("exit 3", "exit 0"))
    until(lambda: status(repo).get("behind") == "succeeded")


def test_another_size_draws_it_anew(display: Open, repo: Path) -> None:
    shown = display()
    shown.run("specrun apply --yes")
    shown.shows("first step", "oops")
    for columns, rows, line in (
        (50, 24, "! demo/behind blocked upstream did not succeed"),
        (100, 12, "! demo/behind  blocked              upstream"),
        (80, 24, "! demo/behind  blocked              upstream"),
    ):
        shown.resize(columns, rows)
        screen = shown.shows(line, "1/2 workers")
        assert screen.count("demo/behind ") <= 2  # the table of the plan may be there still
        assert [one for one in screen.split("\n") if "workers" in one][-1] == "1/2 workers"
        assert screen.endswith("q: leave it running   Ctrl-C: start nothing more")
    shown.resize(15, 24)
    shown.lacks("1/2 workers")
    shown.resize(80, 24)
    shown.shows("1/2 workers")
    (repo / "go").touch()
    shown.shows("2 succeeded")
    assert "workers\n" not in shown.prompt().rpartition("TASK")[2]


def test_it_can_be_stopped_and_taken_up_again(display: Open, repo: Path) -> None:
    shown = display()
    modes(shown, "before")
    shown.run("specrun apply --yes")
    shown.shows("first step", "oops")
    shown.keys("C-z")
    shown.prompt()
    modes(shown, "after")
    assert (repo / "before").read_text() == (repo / "after").read_text()
    shown.run("clear; bg")
    shown.prompt()
    shown.run("echo typed")
    assert "1/2 workers" not in shown.shows("\ntyped\n$")
    shown.run("fg")
    shown.shows("1/2 workers", "q: leave it running")
    shown.keys("C-c")
    shown.shows("Starting nothing more", "Ctrl-C within 5 s: stop all workers")
    shown.keys("q")
    shown.keys("C-c")
    shown.shows("1 cancelled")
    shown.prompt()
    modes(shown, "after")
    assert (repo / "before").read_text() == (repo / "after").read_text()


@pytest.mark.parametrize("verb", ["apply --yes", "status --watch"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_terminal_is_given_back(display: Open, repo: Path, verb: str, number: int) -> None:
    shown = display()
    modes(shown, "before")
    shown.run(f"sh -c 'echo $$ > pid; exec specrun {verb}'; echo code $?")
    shown.shows("q: ")
    os.kill(int((repo / "pid").read_text()), number)
    if number == signal.SIGINT:
        (repo / "go").touch()  # with nothing left at work there is nothing to wait for
    shown.shows(f"\ncode {130 if number == signal.SIGINT else 143}")
    modes(shown, "after")
    assert (repo / "before").read_text() == (repo / "after").read_text()
