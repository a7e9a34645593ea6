"""Lines are whole wherever the stream was cut, and two streams meet at their ends only."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.shim.lines import LONGEST, Lines, Merge

PIECES = st.lists(st.text("ab\n", max_size=5).map(str.encode), max_size=8)


@given(PIECES)
def test_cutting_changes_no_line(pieces: list[bytes]) -> None:
    lines = Lines()
    found = [line for piece in pieces for line in lines.cut(piece)] + list(lines.rest())
    assert found == b"".join(pieces).split(b"\n")
    assert list(lines.rest()) == [b""]


@pytest.mark.parametrize("size", [LONGEST, LONGEST + 1], ids=["just so", "too long"])
def test_a_line_that_is_too_long_is_told_once_and_not_kept(size: int) -> None:
    lines = Lines()
    told = list(lines.cut(b"first\n"))
    for _ in range(16):
        told += lines.cut(b"x" * (size // 16))
    told += lines.cut(b"x" * (size % 16) + b"\nnext\nla")
    long = b"x" * size if size <= LONGEST else None
    assert told == [b"first", long, b"next"]
    assert list(lines.rest()) == [b"la"]


def test_the_rest_of_a_line_that_is_too_long_is_none() -> None:
    lines = Lines()
    assert list(lines.cut(b"x" * (LONGEST + 1))) == [None]
    assert list(lines.cut(b"x")) == []
    assert list(lines.rest()) == []


STORIES: dict[str, tuple[list[tuple[int, bytes]], bytes]] = {
    "whole lines": ([(0, b"a\n"), (1, b"b\n"), (0, b"c\n")], b"a\nb\nc\n"),
    "one waits for the other": ([(0, b"a"), (1, b"b\n"), (0, b"c\n")], b"ac\nb\n"),
    "and the other way round": ([(1, b"a"), (0, b"b\n"), (1, b"c\n")], b"ac\nb\n"),
    "at the first chance": ([(0, b"a"), (1, b"b\n"), (0, b"c\nd"), (0, b"e\n")], b"ac\nb\nde\n"),
    "only whole lines go between": (
        [(0, b"a"), (1, b"b\nx"), (0, b"c\nd"), (0, b"e\n"), (1, b"y\n")], b"ac\nb\nde\nxy\n",
    ),
    "lines without ends": ([(0, b"a"), (1, b"b")], b"a\nb\n"),
    "nothing": ([(0, b""), (1, b"")], b""),
}  # fmt: skip


@pytest.mark.parametrize(("story", "log"), STORIES.values(), ids=STORIES.keys())
def test_two_streams_make_one(story: list[tuple[int, bytes]], log: bytes) -> None:
    merge = Merge()
    told = b"".join(merge.take(source, data) for source, data in story) + merge.end(0) + merge.end(1)
    assert told.removesuffix(b"\n") == log.removesuffix(b"\n")


def test_what_comes_first_is_not_held() -> None:
    merge = Merge()
    assert [merge.take(0, b"a"), merge.take(0, b"b"), merge.take(1, b"x\n")] == [b"a", b"b", b""]


def test_one_that_ends_in_the_middle_of_a_line_stops_waiting() -> None:
    merge = Merge()
    assert [merge.take(0, b"a"), merge.take(1, b"x\n"), merge.end(0)] == [b"a", b"", b"\nx\n"]
    assert [merge.take(1, b"y"), merge.end(1)] == [b"y", b""]


def test_one_that_goes_on_alone_begins_a_line() -> None:
    merge = Merge()
    assert [merge.take(0, b"a"), merge.end(0), merge.take(1, b"y")] == [b"a", b"", b"\ny"]


def test_the_end_of_one_breaks_no_line_of_the_other() -> None:
    merge = Merge()
    assert [merge.take(0, b"a"), merge.take(1, b"x"), merge.end(1), merge.take(0, b"b\n"), merge.end(0)] == [
        b"a", b"", b"", b"b\nx\n", b"",
    ]  # fmt: skip


def test_who_waits_for_too_long_breaks_the_line() -> None:
    merge = Merge()
    merge.take(0, b"a")
    held = [merge.take(1, b"x" * 1023 + b"\n") for _ in range(1025)]
    assert held == [b""] * 1024 + [b"\n" + (b"x" * 1023 + b"\n") * 1025]
    assert merge.take(0, b"b\n") == b"b\n"


@given(
    st.lists(st.tuples(st.integers(0, 1), st.sampled_from([b"a", b"b\n", b"c\nd", b"\n", b""])), max_size=10)
)
def test_no_line_is_lost_or_mixed(story: list[tuple[int, bytes]]) -> None:
    marked = [(source, data.upper() if source else data) for source, data in story]
    merge = Merge()
    log = b"".join(merge.take(source, data) for source, data in marked) + merge.end(1) + merge.end(0)
    for source, change in ((0, bytes.islower), (1, bytes.isupper)):
        said = b"".join(data for who, data in marked if who == source)
        assert [line for line in log.split(b"\n") if change(line)] == [
            line for line in said.split(b"\n") if line
        ]
    assert not any(line.islower() is line.isupper() for line in log.split(b"\n") if line)
