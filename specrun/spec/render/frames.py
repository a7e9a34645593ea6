"""The words between specrun and its rendering child: JSON values, each after its length."""

from __future__ import annotations

import json
from typing import IO, Any

HEADER = 8


def send(stream: IO[bytes], value: Any) -> None:  # noqa: ANN401 - any JSON value
    """Write one value and flush it. Raises OSError when the other side is gone."""
    body = json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode()
    rest = memoryview(len(body).to_bytes(HEADER, "big") + body)
    while rest:
        rest = rest[stream.write(rest) :]
    stream.flush()


def receive(stream: IO[bytes]) -> Any:  # noqa: ANN401 - any JSON value
    """Read one value. Raises EOFError when the other side is gone."""
    return json.loads(_exactly(stream, int.from_bytes(_exactly(stream, HEADER), "big")))


def _exactly(stream: IO[bytes], size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        part = stream.read(size - len(parts))
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)
