"""Tests the graph of tasks as a Mermaid flowchart."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.report.graph import ROLES
from specrun.report.graph_mermaid import quoted, text
from specrun.report.status import State
from tests.core.make import task
from tests.report.graphs import made, shop


def test_states_edges_and_conflicts() -> None:
    assert text(shop()).splitlines() == [
        "flowchart TD",
        '  t1["schema<br/>The #34;users#34; #60;table#62;<br/>succeeded"]:::succeeded',
        '  t2["api<br/>pending"]:::pending',
        '  t3["web<br/>pending"]:::pending',
        '  t4["review<br/>pending"]:::pending',
        '  t5["deploy<br/>pending"]:::pending',
        "  t1 ==> t2",
        '  t1 -->|"carries output"| t3',
        "  t2 --> t4",
        '  t4 -.->|"sends back, up to 2 times"| t2',
        "  t2 ==> t5",
        '  t3 -->|"on finished"| t5',
        "  t2 x-. may conflict .-x t3",
        "  classDef pending fill:#f6f8fa,stroke:#6e7781,color:#24292f",
        "  classDef succeeded fill:#d3f5db,stroke:#1a7f37,color:#0b3d1a",
        "  classDef critical stroke-width:3px",
        "  class t1,t2,t5 critical",
    ]


def test_several_specs_are_boxes() -> None:
    told = text(made(task("one/a"), task("two/end"), task("two/b", "two/end")))
    assert told.splitlines()[1:9] == [
        '  subgraph s1["one"]',
        '    t1["a<br/>pending"]:::pending',
        "  end",
        '  subgraph s2["two"]',
        '    t2["end<br/>pending"]:::pending',
        '    t3["b<br/>pending"]:::pending',
        "  end",
        "  t2 ==> t3",
    ]


def test_every_state_has_a_class() -> None:
    from specrun.report.graph_mermaid import _CLASSES

    assert _CLASSES.keys() == {*State} == ROLES.keys()


@pytest.mark.parametrize(
    ("told", "written"),
    [
        ('a"]; click t1', "a#34;#93;#59; click t1"),
        ("`md` **b**", "#96;md#96; #42;#42;b#42;#42;"),
        ("#quot; &lt;", "#35;quot#59; #38;lt#59;"),
        ("a\\b {c}|d|", "a#92;b #123;c#125;#124;d#124;"),
        ("- one", "#45; one"),
        ("1. one", "1#46; one"),
        ("_a_ b_c", "#95;a#95; b_c"),
        ("fa:fa-car", "fa#58;fa-car"),
        ("\x1b[31mred\u202e\nnext", "red next"),
        ("Größe 日本 a-b (c/d), e.f", "Größe 日本 a-b (c/d), e.f"),
    ],
)
def test_nothing_means_anything_in_a_label(told: str, written: str) -> None:
    assert quoted(told) == written


@given(st.text())
def test_whatever_is_written_stays_between_the_quotes(told: str) -> None:
    assert re.fullmatch(r"(?:[\w ,.()/-]|#\d+;)*", quoted(told))
