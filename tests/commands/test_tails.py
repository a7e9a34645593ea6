"""Tests how logs are read as they grow."""

from __future__ import annotations

import os
import socket
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.commands.tails import Tail
from specrun.core.task import TaskId
from specrun.ports import AttemptKey


@given(st.lists(st.binary(max_size=9), max_size=20))
def test_a_log_read_in_pieces_reads_the_same(pieces: list[bytes]) -> None:
    whole = "".join(_tail(pieces, at_once=True))
    assert "".join(_tail(pieces, at_once=False)) == whole


def _tail(pieces: list[bytes], *, at_once: bool) -> list[str]:
    with tempfile.NamedTemporaryFile() as file:
        tail = Tail(key=AttemptKey(TaskId("a/b"), 1), path=Path(file.name), prefix="> ")
        told: list[str] = []
        for piece in pieces:
            file.write(piece)
            file.flush()
            if not at_once:
                told.extend(tail.lines())
        told.extend(tail.lines(last=True))
        return told


def test_every_line_begins_with_the_prefix_and_is_harmless(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"\x1b[31mred\x1b[0m\nmore\rand more\nunfinished")
    tail = Tail(key=AttemptKey(TaskId("a/b"), 1), path=log, prefix="> ")
    assert list(tail.lines()) == ["> red\n", "> more\n> and more\n"]
    assert list(tail.lines(last=True)) == ["> unfinished\n"]


def test_what_is_no_log_says_nothing_and_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # names of sockets have to be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
    (tmp_path / "secret").write_text("x\n")
    (tmp_path / "link").symlink_to(tmp_path / "secret")
    os.mkfifo(tmp_path / "pipe")
    for name in ("missing", "link", "pipe", "socket", "."):
        tail = Tail(key=AttemptKey(TaskId("a/b"), 1), path=tmp_path / name, prefix="")
        assert list(tail.lines(last=True)) == []


def test_a_log_that_may_not_be_read_is_an_error(tmp_path: Path) -> None:
    log = tmp_path / ("x" * 300)
    with pytest.raises(OSError, match="too long"):
        list(Tail(key=AttemptKey(TaskId("a/b"), 1), path=log, prefix="").lines())


@pytest.mark.parametrize(
    ("text", "lines", "rest"),
    [
        ("", 3, ""),
        ("one\ntwo\nthree\n", 0, ""),
        ("one\ntwo\nthree\n", 1, "three\n"),
        ("one\ntwo\nthree", 1, "three\n"),
        ("one\ntwo\nthree\n", 2, "two\nthree\n"),
        ("one\ntwo\nthree\n", 3, "one\ntwo\nthree\n"),
        ("one\ntwo\nthree\n", 9, "one\ntwo\nthree\n"),
        ("\n\n\n", 2, "\n\n"),
        ("é\n" * 60_000, 50_000, "é\n" * 50_000),
        ("x" * 200_000 + "\nend\n", 2, "x" * 200_000 + "\nend\n"),
    ],
)
def test_the_last_lines_of_a_log(tmp_path: Path, text: str, lines: int, rest: str) -> None:
    log = tmp_path / "log"
    log.write_text(text)
    tail = Tail(key=AttemptKey(TaskId("a/b"), 1), path=log, prefix="")
    tail.skip(lines)
    assert "".join(tail.lines(last=True)) == rest


def test_what_is_written_after_the_last_lines_follows_them(tmp_path: Path) -> None:
    log = tmp_path / "log"
    tail = Tail(key=AttemptKey(TaskId("a/b"), 1), path=log, prefix="> ", heading="==>\n")
    tail.skip(1)
    log.write_text("one\ntw")
    tail.skip(1)
    assert list(tail.lines()) == []
    with log.open("a") as file:
        file.write("o\nthree\n")
    assert list(tail.lines()) == ["==>\n> two\n", "> three\n"]
