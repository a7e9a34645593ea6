"""Tests the way in."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from specrun import __main__, __version__

ROOT = Path(__file__).parent.parent
ALLOWED = {"specrun", "specrun.__main__"}
SCRIPT = """
import sys
sys.argv = ["specrun", "--version"]
from specrun.__main__ import main
main()
print(*sorted(name for name in sys.modules if name.partition(".")[0] in {"click", "specrun", "rich", "json"}))
"""


def plain_environment() -> dict[str, str]:
    """An environment like that of a cron job; coverage, which imports things of its own, is not measured."""
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}


def test_version_imports_next_to_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env=plain_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    version, modules = done.stdout.splitlines()
    assert version == f"specrun {__version__}"
    assert set(modules.split()) == ALLOWED


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_version_that_cannot_be_written_is_one_clear_line() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "specrun", "--version"],
            env=plain_environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr.count("\n")) == (9, 1)
    assert "no space left" in done.stderr


def test_everything_else_goes_to_the_command_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["specrun", "stauts"])
    assert __main__.main() == 64
    assert "No such command" in capsys.readouterr().err
