"""The way of bytes from the pipe to the log."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from specrun.shim.output import Output
from specrun.shim.redact import Redactor
from specrun.shim.stream import Stream
from specrun.shim.transcript import Transcript


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
    output = Output(log, 100)
    output.attach([pipe[0]])
    assert not output.read(output.pipes[0])
    os.write(pipe[1], b"hello\xff")
    assert output.read(output.pipes[0])
    assert (text(tmp_path), output.total, output.exceeded) == (b"hello\xff", 6, False)
    output.close()
    output.close()
    assert output.pipes == []


def test_the_cap_counts_what_is_written(tmp_path: Path, log: int, pipe: tuple[int, int]) -> None:
    output = Output(log, 8, [Redactor(["password"])])
    output.attach([pipe[0]])
    os.write(pipe[1], b"password12345")
    output.read(output.pipes[0])
    assert (text(tmp_path), output.exceeded) == (b"***12345", False)
    os.write(pipe[1], b"6")
    output.read(output.pipes[0])
    assert (text(tmp_path), output.exceeded, output.total) == (b"***12345", True, 14)
    output.close()


def test_what_is_held_back_comes_at_the_end(tmp_path: Path, log: int, pipe: tuple[int, int]) -> None:
    output = Output(log, 100, [Redactor(["password"])])
    output.attach([pipe[0]])
    os.write(pipe[1], b"passw")
    output.read(output.pipes[0])
    assert text(tmp_path) == b""
    output.close()
    output.finish()
    assert text(tmp_path) == b"passw"


def test_a_disk_that_takes_nothing_loses_nothing(tmp_path: Path, pipe: tuple[int, int]) -> None:
    refusing = os.open(tmp_path / "log", os.O_RDONLY | os.O_CREAT)  # writing to it is an OSError
    output = Output(refusing, 100)
    output.attach([pipe[0]])
    os.write(pipe[1], b"hello")
    output.read(output.pipes[0])
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
    output = Output(log, 100)
    output.attach([reading])
    os.close(writing)
    assert not output.read(output.pipes[0])
    assert output.pipes == []


def test_two_pipes_are_followed_each_with_its_own_secrets_cut(tmp_path: Path, log: int) -> None:
    pipes = [os.pipe(), os.pipe()]
    intent: dict[str, Any] = {"meter": {"events": [{"text": "t"}]}, "limits": {}}
    stream = Stream(str(tmp_path), intent, ["password"], Transcript(str(tmp_path), 1000, None))
    output = Output(log, 100, [Redactor(["password"]), Redactor(["password"])], None, stream)
    output.attach([reading for reading, _ in pipes])
    for source, data in ((0, b'{"t": "pass'), (1, b"my pass"), (0, b'word"}\n'), (1, b"word")):
        os.write(pipes[source][1], data)
        output.read(pipes[source][0])
    for _, writing in pipes:
        os.close(writing)
    output.close()
    output.finish()
    assert text(tmp_path) == b'{"t": "***"}\nmy ***'
    assert (tmp_path / "transcript.log").read_text() == "***\nmy ***\n"
