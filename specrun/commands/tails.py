"""Reads logs as they grow, and makes them harmless for the terminal."""

from __future__ import annotations

import codecs
import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from specrun.ports import AttemptKey
from specrun.report.text import clean

CHUNK = 1 << 16


@dataclass(slots=True, kw_only=True)
class Tail:
    """The place reached in one log; whole lines are taken, since escape sequences do not cross line ends."""

    key: AttemptKey
    path: Path
    prefix: str
    offset: int = 0
    rest: str = ""
    decoder: codecs.IncrementalDecoder = field(
        default_factory=lambda: codecs.getincrementaldecoder("utf-8")("replace")
    )

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
        # Workers can write where logs lie: what is there may be a pipe or a link by now.
        try:
            handle = os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            if error.errno in {errno.ENOENT, errno.ELOOP}:
                return
            raise
        try:
            regular = stat.S_ISREG(os.fstat(handle).st_mode)
            while regular and (chunk := os.pread(handle, CHUNK, self.offset)):
                self.offset += len(chunk)
                yield chunk
        finally:
            os.close(handle)

    def _shown(self, one: str) -> str:
        rows = clean(one.rstrip("\r")).split("\n")
        return "".join(f"{self.prefix}{row}\n" for row in rows)
