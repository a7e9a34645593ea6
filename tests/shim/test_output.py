"""The way of bytes from the pipe to the log."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from specrun.shim.output import Output
from specrun.shim.redact import Redactor


@pytest.fixture
def log(tmp_path: Path) -> Iterator[int]:
    handle = os.open(tmp_path / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    yield handle
    os.close(handle)


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    yield reading, writing
    os.close(writing)


def text(tmp_path: Path) -> bytes:
    return (tmp_path / "log").read_bytes()


def test_bytes_are_copied_and_counted(tmp_path: Path, log: int, pipe: tuple[int, int]) -> None:
    output = Output(log, 100, None, None)
    output.pipe = pipe[0]
    assert not output.read()
    os.write(pipe[1], b"hello\xff")
    assert output.read()
    assert (text(tmp_path), output.total, output.exceeded) == (b"hello\xff", 6, False)
    output.close()
    output.close()
    assert output.pipe == -1


def test_the_cap_counts_what_is_written(tmp_path: Path, log: int, pipe: tuple[int, int]) -> None:
    output = Output(log, 8, Redactor(["password"]), None)
    output.pipe = pipe[0]
    os.write(pipe[1], b"password12345")
    output.read()
    assert (text(tmp_path), output.exceeded) == (b"***12345", False)
    os.write(pipe[1], b"6")
    output.read()
    assert (text(tmp_path), output.exceeded, output.total) == (b"***12345", True, 14)
    output.close()


def test_what_is_held_back_comes_at_the_end(tmp_path: Path, log: int, pipe: tuple[int, int]) -> None:
    output = Output(log, 100, Redactor(["password"]), None)
    output.pipe = pipe[0]
    os.write(pipe[1], b"passw")
    output.read()
    assert text(tmp_path) == b""
    output.finish()
    assert text(tmp_path) == b"passw"
    output.close()


def test_a_disk_that_takes_nothing_loses_nothing(tmp_path: Path, pipe: tuple[int, int]) -> None:
    refusing = os.open(tmp_path / "log", os.O_RDONLY | os.O_CREAT)  # writing to it is an OSError
    output = Output(refusing, 100, None, None)
    output.pipe = pipe[0]
    os.write(pipe[1], b"hello")
    output.read()
    assert output.waiting == b"hello"
    with pytest.raises(OSError, match="Bad file descriptor"):
        output.finish()
    working = os.open(tmp_path / "log", os.O_WRONLY | os.O_APPEND)
    os.dup2(working, refusing)
    output.finish()
    assert (text(tmp_path), output.waiting) == (b"hello", b"")
    for handle in (working, refusing):
        os.close(handle)
    output.close()


def test_the_end_of_the_pipe_closes_it(log: int) -> None:
    reading, writing = os.pipe()
    output = Output(log, 100, None, None)
    output.pipe = reading
    os.close(writing)
    assert not output.read()
    assert output.pipe == -1
