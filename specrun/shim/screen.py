"""Shows output on the terminal of the shim as plain text, and never waits for that terminal."""

from __future__ import annotations

import codecs
import os
import re

_KEEP = 262144
_LONGEST_SEQUENCE = 4096
_SKIPPED = b"\n[specrun: the terminal was too slow; the rest of this is in output.log]\n"

_SEQUENCE = re.compile(
    "\x1b(?:"
    "\\[[0-?]*[ -/]*(?:[@-~]|(?=[^ -~]))"  # CSI: colours, cursor, modes
    "|[\\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\\\|(?=\x1b[^\\\\]))"  # OSC and kin: titles, clipboard, links
    "|[ -/]+[0-~]"  # character sets
    "|[0-OQ-WYZ`-~\\\\]"  # two-character ones
    "|(?=[^ -~])"  # no sequence at all
    ")"
)
_BIDI = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_REMOVED = {*range(9), *range(11, 32), *range(0x7F, 0xA0), 0x2028, 0x2029, *_BIDI, *range(0xE0000, 0xE0080)}
_TABLE = dict.fromkeys(_REMOVED) | {0x0D: "\n"}


def plain(text: str) -> str:
    """Answer a complete text, e.g. a line, without anything that does more than to be read."""
    if "\x1b" in text:
        text = _SEQUENCE.sub("", text)
    return text if text.isprintable() and text.isascii() else text.replace("\r\n", "\n").translate(_TABLE)


class Plain:
    """Turns a stream of bytes into text that can only be read: no control sequences, no reordering marks."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._held = ""

    def feed(self, data: bytes) -> bytes:
        """Answer what may be shown by now; a character or a sequence that is not complete waits."""
        text = self._held + self._decoder.decode(data)
        self._held = ""
        if text.endswith("\r"):
            text, self._held = text[:-1], "\r"
        if "\x1b" in text:
            text = _SEQUENCE.sub("", text)
            at = text.find("\x1b")
            if at >= 0 and len(text) - at < _LONGEST_SEQUENCE:
                text, self._held = text[:at], text[at:] + self._held
        return plain(text).encode()


class Screen:
    """The terminal behind a descriptor, opened once more so that not waiting is our own affair."""

    def __init__(self, terminal: int) -> None:
        flags = os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
        try:
            self.handle = os.open(os.ttyname(terminal), flags)
        except OSError:  # the terminal went between two looks; the attempt goes on without it
            self.handle = -1
        self._plain = Plain()
        self._waiting = bytearray()
        self._skipping = False

    @property
    def waiting(self) -> bool:
        """Whether there is something to show that the terminal has not taken yet."""
        return self.handle >= 0 and bool(self._waiting)

    def show(self, data: bytes) -> None:
        """Show what the terminal takes and keep a little for later; what is too much is left out."""
        if self.handle < 0:
            return
        if len(self._waiting) < _KEEP:
            self._waiting += self._plain.feed(data)
            self._skipping = False
        elif not self._skipping:
            self._waiting += _SKIPPED
            self._skipping = True
        self.drain()

    def drain(self) -> None:
        """Show more of what waits."""
        try:
            while self.waiting:
                del self._waiting[: os.write(self.handle, self._waiting)]
        except BlockingIOError:
            return
        except OSError:  # the terminal is gone; the log has it all
            os.close(self.handle)
            self.handle = -1
