"""Tests what is left of hostile text."""

from __future__ import annotations

from pathlib import Path

import pytest

from specrun.store.printable import one_line, printable, tail


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("plain\ttext\n", "plain\ttext\n", id="plain text stays as it is"),
        pytest.param("\x1b[1;31mred\x1b[0m", "red", id="colours go"),
        pytest.param("\x1b]0;title\x07a\x1b]8;;http://x\x1b\\b", "ab", id="titles and links go"),
        pytest.param("\x1bP1;2q\x1b\\a\x1b(Bb\x1bMc", "abc", id="other sequences go"),
        pytest.param("10%\r20%\r\ndone", "10%\n20%\ndone", id="carriage returns become newlines"),
        pytest.param("a\x00\x07\x7f\x9bb", "ab", id="control characters go"),
        pytest.param("a\u202eb\u200b\U000e0041c\ud800", "abc", id="invisible and turning characters go"),
        pytest.param("grüße 漢 🙂", "grüße 漢 🙂", id="other scripts stay"),
    ],
)
def test_printable(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_one_line_is_the_first_that_says_something() -> None:
    assert one_line("\n  \n\t fatal: no\tspace \nhint: more") == "fatal: no space"
    assert one_line("") == ""
    assert one_line("x" * 400) == "x" * 299 + "…"


def test_tail_reads_the_end_of_a_log(tmp_path: Path) -> None:
    log = tmp_path / "output.log"
    log.write_bytes("ü".encode() * 10 + b"\xff end\n")

    assert tail(log) == "ü" * 10 + "\ufffd end\n"
    assert tail(log, 9) == "ü\ufffd end\n"
    assert tail(tmp_path / "missing") == ""
