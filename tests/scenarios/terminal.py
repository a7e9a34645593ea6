"""Runs a program on a terminal of its own, as a person would, and reads what is on it."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import termios
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

ROWS, COLUMNS = 50, 160


class Terminal:
    """A program with a terminal as standard input, output and error; it ends with the context."""

    def __init__(self, argv: Sequence[str], cwd: Path, env: Mapping[str, str]) -> None:
        self._seen = ""
        self._ours, theirs = pty.openpty()
        termios.tcsetwinsize(theirs, (ROWS, COLUMNS))
        self.process = subprocess.Popen(
            argv, cwd=cwd, env={**env, "TERM": "xterm"}, stdin=theirs, stdout=theirs, stderr=theirs,
            start_new_session=True,
        )  # fmt: skip
        os.close(theirs)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._ours)

    def shows(self, text: str) -> bool:
        """Whether a text has been shown by now."""
        while select.select([self._ours], [], [], 0)[0]:
            try:
                self._seen += os.read(self._ours, 65536).decode(errors="replace")
            except OSError:  # nobody holds the other end any more
                break
        return text in self._seen

    def type(self, keys: bytes) -> None:
        """Press some keys."""
        os.write(self._ours, keys)
