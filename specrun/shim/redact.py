"""Takes secret values out of a stream of bytes, also when they arrive in pieces."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

SHORTEST = 4
"""Values of fewer characters are left alone: hiding every `1` would hide more than the secret."""

MASK = b"***"


class Redactor:
    """Replaces values by `***`; bytes that may be the beginning of one wait for the next piece."""

    def __init__(self, values: Iterable[str]) -> None:
        self._values = sorted({form for value in values if len(value) >= SHORTEST for form in _forms(value)})
        self._held = b""

    def feed(self, data: bytes) -> bytes:
        """Answer what may be shown by now."""
        if not self._values:
            return data
        data = self._held + data
        spans = self._spans(data)
        cut = min((_beginning(data, value) for value in self._values), default=len(data))
        for start, end in spans:
            if start < cut < end:
                cut = start
        self._held = data[cut:]
        return _masked(data, [span for span in spans if span[1] <= cut], cut)

    def rest(self) -> bytes:
        """Answer what waited, at the end of the stream."""
        data, self._held = self._held, b""
        return _masked(data, self._spans(data), len(data))

    def _spans(self, data: bytes) -> list[tuple[int, int]]:
        """Answer where values lie, overlapping ones joined."""
        found: list[tuple[int, int]] = []
        for value in self._values:
            at = data.find(value)
            while at >= 0:
                found.append((at, at + len(value)))
                at = data.find(value, at + 1)
        joined: list[tuple[int, int]] = []
        for start, end in sorted(found):
            if joined and start < joined[-1][1]:
                joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
            else:
                joined.append((start, end))
        return joined


def redacted(data: bytes, values: Iterable[str]) -> bytes:
    """Answer complete data without the values."""
    redactor = Redactor(values)
    return redactor.feed(data) + redactor.rest()


def _forms(value: str) -> set[bytes]:
    """Answer the value as it is, in JSON text, and in JSON text that is quoted in JSON once more."""
    if value.isascii() and value.isprintable() and '"' not in value and "\\" not in value:
        return {value.encode()}
    import json

    texts = {value}
    for _ in range(2):
        texts |= {json.dumps(text, ensure_ascii=plain)[1:-1] for text in texts for plain in (True, False)}
    return {text.encode("utf-8", "surrogateescape") for text in texts}


def _beginning(data: bytes, value: bytes) -> int:
    """Answer where a part of the value that `data` ends with begins, its length when there is none."""
    for at in range(max(0, len(data) - len(value) + 1), len(data)):
        if value.startswith(data[at:]):
            return at
    return len(data)


def _masked(data: bytes, spans: list[tuple[int, int]], until: int) -> bytes:
    parts = []
    at = 0
    for start, end in spans:
        parts += [data[at:start], MASK]
        at = end
    return b"".join([*parts, data[at:until]])
