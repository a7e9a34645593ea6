"""Copies what the program prints into the log: redacted, capped, and shown where there is a terminal."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from specrun.shim.redact import Redactor
    from specrun.shim.screen import Screen

_CHUNK = 65536


class Output:
    """The stream from the program's pipe to `output.log`.

    A full disk loses nothing: what cannot be written waits, and the pipe is not read until it is.
    """

    def __init__(self, log: int, cap: int, redactor: Redactor | None, screen: Screen | None) -> None:
        self.total = 0
        """Bytes that the program has printed."""
        self.exceeded = False
        """Whether the log is full; the rest is read and thrown away."""
        self.waiting = b""
        """What the disk has not taken yet."""
        self.pipe = -1
        self._log = log
        self._room = cap
        self._redactor = redactor
        self.screen = screen

    def read(self) -> bool:
        """Take one piece from the pipe and pass it on; False when there is none. At its end `pipe` is -1."""
        try:
            data = os.read(self.pipe, _CHUNK)
        except BlockingIOError:
            return False
        if not data:
            self.close()
            return False
        self.total += len(data)
        self._pass_on(self._redactor.feed(data) if self._redactor else data)
        return True

    def close(self) -> None:
        """Read no more."""
        if self.pipe >= 0:
            os.close(self.pipe)
            self.pipe = -1

    def finish(self) -> None:
        """Write what is still held back. Raises OSError when the disk does not take it; then repeat."""
        if self._redactor:
            self._pass_on(self._redactor.rest())
        self._write()
        os.fsync(self._log)

    def flush(self) -> None:
        """Try to write what waits."""
        try:
            self._write()
        except OSError:  # a full disk may have room again soon
            return

    def _write(self) -> None:
        while self.waiting:
            self.waiting = self.waiting[os.write(self._log, self.waiting) :]

    def _pass_on(self, data: bytes) -> None:
        if self.screen:
            self.screen.show(data)
        if len(data) > self._room:
            self.exceeded = True
        self.waiting += data[: self._room]
        self._room = max(0, self._room - len(data))
        self.flush()
