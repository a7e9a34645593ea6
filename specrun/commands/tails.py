"""Reads logs as they grow, and makes them harmless for the terminal."""

from __future__ import annotations

import codecs
import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from specrun.ports import AttemptKey
from specrun.report.text import clean

CHUNK = 1 << 16


@dataclass(slots=True, kw_only=True)
class Tail:
    """The place reached in one log; whole lines are taken, since escape sequences do not cross line ends.

    `heading` stands above the first line.
    """

    key: AttemptKey
    path: Path
    prefix: str
    heading: str = ""
    offset: int = 0
    rest: str = ""
    decoder: codecs.IncrementalDecoder = field(
        default_factory=lambda: codecs.getincrementaldecoder("utf-8")("replace")
    )

    def skip(self, lines: int) -> None:
        """Leave out all that is there by now but its last lines; an unfinished one counts."""
        with self._opened() as handle:
            if handle is not None:
                self.offset = _last(handle, os.fstat(handle).st_size, lines)

    def lines(self, *, last: bool = False) -> Iterator[str]:
        """Answer what is new, harmless; `last` gives out an unfinished line too."""
        for chunk in self._chunks():
            *whole, self.rest = (self.rest + self.decoder.decode(chunk)).split("\n")
            for one in whole:
                yield self._shown(one)
        if last:
            end, self.rest = self.rest + self.decoder.decode(b"", final=True), ""
            if end:
                yield self._shown(end)

    def _chunks(self) -> Iterator[bytes]:
        with self._opened() as handle:
            while handle is not None and (chunk := os.pread(handle, CHUNK, self.offset)):
                self.offset += len(chunk)
                yield chunk

    @contextmanager
    def _opened(self) -> Iterator[int | None]:
        """Yield the log, None while there is none."""
        # Workers can write where logs lie: what is there may be a pipe, a link or a socket by now.
        try:
            handle = os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            if error.errno not in {errno.ENOENT, errno.ELOOP, errno.ENXIO}:
                raise
            yield None
            return
        try:
            yield handle if stat.S_ISREG(os.fstat(handle).st_mode) else None
        finally:
            os.close(handle)

    def _shown(self, one: str) -> str:
        rows = clean(one.rstrip("\r")).split("\n")
        above, self.heading = self.heading, ""
        return above + "".join(f"{self.prefix}{row}\n" for row in rows)


def _last(handle: int, size: int, lines: int) -> int:
    """Answer where the last lines of a file of `size` bytes begin."""
    if not lines:
        return size
    end = size - 1  # the line end at the very end begins no line
    while end > 0:
        start = max(end - CHUNK, 0)
        chunk = os.pread(handle, end - start, start)
        place = len(chunk)
        while (place := chunk.rfind(b"\n", 0, place)) >= 0:
            lines -= 1
            if not lines:
                return start + place + 1
        end = start
    return 0
