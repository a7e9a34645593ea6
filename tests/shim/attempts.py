"""Makes attempt directories as specrun would, and runs the real shim on them."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
SHIM = ROOT / "specrun" / "shim" / "__main__.py"


def attempt(
    tmp_path: Path,
    *argv: str,
    name: str = "1",
    hidden: dict[str, str] | None = None,
    limits: dict[str, Any] | None = None,
    **changes: Any,
) -> Path:
    """Write an order to run `argv`; `hidden` are secret values, `changes` replace parts of the intent."""
    directory = tmp_path / "attempts" / name
    directory.mkdir(parents=True)
    (directory / "inbox").mkdir()
    done = tmp_path / "done"
    done.mkdir(exist_ok=True)
    marker = secrets.token_hex(16)
    intent = {
        "format": 1,
        "argv": argv,
        "cwd": str(tmp_path),
        "env": {
            "PATH": os.environ["PATH"],
            "SPECRUN_MARKER": marker,
            "SPECRUN_OUTPUT": str(directory / "inbox" / "output"),
            "SPECRUN_VERDICT": str(directory / "inbox" / "verdict"),
        },
        "secrets": sorted(hidden or {}),
        "stdin": None,
        "limits": {"timeout": None, "idle_timeout": None, "log_bytes": 1 << 20, "grace": 10.0}
        | (limits or {}),
        "marker": marker,
        "done": str(done / f"demo.task.{name}"),
    }
    (directory / "intent.json").write_text(json.dumps(intent | changes))
    if hidden:
        (directory / "secrets.json").write_text(json.dumps(hidden))
    return directory


def command(directory: Path) -> list[str]:
    return [sys.executable, "-I", "-S", str(SHIM), str(directory)]


def run(directory: Path, **changes: Any) -> int:
    """Run the shim to its end and answer its exit code."""
    settings: dict[str, Any] = {"capture_output": True, "stdin": subprocess.DEVNULL}
    return subprocess.run(command(directory), check=False, **(settings | changes)).returncode


def start(directory: Path, **changes: Any) -> subprocess.Popen[bytes]:
    settings: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    return subprocess.Popen(command(directory), **(settings | changes))


def marker(directory: Path) -> str:
    return str(read(directory, "intent.json")["marker"])


def result(directory: Path) -> dict[str, Any]:
    return read(directory, "exit.json")


def read(directory: Path, name: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads((directory / name).read_text())
    return value


def log(directory: Path) -> str:
    return (directory / "output.log").read_text()
