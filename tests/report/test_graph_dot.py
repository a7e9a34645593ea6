"""Tests the graph of tasks in the language of Graphviz, with its own program where it is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
from xml.etree import ElementTree as ET

import pytest

from specrun.core.contract import Contract
from specrun.report.graph_dot import quoted, text
from tests.core.make import task
from tests.report.graphs import made, shop

HOSTILE = ('a"b', "back\\slash\\n \\N \\", "&lt;b&gt; &amp; <i>", "];} node [", "日本語", "-- # /* */ //")
DOT = shutil.which("dot")


def test_states_edges_and_conflicts() -> None:
    assert text(shop()).splitlines()[4:] == [
        '  t1 [label="schema\\nThe \\"users\\" <table>\\nsucceeded", fillcolor="#d3f5db", penwidth="2.5"];',
        '  t2 [label="api\\npending", fillcolor="#f6f8fa", penwidth="2.5"];',
        '  t3 [label="web\\npending", fillcolor="#f6f8fa"];',
        '  t4 [label="review\\npending", fillcolor="#f6f8fa"];',
        '  t5 [label="deploy\\npending", fillcolor="#f6f8fa", penwidth="2.5"];',
        '  t1 -> t2 [penwidth="2.5"];',
        '  t1 -> t3 [label="carries output"];',
        "  t2 -> t4;",
        '  t4 -> t2 [label="sends back, up to 2 times", style="dashed", constraint="false"];',
        '  t2 -> t5 [penwidth="2.5"];',
        '  t3 -> t5 [label="on finished"];',
        '  t2 -> t3 [label="may conflict", style="dotted", color="#cf222e", dir="none", constraint="false"];',
        "}",
    ]


def test_several_specs_are_boxes() -> None:
    told = text(made(task("one/a"), task("two/a")))
    assert re.findall(r'subgraph (\w+) {\n    label="(\w+)";\n    (\w+) ', told) == [
        ("cluster_1", "one", "t1"),
        ("cluster_2", "two", "t2"),
    ]


@pytest.mark.parametrize(
    ("told", "written"),
    [('a"b', '"a\\"b"'), ("a\\nb", '"a\\\\nb"'), ("a\nb", '"a\\nb"'), ("&lt;", '"&amp;lt;"')],
)
def test_nothing_gets_out_of_quotes(told: str, written: str) -> None:
    assert quoted(told) == written


@pytest.mark.skipif(DOT is None, reason="graphviz is not installed")
def test_graphviz_shows_what_was_written() -> None:
    titles = [f"{one} {number}" for number, one in enumerate(HOSTILE)]
    found = made(
        *(task(f"t{n}", title=one, contract=Contract(touches=("a",))) for n, one in enumerate(titles))
    )
    drawn = subprocess.run([DOT or "", "-Tsvg"], input=text(found).encode(), capture_output=True, check=True)
    assert drawn.stderr == b""
    shown = [one.text for one in ET.fromstring(drawn.stdout).iter("{http://www.w3.org/2000/svg}text")]
    assert [one for one in shown if one in titles] == titles
