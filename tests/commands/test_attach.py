"""Tests `specrun attach`."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from specrun import wiring
from tests.commands.conftest import Begin, Spec, Specrun
from tests.poll import until
from tests.scenarios.display import Display

EXPLAIN, LOGS = "see specrun explain demo/two", "read what it left with specrun logs demo/two"
BLOCKED = "one: {prompt: 'touch began; while [ ! -e go ]; do sleep 0.02; done'}"
CHECKED = """
one:
  prompt: 'true'
  checks: [{name: test, run: 'touch began; while [ ! -e go ]; do sleep 0.02; done'}]
"""
TWO = """
one: {prompt: 'echo first; touch began1; while [ ! -e go ]; do sleep 0.02; done'}
two: {prompt: 'echo second; touch began2; while [ ! -e go ]; do sleep 0.02; done; exit 1'}
late: {depends_on: [one], prompt: 'true'}
"""


def tmux(spec: Path) -> None:
    """Let a spec run in tmux."""
    spec.write_text(spec.read_text().replace("executor: process", "executor: tmux"))


@pytest.fixture
def display(tmux_socket: str, repo: Path) -> Iterator[Display]:
    with Display(tmux_socket, repo) as shown:
        yield shown


def test_nothing_to_attach_to(spec: Spec, specrun: Specrun) -> None:
    spec("one: {prompt: 'true'}\ntwo: {depends_on: [one], prompt: 'exit 1'}")
    said = specrun("attach")
    assert (said.code, said.err) == (
        64,
        "specrun: nothing is running; fix: start something with specrun apply\n",
    )
    said = specrun("attach", "two")
    assert (said.code, said.err) == (
        64,
        f"specrun: demo/two is not running (pending: never run; waits for one); fix: {EXPLAIN}\n",
    )
    specrun("apply", "--yes")
    said = specrun("attach", "two")
    assert (said.code, said.err) == (
        64,
        f"specrun: demo/two is not running (failed: exit code 1); fix: {LOGS}\n",
    )


@pytest.mark.parametrize("tasks", [BLOCKED, CHECKED], ids=["an agent", "a check"])
def test_a_plain_process_has_no_window(
    spec: Spec, specrun: Specrun, begin: Begin, repo: Path, tasks: str
) -> None:
    spec(tasks)
    process = begin("apply", "--yes")
    until((repo / "began").exists)
    for words in (("attach", "one"), ("attach",)):
        said = specrun(*words)
        assert said.code == 64
        assert said.err == (
            "specrun: demo/one has no window: it runs with the executor process;"
            " fix: read along with specrun logs -f demo/one\n"
        )
    (repo / "go").touch()
    process.communicate(timeout=30)


@pytest.mark.tmux
def test_a_window_needs_a_terminal_to_be_shown(
    spec: Spec, specrun: Specrun, begin: Begin, repo: Path, tmux_socket: str
) -> None:
    del tmux_socket
    tmux(spec(BLOCKED))
    process = begin("apply", "--yes")
    until((repo / "began").exists)
    said = specrun("attach")
    assert (said.code, said.err) == (
        64,
        "specrun: attach needs a terminal; fix: read along with specrun logs -f demo/one\n",
    )
    (repo / "go").touch()
    process.communicate(timeout=30)


@pytest.mark.tmux
def test_a_person_looks_leaves_and_sees_the_end(
    spec: Spec, specrun: Specrun, begin: Begin, repo: Path, display: Display
) -> None:
    tmux(spec(TWO))
    process = begin("apply", "--yes")
    until(lambda: (repo / "began1").exists() and (repo / "began2").exists())
    display.run("specrun attach two; echo code $?")
    display.shows("second", "[demo] ", ":two--1*", "C-b d leaves")
    display.keys("C-c")  # of somebody who only wants to leave; it ends nothing, see below
    display.keys("C-b", "d")
    assert display.shows("code 0").splitlines()[1:] == [
        "Showing demo/two. C-b d leaves; the worker goes on.",
        "[detached (from session demo)]",
        "code 0",
        "$",
    ]

    display.run("clear; specrun attach; echo code $?")
    display.shows("[demo] ", "second")  # the window that was looked at last
    (repo / "go").touch()
    process.communicate(timeout=30)
    display.shows("second", ":two--1 ended*")  # that of the failure is left, and shown
    assert "exit code 1: second" in specrun("status").out
    display.keys("C-b", "d")
    assert display.shows("code 0").splitlines() == [
        "Showing demo/one and demo/two.",
        "C-b w lists the windows, C-b n shows the next one.",
        "C-b d leaves; the workers go on.",
        "[detached (from session demo)]",
        "demo/one and demo/two have ended; see specrun status.",
        "code 0",
        "$",
    ]

    display.run("clear; specrun attach two; echo code $?")
    display.shows("second", ":two--1 ended*", "C-b d leaves")
    display.keys("C-b", "d")
    assert "Showing demo/two, which has ended. C-b d leaves.\n" in display.shows("code 0")


@pytest.mark.tmux
def test_the_end_of_the_last_window_is_no_failure(
    spec: Spec, begin: Begin, repo: Path, display: Display
) -> None:
    tmux(spec(BLOCKED))
    process = begin("apply", "--yes")
    until((repo / "began").exists)
    display.run("specrun attach one; echo code $?")
    display.shows("C-b d leaves")
    (repo / "go").touch()
    process.communicate(timeout=30)
    assert "demo/one has ended; see specrun status.\ncode 0\n" in display.shows("code 0")


def alive(pid: int) -> bool:
    """Whether a process is there."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.tmux
def test_a_server_that_ends_is_a_failure_only_where_the_worker_goes_on(
    spec: Spec, begin: Begin, repo: Path, display: Display
) -> None:
    tmux(spec(BLOCKED.replace("done'", "done; exit 1'")))
    process = begin("apply", "--yes")
    until((repo / "began").exists)
    server = wiring.open_project(repo, ()).layout.server
    display.run("specrun attach one; echo code $?")
    display.shows("C-b d leaves")
    (repo / "go").touch()
    process.communicate(timeout=30)
    display.shows(":one--1 ended*")
    told = ["tmux", "-L", server, "display-message", "-p", "#{pid}"]
    process_of_server = subprocess.run(told, check=True, capture_output=True, text=True).stdout.strip()
    subprocess.run(["tmux", "-L", server, "kill-server"], check=True)
    display.shows("demo/one has ended; see specrun status.\ncode 0\n")
    # One that is about to go takes the socket of the next one along.
    until(lambda: not alive(int(process_of_server)))

    (repo / "go").unlink()
    (repo / "began").unlink()
    process = begin("apply", "--yes", "--retry-failed")
    until((repo / "began").exists)
    display.run("clear; specrun attach one; echo code $?")
    display.shows("C-b d leaves")
    subprocess.run(["tmux", "-L", server, "kill-server"], check=True)
    display.shows("code 1\n")
    (repo / "go").touch()
    process.communicate(timeout=30)


@pytest.mark.tmux
def test_inside_of_tmux_its_prefix_is_told_twice(
    spec: Spec, begin: Begin, repo: Path, tmux_socket: str
) -> None:
    tmux(spec(CHECKED))
    process = begin("apply", "--yes")
    until((repo / "began").exists)
    outer = Path(os.environ["TMUX_TMPDIR"]) / f"tmux-{os.getuid()}" / tmux_socket
    with Display(tmux_socket, repo, columns=100) as display:
        display.run(f"TMUX={shlex.quote(f'{outer},1,0')} specrun attach; echo code $?")
        display.shows(":one--1-c1*", "C-b d leaves")
        display.keys("C-b", "d")
        display.shows("code 0")
        assert (
            "Showing demo/one.\nThis is tmux in tmux, so the first C-b is for the outer one.\n"
            "C-b C-b d leaves; the worker goes on.\n"
        ) in display.screen()
        subprocess.run(["tmux", "-S", str(outer), "set-option", "-g", "prefix", "C-a"], check=True)
        display.prompt()
        display.run(f"TMUX={shlex.quote(f'{outer},1,0')} specrun attach; echo then $?")
        display.shows(":one--1-c1*")
        display.keys("C-b", "d")
        display.shows("Showing demo/one. C-b d leaves; the worker goes on.\n", "\nthen 0")
    (repo / "go").touch()
    process.communicate(timeout=30)


@pytest.mark.tmux
def test_windows_that_are_gone_are_told(
    spec: Spec, specrun: Specrun, begin: Begin, repo: Path, tmux_socket: str
) -> None:
    del tmux_socket
    tmux(spec(BLOCKED))
    process = begin("apply", "--yes")
    until((repo / "began").exists)
    server = wiring.open_project(repo, ()).layout.server
    subprocess.run(["tmux", "-L", server, "kill-server"], check=True)
    said = specrun("attach")
    assert said.code == 64
    assert "demo/one has no window: the tmux server is gone, and work goes on without it;" in said.err
    (repo / "go").touch()
    process.communicate(timeout=30)
