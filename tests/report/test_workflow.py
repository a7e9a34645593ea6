"""Tests problems as workflow commands of GitHub Actions."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.errors import Problem, Where
from specrun.report.text import clean
from specrun.report.workflow import commands


def problem(what: str, file: str = "specs/a.yaml", expected: str = "", fix: str = "") -> Problem:
    return Problem(where=Where(file, 4, 6), code="E200", what=what, expected=expected, fix=fix)


def test_one_command_for_each_problem() -> None:
    assert commands([problem("unknown key", expected="a key", fix="write `prompt`"), problem("other")]) == (
        "::error file=specs/a.yaml,line=4,col=6,title=specrun E200::"
        "unknown key; expected a key; fix: write `prompt`\n"
        "::error file=specs/a.yaml,line=4,col=6,title=specrun E200::other\n"
    )
    assert commands([]) == ""


@pytest.mark.parametrize(
    ("what", "written"),
    [
        ("100%", "100%25"),
        ("a\nb", "a%0Ab"),
        ("a\r\nb", "a%0D%0Ab"),
        ("%0A", "%250A"),
        ("a: b, c", "a: b, c"),
        ("x\n::warning::y", "x%0A::warning::y"),
        ("\x1b[31mred\u202e", "\\x1b[31mred\\u202e"),
    ],
)
def test_a_message_stays_one_line(what: str, written: str) -> None:
    assert commands([problem(what)]).partition("E200::")[2] == f"{written}\n"


def test_a_path_stays_one_property() -> None:
    assert commands([problem("x", file="specs/a,b:c%d\n.yaml")]).startswith(
        "::error file=specs/a%2Cb%3Ac%25d%0A.yaml,line=4,"
    )


@given(what=st.text(), file=st.text(min_size=1))
def test_whatever_is_written_is_one_command_with_four_properties(what: str, file: str) -> None:
    told = commands([problem(what, file)])
    assert told.count("\n") == 1
    assert clean(told) == told
    head, message = told[:-1].removeprefix("::error ").split("::", 1)
    assert [part.partition("=")[0] for part in head.split(",")] == ["file", "line", "col", "title"]
    if what.isprintable():
        assert unquote(message) == unquote(what.replace("%", "%25"))
