"""Tests going to the background."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from specrun.commands.background import log_file
from tests.poll import until

ROOT = Path(__file__).parents[2]
SCRIPT = """
import os, sys
from pathlib import Path
from specrun.commands import background
print("before")
if background.detach(Path(sys.argv[1])):
    print("parent")
    background.leave()
print("child", os.getsid(0) == os.getpid(), repr(sys.stdin.read()))
print("problem", file=sys.stderr)
"""


def test_log_files_lie_in_the_state_folder(tmp_path: Path) -> None:
    assert log_file(tmp_path).parent == tmp_path / "logs"


def test_the_child_goes_on_alone_and_writes_to_the_log(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "one.log"
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(log)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "before\nparent\n", "")
    until(lambda: sorted(log.read_text().splitlines()) == ["child True ''", "problem"])
    assert log.stat().st_mode & 0o077 == 0
