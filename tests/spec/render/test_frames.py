"""Values arrive as they were sent, in however many pieces."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.spec.render.frames import receive, send

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda below: st.lists(below) | st.dictionaries(st.text(), below),
)


class Dribble(io.BytesIO):
    """A stream that takes and gives one byte at a time."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(1, size or 0))

    def write(self, data: object, /) -> int:
        return super().write(bytes(memoryview(data)[:1]))  # type: ignore[arg-type]  # any buffer


@given(VALUES)
def test_what_is_sent_is_received(value: object) -> None:
    stream = Dribble()
    send(stream, value)
    stream.seek(0)
    assert receive(stream) == value


def test_a_cut_stream_is_the_end() -> None:
    stream = io.BytesIO()
    send(stream, {"a": 1})
    whole = stream.getvalue()
    for size in range(len(whole)):
        with pytest.raises(EOFError):
            receive(io.BytesIO(whole[:size]))
