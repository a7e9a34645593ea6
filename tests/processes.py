"""Finds the processes that a test left behind, by its folder in their environment or command line."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path


def _linux() -> dict[int, bytes]:
    texts = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                texts[int(folder.name)] = b"\0".join(
                    (folder / name).read_bytes() for name in ("cmdline", "environ")
                )
            except OSError:
                continue
    return texts


def _elsewhere() -> dict[int, bytes]:
    listing = subprocess.run(["ps", "-axEww", "-o", "pid=,command="], capture_output=True, check=True).stdout
    rows = (line.split(None, 1) for line in listing.splitlines())
    return {int(row[0]): row[1] for row in rows if len(row) > 1}


def left_behind(folder: Path) -> list[int]:
    """Answer the pids of specrun processes and workers that belong to `folder`."""
    texts = _linux() if sys.platform == "linux" else _elsewhere()
    place = os.fsencode(folder) + b"/"
    return [
        pid
        for pid, text in texts.items()
        if pid != os.getpid() and place in text and (b"SPECRUN_MARKER=" in text or b"specrun/shim" in text)
    ]


def end(pids: list[int]) -> None:
    """Kill what is left of `pids`."""
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
