"""Runs a test about closed files once more without root's pass to everything, where the tests run as root."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PASSES = "-dac_override,-dac_read_search"


def obeyed(tmp_path: Path) -> bool:
    """Whether this process is kept out of what is closed."""
    closed = tmp_path / "closed"
    closed.touch(mode=0)
    try:
        closed.read_bytes()
    except PermissionError:
        return True
    finally:
        closed.unlink()
    return False


def passed_without_rights(request: pytest.FixtureRequest, tmp_path: Path) -> bool:
    """Answer False where the test can go on by itself; else run it elsewhere and answer True if it passed."""
    if obeyed(tmp_path):
        return False
    if shutil.which("setpriv") is None:
        pytest.skip("nothing is closed to root, and setpriv is not installed")
    drop = ["setpriv", f"--bounding-set={PASSES}", f"--inh-caps={PASSES}"]
    run = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", request.node.nodeid]
    done = subprocess.run([*drop, *run], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout
    return True
