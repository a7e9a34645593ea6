"""People read plain lines, and neither disk nor terminal can stop an attempt."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from specrun.shim.screen import Screen
from specrun.shim.transcript import Transcript


def text(tmp_path: Path) -> str:
    return (tmp_path / "transcript.log").read_text()


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("a ☃\tb", "a ☃\tb\n"),
        ("\x1b[31mred\x1b[0m\x07\x00\x7f\x9b", "red\n"),
        ("50%\r100%\r\nend", "50%\n100%\nend\n"),
        ("\x1b]0;\nsecond\x1b[0m\n\x07third", "]0;\nsecond\nthird\n"),
        ("a\u202eb\ud800", "ab?\n"),
    ],
    ids=["text", "control characters", "returns", "a sequence without an end", "reordering and halves"],
)
def test_lines_are_plain(tmp_path: Path, said: str, written: str) -> None:
    Transcript(str(tmp_path), 1000, None).say(said)
    assert text(tmp_path) == written


def test_the_terminal_shows_the_same(tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    screen = Screen(theirs)
    Transcript(str(tmp_path), 0, screen).say("\x1b[31mhello")
    assert os.read(ours, 100) == b"hello\r\n"
    assert text(tmp_path) == ""
    for handle in (ours, theirs, screen.handle):
        os.close(handle)


@pytest.mark.parametrize("cap", [0, 10, 100, 120, 200])
def test_it_stops_at_its_cap_and_says_so(tmp_path: Path, cap: int) -> None:
    transcript = Transcript(str(tmp_path), cap, None)
    for number in range(10):
        transcript.say(f"{number} three\n{number} lines\n{number} more")
    written = text(tmp_path)
    assert len(written) <= cap
    assert cap < 100 or "what follows is left out]\n" in written
    assert cap < 120 or written.startswith("0 three\n")


def test_a_folder_that_takes_no_file_is_no_matter(tmp_path: Path) -> None:
    Transcript(str(tmp_path / "missing"), 1000, None).say("hello")


def test_a_disk_that_refuses_leaves_a_gap(tmp_path: Path) -> None:
    transcript = Transcript(str(tmp_path), 1000, None)
    working = os.dup(transcript._log)
    refusing = os.open(tmp_path / "transcript.log", os.O_RDONLY)  # writing to it is an OSError
    transcript.say("one")
    os.dup2(refusing, transcript._log)
    transcript.say("two")
    transcript.say("three")
    os.dup2(working, transcript._log)
    transcript.say("four")
    transcript.say("five")
    assert text(tmp_path) == "one\n\n[specrun: the disk was full; lines are missing here]\nfour\nfive\n"
    for handle in (working, refusing):
        os.close(handle)
