"""YAML becomes nodes with places; limits hold; both parsers say the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.spec import parse as module
from specrun.spec.node import Node
from specrun.spec.parse import MAX_ALIASED, MAX_NODES, MAX_SCALAR, parse
from specrun.spec.text import read_text

YAML = st.text(alphabet="ab:-[]{},'\"|>&*!#%@\n \t?~\\u0", max_size=60)


def messages(source: str, *, fast: bool = True) -> tuple[Node | None, list[str]]:
    text, _ = read_text("f", source.encode(), 1 << 30)
    node, problems = parse(text, fast=fast)
    return node, [str(problem) for problem in problems]


@pytest.mark.parametrize("fast", [True, False])
def test_values_know_their_place(*, fast: bool) -> None:
    node, found = messages("a: 'é'\nb:\n  - |\n    x\n  - {c: http://d/e}\n", fast=fast)
    assert found == []
    assert node is not None
    entry = node.entries()["b"]
    assert (entry.line, entry.column) == (2, 1)
    first, second = entry.node.items()
    assert (first.value, first.line, first.column, first.style) == ("x\n", 3, 5, "|")
    assert second.get("c") == Node("http://d/e", 5, 9)


def test_an_alias_is_the_value_it_names() -> None:
    node, found = messages("a: &x [1]\nb: *x\n*x : 2\n")
    assert node is not None
    assert node.get("b") == node.get("a")
    assert found == ["f:3:1: error[E121]: a key must be text, found a list; fix: write `key: value`"]


def test_reading_goes_on_after_what_can_be_skipped() -> None:
    _, found = messages("a: !x 1\na: 2\n<<: {}\n? [b]\n: 3\n")
    assert [line.split(": ")[1] for line in found] == [
        "error[E111]",
        "error[E105]",
        "error[E107]",
        "error[E121]",
    ]


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("[" * 33 + "]" * 33, "E109"),
        ("a: " + "[" * 100_000, "E109"),
        ("a: " + "x" * (MAX_SCALAR + 1), "E110"),
        ("a: &a [" + "x, " * 100 + "]\nb: [" + "*a, " * (MAX_ALIASED // 100) + "]", "E106"),
        ("a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 40)), "E109"),
        ("&a {b: *a}", "E108"),
        ("a: *b", "E120"),
        ("", "E100"),
        ("# only\n", "E100"),
    ],
)
def test_limits_and_loops(source: str, code: str) -> None:
    node, found = messages(source)
    assert node is None
    assert f"error[{code}]" in found[-1]


def test_the_number_of_nodes_is_limited() -> None:
    node, found = messages("[" + "x," * MAX_NODES + "]")
    assert node is None
    assert "error[E110]: file has more than 500,000 nodes" in found[0]


@pytest.mark.parametrize(
    "source", ["&0: 0", "x: {y: 1, z: [&a: b]}", "&a:\n b: c", "x: &a:b c", "&a?b c", "&ü x"]
)
def test_an_odd_name_of_an_anchor_is_refused_by_both_parsers(source: str) -> None:
    for fast in (True, False):
        _, found = messages(source, fast=fast)
        assert any("E119" in line for line in found)


def test_plain_names_of_anchors_are_fine() -> None:
    assert messages("a: &b\nc: &d-1 e\n&f_ g: [*b, *d-1, &h, &i]\n")[1] == []


@given(YAML)
def test_any_text_is_read_or_located(source: str) -> None:
    for fast in (True, False):
        node, found = messages(source, fast=fast)
        assert node is not None or found


@given(YAML)
def test_what_both_parsers_accept_they_read_alike(source: str) -> None:
    quick, quick_found = messages(source)
    slow, slow_found = messages(source, fast=False)
    if quick and slow and not quick_found and not slow_found:
        assert told(quick) == told(slow)


def told(node: Node) -> object:
    """Answer what a node says, without the place: the parsers put nothing at different ends of a gap."""
    if isinstance(node.value, dict):
        return {key: told(entry.node) for key, entry in node.value.items()}
    return [told(item) for item in node.value] if isinstance(node.value, list) else node.value


def test_without_the_c_half_the_messages_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    source = "a: b: c\n"
    quick = messages(source)
    monkeypatch.setattr(module, "_c_parser", lambda _text: None)
    assert messages(source) == quick
