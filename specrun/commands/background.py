"""Sends a running command to the background: it outlives its terminal and writes to a log."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

_SIGNALLED = 128
"""What shells add to the number of the signal that ended a program."""


def log_file(state: Path) -> Path:
    """Answer the name of a new log in the state folder."""
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    return state / "logs" / f"apply-{stamp}-{os.getpid()}.log"


@dataclass(frozen=True, slots=True, kw_only=True)
class Detaching:
    """A command on its way to the background: `child` is the pid of the one that goes on, 0 in itself.

    `log` is the open log; `line` is the parent's or the child's end of the pipe between them.
    """

    child: int
    log: int
    line: int

    def cut_loose(self) -> None:
        """Give the child a session of its own, let it write to the log, and let its parent know."""
        sys.stdout.flush()
        sys.stderr.flush()
        os.setsid()
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        for stream in (1, 2):
            os.dup2(self.log, stream)
        os.close(self.log)
        with contextlib.suppress(BrokenPipeError):  # a killed parent needs no word
            os.write(self.line, b"1")
        os.close(self.line)

    def followed(self) -> int | None:
        """Wait in the parent until the child is cut loose; answers its exit code if it has ended before.

        Ctrl-C reaches the child as well, which knows what to do about it.
        """
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if os.read(self.line, 1):
            return None
        code = os.waitstatus_to_exitcode(os.waitpid(self.child, 0)[1])
        return code if code >= 0 else _SIGNALLED - code


def detach(log: Path) -> Detaching:
    """Go on as a child that has the terminal until `cut_loose`, so that what fails at once is seen.

    Locks that were taken before are held by the child too, so that nobody slips in between.
    """
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    heard, told = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child:
        os.close(written)
        os.close(told)
        return Detaching(child=child, log=-1, line=heard)
    os.close(heard)
    nothing = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
    os.dup2(nothing, 0)
    os.close(nothing)
    return Detaching(child=0, log=written, line=told)


def leave(code: int) -> NoReturn:
    """End the parent without undoing what the child goes on with, such as releasing locks."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
