"""Asks ps(1) and sysctl(8) what /proc tells elsewhere; slow, and only for systems without /proc."""

from __future__ import annotations

import os
import subprocess
import sys
import time


def boot() -> str:
    """Answer what tells this boot from others, empty when unknown."""
    return _ask("sysctl", "-n", "kern.bootsessionuuid").strip()


def started(pid: int) -> int | None:
    """Answer when a process started, in seconds since the epoch; None for nobody and for a zombie."""
    state, _, when = _ask("ps", "-o", "stat=,lstart=", "-p", str(pid)).strip().partition(" ")
    if not when or state.startswith("Z"):
        return None
    return int(time.mktime(time.strptime(when.strip(), "%a %b %d %H:%M:%S %Y")))


def environments() -> dict[int, str]:
    """Answer the command line and environment of every process that this user may see, by pid."""
    show = ("-axEww",) if sys.platform == "darwin" else ("axeww",)
    rows = (row.strip().partition(" ") for row in _ask("ps", *show, "-o", "pid=,command=").splitlines())
    return {int(pid): text for pid, _, text in rows}


def _ask(*argv: str) -> str:
    """Answer what a tool prints, nothing when it fails or is missing."""
    plain = {**os.environ, "LC_ALL": "C"}
    try:
        done = subprocess.run(argv, env=plain, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    except OSError:
        return ""
    return done.stdout.decode(errors="replace")
