"""Starts shims as background processes that live on when specrun ends."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from specrun.errors import EnvironmentProblem
from specrun.executors.shim_argv import plain_environment, server_argv
from specrun.ports import AttemptKey
from specrun.system.processes import MARKER


class ProcessExecutor:
    """Shims without a terminal; what they print is in `output.log` only.

    They are forked by a server process of their own, which is started with the first of them and ends with
    specrun; shims need neither. `state` is the folder that its command line names, for people to read.
    """

    name = "process"

    def __init__(self, state: Path) -> None:
        self._state = state
        self._pipe = -1
        self._servers: list[int] = []
        self._asked: set[Path] = set()

    def available(self) -> str:
        """Nothing is missing for background processes."""
        return ""

    def start(self, key: AttemptKey, directory: Path) -> None:
        """Have a shim forked into a session of its own."""
        if directory in self._asked:  # in vain: the server may be stopped, or killed before it read this
            self.close()
        self._asked.add(directory)
        try:
            if not self._told(directory):
                self.close()
                self._told(directory)
        except OSError as error:
            raise EnvironmentProblem(
                f"no process can be started for {key.task_id} ({error.filename or 'fork'}: {error.strerror})",
                "check memory and the limits on processes (`ulimit -a`)",
            ) from error

    def release(self, key: AttemptKey, *, keep: bool) -> None:
        """Shims leave nothing to tidy."""
        del key, keep

    def sweep(self, spec: str) -> None:
        """Nothing is ever kept."""
        del spec

    def close(self) -> None:
        """Let the server go; harmless when repeated. Another one is started when it is needed."""
        if self._pipe >= 0:
            os.close(self._pipe)
            self._pipe = -1
        self._servers = [pid for pid in self._servers if _runs(pid)]

    def __del__(self) -> None:
        self.close()
        _LEFT.extend(self._servers)

    def _told(self, directory: Path) -> bool:
        """Name a directory to the server; False when it is gone or does not read. Raises OSError."""
        if self._pipe < 0:
            self._serve()
        try:
            os.write(self._pipe, os.fsencode(directory) + b"\0")  # short enough for a pipe to take it whole
        except (BrokenPipeError, BlockingIOError):
            return False
        return True

    def _serve(self) -> None:
        reader, writer = os.pipe()
        argv = server_argv(self._state)
        try:
            actions = [(os.POSIX_SPAWN_DUP2, reader, 0), *_NOWHERE]
            server = os.posix_spawn(argv[0], argv, _environment(), file_actions=actions, setsid=True)
        except OSError:
            os.close(writer)
            raise
        finally:
            os.close(reader)
        os.set_blocking(writer, False)
        self._pipe = writer
        self._servers.append(server)
        for pid in [pid for pid in _LEFT if not _runs(pid)]:
            with suppress(ValueError):  # another thread was quicker
                _LEFT.remove(pid)


_LEFT: list[int] = []
"""Servers of former executors, which are ending; a program may apply many times before it ends itself."""

_NOWHERE = [
    (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
    (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
]


def _environment() -> dict[str, str]:
    """Keep the marker of a surrounding attempt, so that its end is also the end of shims started in it."""
    outer = os.environ.get(MARKER)
    return plain_environment() | ({MARKER: outer} if outer else {})


def _runs(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == 0
    except ChildProcessError:
        return False
