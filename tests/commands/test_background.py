"""Tests going to the background."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from specrun.commands.background import log_file
from tests.poll import until

ROOT = Path(__file__).parents[2]
BEGIN = """
import os, signal, sys
from pathlib import Path
from specrun.commands import background
print("before")
split = background.detach(Path(sys.argv[1]))
if split.child:
    code = split.followed()
    print("parent", code)
    background.leave(code or 0)
print("early", repr(sys.stdin.read()))
"""
CUT = """
split.cut_loose()
print("late", os.getsid(0) == os.getpid(), signal.getsignal(signal.SIGHUP) is signal.SIG_IGN)
print("problem", file=sys.stderr)
"""


def run(log: Path, script: str) -> subprocess.CompletedProcess[str]:
    """Run a script that goes to the background; answers once nobody writes to its streams any more."""
    return subprocess.run(
        [sys.executable, "-c", BEGIN + script, str(log)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        capture_output=True,
        text=True,
        check=False,
    )


def test_log_files_lie_in_the_state_folder(tmp_path: Path) -> None:
    assert log_file(tmp_path).parent == tmp_path / "logs"


def test_the_child_shares_the_streams_until_it_is_cut_loose(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "one.log"
    done = run(log, CUT)
    assert (done.returncode, done.stdout, done.stderr) == (0, "before\nearly ''\nparent None\n", "")
    until(lambda: sorted(log.read_text().splitlines()) == ["late True True", "problem"])
    assert log.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("end", "code"),
    [("sys.exit(0)", 0), ("sys.exit(9)", 9), (f"os.kill(os.getpid(), {int(signal.SIGKILL)})", 137)],
)
def test_a_child_that_ends_before_answers_for_both(end: str, code: int, tmp_path: Path) -> None:
    done = run(tmp_path / "one.log", f"sys.stdout.flush()\n{end}")
    assert (done.returncode, done.stdout) == (code, f"before\nearly ''\nparent {code}\n")


def test_the_child_goes_on_when_its_parent_is_gone(tmp_path: Path) -> None:
    log = tmp_path / "one.log"
    run(log, f"os.kill(os.getppid(), {int(signal.SIGKILL)})\n{CUT}")
    until(lambda: "problem" in log.read_text())
