"""Knows the processes of an attempt: the program, and whatever it has started and left behind."""

from __future__ import annotations

import os

from specrun.shim import light
from specrun.shim.light import signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from specrun.system.processes import Ending


class Tree:
    """The program and its descendants.

    On Linux the shim becomes the parent of every orphan below it, so the kernel itself says when nobody is
    left; elsewhere the marker in their environment has to find them.
    """

    def __init__(self, marker: str) -> None:
        self.adopts = light.adopt_descendants()
        self.status: int | None = None
        """The exit code of the program once it has ended, negative for a signal."""
        self._marker = marker
        self._program = -1
        self._empty = True
        self._ending: Ending | None = None

    def started(self, program: int) -> None:
        """Note the pid of the program."""
        self._program = program
        self._empty = False

    def reap(self) -> None:
        """Take note of everyone who has ended."""
        while not self._empty:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                self._empty = True
                return
            if pid == 0:
                return
            if pid == self._program:
                self.status = os.waitstatus_to_exitcode(status)

    def gone(self) -> bool:
        """Whether nobody is left."""
        self.reap()
        return self._empty and (self.adopts or not self._members())

    def ask(self) -> bool:
        """Ask the program alone to end by itself; False when it has ended or was never there."""
        self.reap()
        if self._empty or self.status is not None:
            return False
        for number in (signal.SIGTERM, signal.SIGCONT):
            os.kill(self._program, number)
        return True

    def end(self, grace: float) -> bool:
        """Do the next step of ending everyone; False when some cannot be ended, whatever is done."""
        from specrun.system.processes import Ending

        if self._ending is None:
            self._ending = Ending(self._members, grace)
        self._ending.step()
        return not self._ending.hopeless

    def _members(self) -> list[int]:
        from specrun.system import processes

        found = processes.descendants(os.getpid()) if self.adopts else None
        return processes.marked(self._marker) if found is None else found
