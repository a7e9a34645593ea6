"""Waits for tasks as people know it from other tools: with loops of the shell, and with watch."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.conftest import ROOT, Begin, Spec
from tests.poll import until
from tests.scenarios.display import Display

BLOCKED = "one: {prompt: 'touch began; while [ ! -e go ]; do sleep 0.02; done'}"
FAILING = """
bad: {prompt: 'exit 1'}
one: {prompt: 'touch began; while [ ! -e go ]; do sleep 0.02; done'}
"""
SPECRUN = f"{sys.executable} -m specrun"


def code(repo: Path, line: str) -> int:
    """Run a line of the shell to its end and answer its code."""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(["sh", "-c", line], cwd=repo, env=env, check=False, capture_output=True, timeout=60)
    return done.returncode


def test_a_status_tells_work_that_is_left_from_what_has_failed(spec: Spec, begin: Begin, repo: Path) -> None:
    spec(BLOCKED)
    assert code(repo, f"{SPECRUN} status --exit-code") == 2
    apply = begin("apply", "--yes")
    until((repo / "began").exists)
    assert code(repo, f"{SPECRUN} status --exit-code") == 2
    loop = f"until {SPECRUN} status --exit-code; do [ $? = 2 ] || exit 3; touch go; sleep 0.1; done"
    assert code(repo, loop) == 0
    apply.communicate(timeout=30)


def test_a_failure_is_told_while_others_go_on(spec: Spec, begin: Begin, repo: Path) -> None:
    spec(FAILING)
    apply = begin("apply", "--yes")
    until((repo / "began").exists)
    until(lambda: code(repo, f"{SPECRUN} status --exit-code") == 1)
    assert code(repo, f"{SPECRUN} status --exit-code --only one") == 2
    loop = f"while {SPECRUN} list --status running --exit-code; do touch go; sleep 0.1; done"
    assert code(repo, loop) == 0
    assert code(repo, f"{SPECRUN} wait --timeout 30s") == 1
    apply.communicate(timeout=30)


@pytest.mark.tmux
@pytest.mark.skipif(shutil.which("watch") is None, reason="watch is not installed")
@pytest.mark.parametrize(
    ("line", "end"),
    [
        ("watch -n 0.1 -e specrun list --status running --exit-code", "press a key"),
        ("watch -n 0.1 -g specrun list --status running", ""),
    ],
)
def test_watch_ends_when_nothing_runs_any_more(
    spec: Spec, begin: Begin, repo: Path, tmux_socket: str, line: str, end: str
) -> None:
    spec(BLOCKED)
    apply = begin("apply", "--yes")
    until((repo / "began").exists)
    with Display(tmux_socket, repo) as display:
        display.run(f"{line}; echo code $?")
        display.shows("demo/one  running")
        (repo / "go").touch()
        if end:
            display.shows(end)
            display.keys("Enter")
        display.shows("code ")
    apply.communicate(timeout=30)
