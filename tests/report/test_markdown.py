"""Tests that nothing gets out of a Markdown cell."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.report.markdown import LIMIT, cell


@given(st.text() | st.text("`|\\ a<>![]()@#\n\r&;"))
def test_a_cell_is_one_code_span(text: str) -> None:
    told = cell(text)
    assert "|" not in told
    assert "\n" not in told
    if told:
        fence = re.match("`+", told)
        assert fence is not None
        inside = told[len(fence[0]) : -len(fence[0])]
        assert told.endswith(fence[0])
        assert inside
        assert len(fence[0]) not in {len(run) for run in re.findall("`+", inside)}
        assert not inside.startswith("`")
        assert not inside.endswith("`")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("plain words", "`plain words`"),
        ("", ""),
        ("  \n ", ""),
        ("a | b", "`a \N{BROKEN BAR} b`"),
        ("a `b` c", "``a `b` c``"),
        ("`b`", "`` `b` ``"),
        ("@user ![x](y) <b>", "`@user ![x](y) <b>`"),
        ("two\nlines", "`two lines`"),
    ],
)
def test_cell(text: str, told: str) -> None:
    assert cell(text) == told


def test_long_talk_is_cut() -> None:
    assert cell("x" * 1000) == f"`{'x' * (LIMIT - 3)}...`"
