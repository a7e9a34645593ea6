"""Nothing that a program prints can do anything to a terminal, or wait for one."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.shim.screen import Plain, Screen, plain

PLAIN = {
    "text": ("hello ☃\n\tthere", "hello ☃\n\tthere"),
    "colours": ("\x1b[1;31mred\x1b[0m", "red"),
    "a title": ("\x1b]0;evil\x07ok\x1b]2;x\x1b\\!", "ok!"),
    "the clipboard": ("\x1b]52;c;AAAA\x07", ""),
    "cursor and screen": ("a\x1b[2J\x1b[Hb\x1bc\x1b7", "ab"),
    "character sets": ("\x1b(0q\x1b)B", "q"),
    "an eight bit sequence": ("\x9b31mx\x9d0;t\x9c", "31mx0;t"),
    "backspaces and bells": ("ab\b\b\a\x00c", "abc"),
    "returns": ("50%\r100%\r\nend\r", "50%\n100%\nend"),
    "reordering marks": ("a\u202eb\u2066c\u200fd\u2028e", "abcde"),
    "tags": ("a\U000e0041b", "ab"),
    "a broken sequence": ("\x1b\nx\x1b[3\ny", "\nx\ny"),
    "an endless title": ("\x1b]0;" + "x" * 5000, "]0;" + "x" * 5000),
    "device control": ("\x1bP1$rq\x1b\\ok", "ok"),
}


@pytest.mark.parametrize(("printed", "shown"), PLAIN.values(), ids=PLAIN.keys())
def test_only_text_is_left(printed: str, shown: str) -> None:
    assert Plain().feed(printed.encode()).decode() == shown
    assert plain(printed.removesuffix("\r")) == shown


@pytest.mark.parametrize(("printed", "shown"), PLAIN.values(), ids=PLAIN.keys())
def test_cutting_anywhere_changes_nothing(printed: str, shown: str) -> None:
    if len(printed) < 1000:
        data = printed.encode()
        for cut in range(len(data)):
            plain = Plain()
            assert (plain.feed(data[:cut]) + plain.feed(data[cut:])).decode() == shown


def test_what_is_not_utf_8_is_replaced() -> None:
    assert Plain().feed(b"a\xffb").decode() == "a\ufffdb"


@given(st.lists(st.binary(max_size=20) | st.sampled_from([b"\x1b[", b"\x1b]0;", b"\x1b", b"\x9b", b"\r"])))
def test_no_control_character_passes(parts: list[bytes]) -> None:
    plain = Plain()
    shown = b"".join(plain.feed(part) for part in parts).decode()
    assert [c for c in shown if unicodedata.category(c) == "Cc" and c not in "\n\t"] == []


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    ours, theirs = os.openpty()
    yield ours, theirs
    for handle in (ours, theirs):
        try:
            os.close(handle)
        except OSError:
            continue


def test_text_reaches_the_terminal(terminal: tuple[int, int]) -> None:
    screen = Screen(terminal[1])
    screen.show(b"\x1b[31mhello\n")
    assert os.read(terminal[0], 100) == b"hello\r\n"
    assert not screen.waiting
    os.close(screen.handle)


def test_a_terminal_that_takes_nothing_is_not_waited_for(terminal: tuple[int, int]) -> None:
    screen = Screen(terminal[1])
    for _ in range(20):
        screen.show(b"x" * 60_000)
    assert screen.waiting
    seen = b""
    while b"output.log" not in seen:
        seen += os.read(terminal[0], 65536)
        screen.drain()
    assert b"the rest of this is in output.log" in seen
    assert len(seen) < 600_000
    screen.show(b"back\n")
    assert b"back" in os.read(terminal[0], 65536)
    os.close(screen.handle)


def test_a_terminal_that_goes_before_it_is_opened_is_none(terminal: tuple[int, int]) -> None:
    os.close(terminal[0])
    screen = Screen(terminal[1])
    screen.show(b"hello")
    assert screen.handle == -1
    assert not screen.waiting


def test_a_terminal_that_is_gone_is_forgotten(terminal: tuple[int, int]) -> None:
    screen = Screen(terminal[1])
    os.close(terminal[0])
    screen.show(b"hello")
    screen.show(b"hello")
    assert screen.handle == -1
    assert not screen.waiting
