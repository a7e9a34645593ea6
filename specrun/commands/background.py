"""Sends a running command to the background: it outlives its terminal and writes to a log."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path


def log_file(state: Path) -> Path:
    """Answer the name of a new log in the state folder."""
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    return state / "logs" / f"apply-{stamp}-{os.getpid()}.log"


def detach(log: Path) -> int:
    """Go on as a child in a session of its own; answers its pid in the parent and 0 in the child.

    Locks that were taken before are held by the child too, so that nobody slips in between.
    """
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        os.setsid()
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        for target, source in ((0, nothing), (1, written), (2, written)):
            os.dup2(source, target)
    os.close(written)
    os.close(nothing)
    return child


def leave() -> None:
    """End the parent without undoing what the child goes on with, such as releasing locks."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
