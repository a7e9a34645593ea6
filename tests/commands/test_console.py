"""Tests writing to streams that have their own ideas."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator

import pytest

from specrun.commands import console
from specrun.errors import Problem, Where


def broken() -> io.TextIOWrapper:
    read, write = os.pipe()
    os.close(read)
    return os.fdopen(write, "w")


def test_out_says_when_the_reader_goes_and_drops_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    with broken() as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        assert console.out("one\n") is False
        assert console.out("two\n") is True


def test_notes_that_nobody_reads_are_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    with broken() as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        console.note("one")
        console.note("two")
    monkeypatch.setattr(sys, "stderr", None)
    console.note("three")


def test_complaints_are_harmless_and_signed(capsys: pytest.CaptureFixture[str]) -> None:
    console.complain("no \x1b[31mway")
    assert capsys.readouterr().err == "specrun: no way\n"


def test_problems_have_no_source_lines_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    console.problems((Problem(where=Where("a.yaml"), code="E1", what="bad", source="x"),))
    assert capsys.readouterr().err == "a.yaml:1:1: error[E1]: bad\n1 error in 1 file\n"


def test_any_text_is_written_in_a_poor_encoding(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="ascii"))
    console.settle()
    console.out("é\udcff\n")
    assert written.getvalue() == b"\\xe9\\udcff\n"


def test_json_is_written_as_document_or_row(capsys: pytest.CaptureFixture[str]) -> None:
    console.document({"a": 1})
    console.row({"a": 1})
    assert capsys.readouterr().out == '{\n  "a": 1\n}\n{"a":1}\n'


def test_what_is_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    leader, follower = os.openpty()
    with os.fdopen(follower, "w") as stream:
        monkeypatch.setenv("TERM", "xterm")
        assert console.terminal(stream)
        monkeypatch.setenv("TERM", "dumb")
        assert not console.terminal(stream)
    os.close(leader)
    monkeypatch.setenv("TERM", "xterm")
    assert not console.terminal(stream)
    assert not console.terminal(None)


def test_nobody_can_be_asked_through_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    assert not console.asking()


def test_the_size_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    monkeypatch.setenv("LINES", "5")
    assert (console.columns(), console.rows()) == (19, 5)
    monkeypatch.setenv("COLUMNS", "2")
    monkeypatch.setenv("LINES", "1")
    assert (console.columns(), console.rows()) == (10, 4)


@pytest.fixture
def _plain_manner() -> Iterator[None]:
    yield
    console.behave(console.Manner())


@pytest.mark.usefixtures("_plain_manner")
def test_quiet_leaves_out_notes_but_no_complaint(capsys: pytest.CaptureFixture[str]) -> None:
    console.behave(console.Manner(quiet=True))
    console.note("by the way")
    console.complain("no way")
    assert capsys.readouterr().err == "specrun: no way\n"


@pytest.mark.usefixtures("_plain_manner")
@pytest.mark.parametrize(
    ("choice", "names", "seen", "coloured"),
    [
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_who_decides_about_colour(
    monkeypatch: pytest.MonkeyPatch, choice: str, names: dict[str, str], *, seen: bool, coloured: bool
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"TERM": "xterm", **names}.items():
        monkeypatch.setenv(name, value)
    console.behave(console.Manner(colour=choice))
    leader, follower = os.openpty()
    with os.fdopen(follower, "w") as stream:
        assert console.paint(stream if seen else io.StringIO()).on is coloured
    os.close(leader)
