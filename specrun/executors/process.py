"""Starts shims as background processes that live on when specrun ends."""

from __future__ import annotations

import os
from pathlib import Path

from specrun.errors import EnvironmentProblem
from specrun.executors.shim_argv import plain_environment, shim_argv
from specrun.ports import AttemptKey
from specrun.system.processes import MARKER


class ProcessExecutor:
    """Shims without a terminal; what they print is in `output.log` only."""

    name = "process"

    def __init__(self) -> None:
        self._children: list[int] = []

    def available(self) -> str:
        """Nothing is missing for background processes."""
        return ""

    def start(self, key: AttemptKey, directory: Path) -> None:
        """Start a shim in a session of its own."""
        self._reap()
        argv = shim_argv(directory)
        try:
            self._children.append(
                os.posix_spawn(argv[0], argv, _environment(), file_actions=_NOWHERE, setsid=True)
            )
        except OSError as error:
            raise EnvironmentProblem(
                f"no process can be started for {key.task_id} ({argv[0]}: {error.strerror})",
                "check memory and the limits on processes (`ulimit -a`)",
            ) from error

    def release(self, key: AttemptKey, *, keep: bool) -> None:
        """Nothing to tidy but shims that have ended."""
        del key, keep
        self._reap()

    def sweep(self, spec: str) -> None:
        """Nothing is ever kept."""
        del spec
        self._reap()

    def _reap(self) -> None:
        """Take leave of children that have ended; those that outlive specrun are the system's."""
        self._children = [pid for pid in self._children if _runs(pid)]


_NOWHERE = [
    (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
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
