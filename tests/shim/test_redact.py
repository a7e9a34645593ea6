"""Secrets disappear wherever the stream is cut."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.shim.redact import Redactor, redacted


def pieces(redactor: Redactor, data: bytes, cuts: list[int]) -> bytes:
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    shown = [redactor.feed(data[start:end]) for start, end in pairwise(edges)]
    return b"".join(shown) + redactor.rest()


@pytest.mark.parametrize(
    ("values", "data", "shown"),
    [
        (["password"], b"a password b", b"a *** b"),
        (["password"], b"passwor passwordd", b"passwor ***d"),
        (["abc"], b"abc", b"abc"),
        (["abcd", "abcdefgh"], b"abcdefgh abcdx", b"*** ***x"),
        (["xxabcd", "abcdefgh"], b"-xxabcdefgh-", b"-***-"),
        (["aaaa"], b"aaaaaaa", b"***"),
        (["K\u00e4se\n1"], "K\u00e4se\n1".encode(), b"***"),
        (['a"b\nc'], rb'{"x": "a\"b\nc"}', b'{"x": "***"}'),
        (["K\u00e4se"], rb"K\u00e4se", b"***"),
        (['a"b\nc'], rb'{"x": "{\"y\": \"a\\\"b\\nc\"}"}', rb'{"x": "{\"y\": \"***\"}"}'),
        (["K\u00e4se"], rb'{"x": "K\\u00e4se"}', b'{"x": "***"}'),
        ([], b"anything", b"anything"),
    ],
    ids=[
        "whole", "nearly", "too short to hide", "one begins another", "overlapping", "with itself",
        "UTF-8", "in JSON", "in ASCII JSON", "in JSON in JSON", "in ASCII JSON in JSON", "no secrets",
    ],
)  # fmt: skip
def test_what_is_hidden(values: list[str], data: bytes, shown: bytes) -> None:
    assert redacted(data, values) == shown
    assert pieces(Redactor(values), data, list(range(len(data)))) == shown


def test_what_cannot_be_a_secret_is_shown_at_once() -> None:
    redactor = Redactor(["password"])
    assert redactor.feed(b"hello") == b"hello"
    assert redactor.feed(b" pass") == b" "
    assert redactor.feed(b"ing") == b"passing"


@given(
    st.lists(st.text("ab", min_size=4, max_size=7), min_size=1, max_size=3),
    st.text("ab", max_size=40),
    st.lists(st.integers(0, 40), max_size=6),
)
def test_cutting_changes_nothing_and_no_secret_is_left(values: list[str], text: str, cuts: list[int]) -> None:
    data = text.encode()
    whole = redacted(data, values)
    assert pieces(Redactor(values), data, cuts) == whole
    assert not any(value.encode() in whole for value in values)
