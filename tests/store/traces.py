"""Leaves what shims leave in their directories, without running any."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

KEY = "0123456789abcdef"
"""What a shim alone knows until it is at its end."""


def write(directory: Path, name: str, /, **content: object) -> Path:
    path = directory / name
    path.write_text(json.dumps({"format": 1, **content}))
    return path


def begin(directory: Path, key: str = KEY, **changes: Any) -> None:
    """Take the start token; without a key as an earlier release did."""
    seal = {"seal": hashlib.sha256(key.encode()).hexdigest()} if key else {}
    write(directory, "start.json", **{"started_at": 5.5} | seal | changes)


def end(directory: Path, key: str = KEY, **changes: Any) -> None:
    """Write the exit record; without a key as an earlier release did."""
    order = hashlib.sha256((directory / "intent.json").read_bytes()).hexdigest()
    sealed = {"key": key, "order": order} if key else {}
    told = {"cause": "exited", "exit_code": 0, "error": "", "started_at": 5.5, "ended_at": 6.5}
    write(directory, "exit.json", **told | sealed | changes)


def run(directory: Path, **changes: Any) -> None:
    """Begin and end."""
    begin(directory)
    end(directory, **changes)
