"""Every comment hangs at what it is about."""

from __future__ import annotations

import pytest

from specrun.spec.layout_nodes import Branch, Entry, Leaf, Note
from specrun.spec.layout_tree import tree


def texts(notes: list[Note]) -> list[str]:
    return [note.text for note in notes]


def entry(branch: Branch, *steps: str | int) -> Entry:
    """Answer the entry at a path of keys and numbers of items."""
    found: Entry | None = None
    for step in steps:
        inner = found.value if found else branch
        assert isinstance(inner, Branch)
        by_key = {one.key.value: one for one in inner.entries if one.key}
        found = by_key[step] if isinstance(step, str) else inner.entries[step]
    assert found is not None
    return found


def branch(root: Branch, *steps: str | int) -> Branch:
    found = entry(root, *steps).value
    assert isinstance(found, Branch)
    return found


def test_above_beside_and_at_the_end() -> None:
    root = tree("# one\na: 1 # two\n\n# three\n# four\n\nb:\n  # five\n  - x # six\n  # seven\n# eight\n")
    assert texts(entry(root, "a").lead) == ["# one"]
    assert texts(entry(root, "a").aside) == ["# two"]
    assert [(note.text, note.blank) for note in entry(root, "b").lead] == [
        ("# three", True),
        ("# four", False),
    ]
    assert entry(root, "b").blank
    assert texts(entry(root, "b", 0).lead) == ["# five"]
    assert texts(entry(root, "b", 0).aside) == ["# six"]
    assert texts(branch(root, "b").tail) == ["# seven"]
    assert texts(root.tail) == ["# eight"]


def test_indentation_tells_the_end_of_one_thing_from_the_begin_of_the_next() -> None:
    text = "a:\n  b:\n    c: 1\n      # one\n    # two\n  # three\n    # four\n  d: 2\n # five\n# six\ne: 3\n"
    root = tree(text)
    assert texts(branch(root, "a", "b").tail) == ["# one", "# two"]
    assert texts(entry(root, "a", "d").lead) == ["# three", "# four"]
    assert texts(entry(root, "e").lead) == ["# five", "# six"]


def test_a_list_as_deep_as_its_key_does_not_take_what_is_about_the_next_key() -> None:
    root = tree("a:\n- x\n# one\nb: 1\n")
    assert texts(entry(root, "b").lead) == ["# one"]


def test_what_goes_on_below_a_comment_belongs_to_it() -> None:
    root = tree("a: 1  # one\n      # two\n      # three\n\n      # four\nb:\n  # five\n  c: 1\n")
    assert texts(entry(root, "a").aside) == ["# one", "# two", "# three"]
    assert texts(entry(root, "b").lead) == ["# four"]
    assert entry(root, "b").aside == []


def test_brackets_on_several_lines_are_no_brackets_any_more() -> None:
    root = tree(
        "a: [ # one\n  x, # two\n  # three\n  {b: 1},\n  # four\n] # five\nc: [{d: e}]\nf: [\n  g: 1, h\n]\n"
    )
    assert (branch(root, "a").flow, branch(root, "a", 1).flow, branch(root, "c").flow) == (False, True, True)
    assert texts(entry(root, "a").aside) == ["# one"]
    assert texts(entry(root, "a", 0).aside) == ["# two"]
    assert texts(entry(root, "a", 1).lead) == ["# three"]
    assert texts(branch(root, "a").tail) == ["# four", "# five"]
    assert branch(root, "f", 0).mapping


def test_beside_the_sign_of_a_block() -> None:
    root = tree("a: | # one\n  # text\n  x\nb:\n- # two\n  >\n  y\n")
    assert texts(entry(root, "a").aside) == ["# one"]
    assert texts(entry(root, "b", 0).aside) == ["# two"]
    value = entry(root, "a").value
    assert isinstance(value, Leaf)
    assert value.value == "# text\nx\n"


def test_names_are_kept() -> None:
    root = tree("a: &x # one\n  b: 1\nc: &y 'd'\n*y : *x\n")
    assert branch(root, "a").anchor == "x"
    assert texts(entry(root, "a").aside) == ["# one"]
    last = root.entries[-1]
    assert last.key == Leaf("", "", "*y", alias="y")
    assert last.value == Leaf("", "", "*x", alias="x")


def test_the_line_for_editors_is_the_head_of_the_file() -> None:
    root = tree("# one\n# yaml-language-server: $schema=x\na: 1\n")
    assert texts(root.head) == ["# yaml-language-server: $schema=x", "# one"]
    assert root.joined
    apart = tree("# one\n\n# yaml-language-server: $schema=x\n# two\na: 1\n")
    assert texts(apart.head) == ["# yaml-language-server: $schema=x", "# one"]
    assert texts(entry(apart, "a").lead) == ["# two"]
    assert not apart.joined


def test_only_mappings_are_files_of_ours() -> None:
    with pytest.raises(TypeError):
        tree("a")


def test_an_empty_line_parts_the_head_of_a_mapping_from_its_first_key() -> None:
    root = tree("a:\n  # one\n\n  # two\n  b: 1\n")
    assert texts(branch(root, "a").head) == ["# one"]
    assert texts(entry(root, "a", "b").lead) == ["# two"]
    assert not entry(root, "a", "b").lead[0].blank
