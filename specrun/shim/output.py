"""Copies what the program prints into the log: redacted, capped, and shown where there is a terminal."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from specrun.shim.redact import Redactor
    from specrun.shim.screen import Screen
    from specrun.shim.stream import Stream

_CHUNK = 65536
_PIPEFULS = 64  # more than a pipe holds; somebody outside who got hold of it may print for ever
_NEW = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW


def open_output(directory: str, intent: Mapping[str, Any], values: Sequence[str]) -> Output:
    """Open the files of an attempt and the terminal, if there is one. Raises OSError."""
    limits = intent["limits"]
    log = os.open(f"{directory}/output.log", _NEW, 0o600)
    redactors: list[Redactor] = []
    screen = stream = None
    if values:
        from specrun.shim.redact import Redactor

        redactors = [Redactor(values), Redactor(values)]
    if os.isatty(1):
        from specrun.shim.screen import Screen

        screen = Screen(1)
    if intent.get("meter"):
        from specrun.shim.stream import Stream
        from specrun.shim.transcript import Transcript

        stream = Stream(directory, intent, values, Transcript(directory, limits["log_bytes"], screen))
    return Output(log, limits["log_bytes"], redactors, screen, stream)


class Output:
    """The way from the program's pipes to `output.log`: one pipe, or two when a stream is followed.

    A full disk loses nothing: what cannot be written waits, and the pipes are not read until it is.
    """

    def __init__(
        self,
        log: int,
        cap: int,
        redactors: Sequence[Redactor] = (),
        screen: Screen | None = None,
        stream: Stream | None = None,
    ) -> None:
        self.total = 0
        """Bytes that the program has printed."""
        self.exceeded = False
        """Whether the log is full; the rest is read and thrown away."""
        self.waiting = b""
        """What the disk has not taken yet."""
        self.pipes: list[int] = []
        """The pipes that are still open."""
        self.screen = screen
        self.stream = stream
        self._log = log
        self._room = cap
        self._redactors = redactors
        self._sources: dict[int, int] = {}

    def attach(self, pipes: Sequence[int]) -> None:
        """Read from now on from standard output, or from that and standard error."""
        self.pipes = list(pipes)
        self._sources = {pipe: source for source, pipe in enumerate(pipes)}

    def read(self, pipe: int) -> bool:
        """Take one piece from a pipe and pass it on; False when there is none. It is closed at its end."""
        try:
            data = os.read(pipe, _CHUNK)
        except BlockingIOError:
            return False
        if not data:
            self._close(pipe)
            return False
        self.total += len(data)
        source = self._sources[pipe]
        self._pass_on(source, self._redactors[source].feed(data) if self._redactors else data)
        return True

    def close(self) -> None:
        """Take what is in the pipes and read no more."""
        for pipe in list(self.pipes):
            for _ in range(_PIPEFULS):
                if not self.read(pipe):
                    break
            if pipe in self.pipes:
                self._close(pipe)

    def finish(self) -> None:
        """Write what still waits. Raises OSError when the disk does not take it; then repeat."""
        self._write()
        os.fsync(self._log)

    def flush(self) -> None:
        """Try to write what waits."""
        try:
            self._write()
        except OSError:  # a full disk may have room again soon
            return

    def _close(self, pipe: int) -> None:
        """Close a pipe and let go of what was held back in case more of it came."""
        os.close(pipe)
        self.pipes.remove(pipe)
        source = self._sources[pipe]
        if self._redactors:
            self._pass_on(source, self._redactors[source].rest())
        if self.stream:
            self._keep(self.stream.end(source))

    def _pass_on(self, source: int, data: bytes) -> None:
        if self.stream:
            data = self.stream.take(source, data)
        elif self.screen:
            self.screen.show(data)
        self._keep(data)

    def _keep(self, data: bytes) -> None:
        if len(data) > self._room:
            self.exceeded = True
        self.waiting += data[: self._room]
        self._room = max(0, self._room - len(data))
        self.flush()

    def _write(self) -> None:
        while self.waiting:
            self.waiting = self.waiting[os.write(self._log, self.waiting) :]
