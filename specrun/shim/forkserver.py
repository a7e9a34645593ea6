"""Forks a shim for every directory that is named on standard input, which spares each the start of Python."""

from __future__ import annotations

import os

from specrun.shim import record, run
from specrun.shim.light import signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

_CHUNK = 65536


def serve() -> NoReturn:
    """Read directories, each ended by a NUL, until nobody can name another one; shims live on."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel takes leave of shims that have ended
    rest = b""
    while part := os.read(0, _CHUNK):
        *directories, rest = (rest + part).split(b"\0")
        for directory in directories:
            _fork(os.fsdecode(directory))
    os._exit(0)


def _fork(directory: str) -> None:
    try:
        shim = os.fork() == 0
    except OSError:
        record.last_words(directory)
        return
    if shim:
        os.setsid()
        # The pipe is the server's: a shim that held it would read what is meant for the next one.
        os.dup2(os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC), 0)
        run.main([directory])
