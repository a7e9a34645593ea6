"""Nodes are found again by the path that a complaint names."""

from __future__ import annotations

from specrun.spec.node import Node, locate
from specrun.spec.parse import parse
from specrun.spec.text import read_text


def root() -> Node:
    text, _ = read_text("f", b"tasks:\n  a:\n    depends_on: [b, c]\n", 1000)
    node, _ = parse(text)
    assert node is not None
    return node


def test_a_path_leads_to_the_value() -> None:
    found = locate(root(), ("tasks", "a", "depends_on", 1))
    assert (found.value, found.line, found.column) == ("c", 3, 21)


def test_a_name_finds_the_item_of_a_list() -> None:
    assert locate(root(), ("tasks", "a", "depends_on", "b")).column == 18


def test_the_nearest_existing_node_answers_for_a_missing_one() -> None:
    assert locate(root(), ("tasks", "a", "timeout")).line == 3
    assert locate(root(), ("tasks", "a", "depends_on", 7)).kind == "list"


def test_what_says_nothing_is_not_present() -> None:
    text, _ = read_text("f", b"a: ~\nb: \nc: ''\nd: {}\ne: null\nf: 0\n", 1000)
    node, _ = parse(text)
    assert node is not None
    assert [key for key in "abcdefg" if node.present(key)] == ["c", "d", "f"]
    found = node.present("f")
    assert found is not None
    assert (found.line, found.node.text()) == (6, "0")


def test_nodes_know_what_they_are() -> None:
    tasks = root().get("tasks")
    assert tasks is not None
    assert (tasks.kind, tasks.text(), tasks.items()) == ("mapping", None, [])
    assert tasks.get("b") is None
    assert Node("x", 1, 1).entries() == {}
