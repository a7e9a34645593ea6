"""Writes down and shows what people read of an agent's stream; whatever happens here stops nobody."""

from __future__ import annotations

import os

from specrun.shim.screen import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from specrun.shim.screen import Screen

_NEW = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
_FULL = b"[specrun: this file is full; what follows is left out]\n"
_GAP = b"\n[specrun: the disk was full; lines are missing here]\n"


class Transcript:
    """`transcript.log` and the terminal: text without control characters, at most `cap` bytes and a note."""

    def __init__(self, directory: str, cap: int, screen: Screen | None) -> None:
        self._screen = screen
        self._room = cap
        self._gap = False
        try:
            self._log = os.open(f"{directory}/transcript.log", _NEW, 0o600)
        except OSError:  # a full disk, say; the terminal may still show it
            self._log = -1

    def say(self, text: str) -> None:
        """Add a line or several, the last without its end."""
        if "\x1b" in text:  # a sequence without an end must not swallow the lines after it
            text = "\n".join(plain(line) for line in text.split("\n"))
        data = f"{plain(text)}\n".encode("utf-8", "replace")
        if self._screen:
            self._screen.show(data)
        if self._log < 0 or self._room <= 0:
            return
        if len(data) > self._room - len(_FULL):
            last = data.rfind(b"\n", 0, max(0, self._room - len(_FULL)))
            data = (data[: last + 1] + _FULL)[: self._room]
            self._room = 0
        self._room -= len(data)
        self._write(data)

    def _write(self, data: bytes) -> None:
        try:
            if self._gap:
                data, self._gap = _GAP + data, False
            while data:
                data = data[os.write(self._log, data) :]
        except OSError:
            self._gap = True
