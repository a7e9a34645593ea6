"""Cuts streams of bytes into lines, and makes one stream of two at the ends of lines."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 16 * 1024 * 1024
"""Bytes of a line; one that is longer is told as too long and not kept."""

_PATIENCE = 1024 * 1024  # bytes of one stream that wait for the end of a line of the other


class Lines:
    """The lines of one stream, in pieces as they come."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def cut(self, data: bytes) -> Iterator[bytes | None]:
        """Answer the lines that are complete by now, without their ends; None for one that is too long."""
        if b"\n" not in data:
            yield from self._keep(data)
            return
        first, *others = data.split(b"\n")
        yield from self._keep(first)
        yield from self.rest()
        yield from others[:-1]
        yield from self._keep(others[-1])

    def rest(self) -> Iterator[bytes | None]:
        """Answer the line that has begun, as if it had ended now; nothing where it was told as too long."""
        parts, size = self._parts, self._size
        self._parts, self._size = [], 0
        if size <= LONGEST:
            yield b"".join(parts)

    def _keep(self, part: bytes) -> Iterator[None]:
        if not part:
            return
        was_short = self._size <= LONGEST
        self._size += len(part)
        if self._size <= LONGEST:
            self._parts.append(part)
        elif was_short:
            self._parts = []
            yield None


class Merge:
    """One stream of two, the sources 0 and 1, that changes between them at the ends of lines.

    What comes first is passed on at once, so little is held that could be lost. A source that has to wait
    for too long breaks the line of the other, so that neither stops the program.
    """

    def __init__(self) -> None:
        self._held = (bytearray(), bytearray())
        self._owner: int | None = None  # whose line has begun and not ended
        self._torn = False  # whether a line has begun whose source is over

    def take(self, source: int, data: bytes) -> bytes:
        """Answer what follows now that `source` has said more."""
        held, other = self._held[source], self._held[1 - source]
        held += data
        if self._owner == 1 - source:
            if len(held) <= _PATIENCE:
                return b""
            self._torn = True
        mine = _all(held)
        cut = mine.rfind(b"\n") + 1
        end = other.rfind(b"\n") + 1
        if cut and end:
            mine = mine[:cut] + other[:end] + mine[cut:]
            del other[:end]
        return self._put(source, mine)

    def end(self, source: int) -> bytes:
        """Answer what follows now that `source` is over; its last line may lack an end."""
        held = self._held[source]
        if self._owner == 1 - source:
            if held and not held.endswith(b"\n"):
                held += b"\n"
            return b""
        last = self._put(source, _all(held))
        if self._owner == source:
            self._owner, self._torn = None, True
        return last + self._put(1 - source, _all(self._held[1 - source]))

    def _put(self, source: int, data: bytes) -> bytes:
        if not data:
            return b""
        if self._torn:
            data, self._torn = b"\n" + data, False
        self._owner = None if data.endswith(b"\n") else source
        return data


def _all(held: bytearray) -> bytes:
    data = bytes(held)
    held.clear()
    return data
