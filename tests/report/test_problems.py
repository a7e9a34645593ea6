"""Tests how broken specs are shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun import __version__
from specrun.errors import Problem, Where
from specrun.report.colour import Paint, Role
from specrun.report.problems import document, excerpt, lines
from specrun.report.text import clean, width

PROBLEM = Problem(
    where=Where("specs/a.yaml", 4, 6),
    code="E201",
    what="unknown key 'promt'",
    expected="a key of a task",
    fix="write prompt",
    source="  a: {promt: x}",
)


def test_lines_for_a_pipe() -> None:
    assert lines([PROBLEM]) == (
        "specs/a.yaml:4:6: error[E201]: unknown key 'promt'; expected a key of a task; fix: write prompt\n"
        "1 error in 1 file\n"
    )


def test_lines_for_a_terminal_have_source_and_caret() -> None:
    assert lines([PROBLEM], source=True).splitlines()[1:] == [
        "    a: {promt: x}",
        "       ^",
        "1 error in 1 file",
    ]


def test_what_users_wrote_cannot_act_on_the_terminal() -> None:
    bad = Problem(where=Where("a.yaml"), code="E118", what="\x1b]0;x\x07", source="\x1b[2J")
    assert "\x1b" not in lines([bad], source=True)


@pytest.mark.parametrize(
    ("source", "column", "told"),
    [
        pytest.param("\tkey: 1", 2, ("      key: 1", "      ^"), id="a tab is four blanks"),
        pytest.param("日本: x", 5, ("  日本: x", "        ^"), id="wide characters take two columns"),
        pytest.param("a: 1\n", 99, ("  a: 1", "      ^"), id="beyond the end is the end"),
        pytest.param("a\x00b", 3, ("  a\\x00b", "       ^"), id="hidden characters are shown"),
        pytest.param("", 1, ("", "  ^"), id="an empty line"),
    ],
)
def test_excerpt(source: str, column: int, told: tuple[str, str]) -> None:
    assert excerpt(source, column) == told


def test_a_long_line_is_cut_around_the_caret() -> None:
    source, caret = excerpt("x" * 500 + "HERE" + "y" * 500, 501, 40)
    assert source.startswith("  ...x")
    assert source.endswith("y...")
    assert source[caret.index("^") :].startswith("HERE")


@given(
    st.text(st.characters(exclude_characters="\r\n"), max_size=300), st.integers(1, 320), st.integers(20, 120)
)
def test_an_excerpt_fits_and_the_caret_stands_in_it(source: str, column: int, room: int) -> None:
    told, caret = excerpt(source, column, room)
    assert width(told) <= room
    assert len(caret) <= room


def test_document() -> None:
    assert document([]) == {
        "format_version": 1,
        "tool_version": __version__,
        "valid": True,
        "problems": [],
    }
    told = document([PROBLEM])["problems"]
    assert isinstance(told, list)
    assert told == [
        {
            "severity": "error",
            "code": "E201",
            "file": "specs/a.yaml",
            "line": 4,
            "column": 6,
            "what": "unknown key 'promt'",
            "expected": "a key of a task",
            "fix": "write prompt",
            "source": "  a: {promt: x}",
        }
    ]


def test_place_error_and_caret_have_colours_and_nothing_else_changes() -> None:
    paint = Paint(on=True)
    told = lines([PROBLEM], source=True, paint=paint)
    assert told.startswith(
        f"{paint('specs/a.yaml:4:6:', Role.STRONG)} {paint('error[E201]:', Role.BAD)} unknown key"
    )
    assert f"\n       {paint('^', Role.BAD)}\n" in told
    assert clean(told) == lines([PROBLEM], source=True)


def test_what_users_wrote_is_not_mistaken_for_the_word_error() -> None:
    odd = Problem(where=Where("error[E1]: .yaml"), code="E1", what="error[E1]: ^")
    told = lines([odd], source=True, paint=Paint(on=True))
    assert clean(told) == lines([odd], source=True)
    assert told.count("\x1b[31m") == 1
