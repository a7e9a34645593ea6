"""Parser errors in plain words, the same from both parsers."""

from __future__ import annotations

import pytest

from specrun.spec.parse import parse
from specrun.spec.text import read_text


@pytest.mark.parametrize("fast", [True, False])
@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("a:\n\tb: 1\n", "f:2:1: error[E103]: tab used for indentation"),
        ("a: 1\n---\nb: 1\n", "f:2:1: error[E102]: a second document starts here"),
        ("a: [1,\nb\n", "f:1:4: error[E104]: list opened here is never closed"),
        ("a: {b: 1\n", "f:1:4: error[E104]: mapping opened here is never closed"),
        ("a: [\n", "f:1:4: error[E104]: list opened here is never closed"),
        ("a: [{b: [1]}, {\n\n", "f:1:15: error[E104]: mapping opened here is never closed"),
        ("a: 'b\n", "f:1:4: error[E104]: text opened by this quote is never closed"),
        ("{a: 1}}\n", "f:1:7: error[E119]: a closing bracket too many"),
        ("a: b: c\n", "f:1:5: error[E119]: a `key: value` cannot stand here"),
        ("a: - b\n", "f:1:4: error[E119]: a list item cannot stand here"),
        ("a: 1\nb\n", "f:3:1: error[E119]: this line is neither `key: value` nor a list item"),
        ("- a\nb: 1\n", "f:2:1: error[E119]: this line is not an item of the list above it"),
        ("a:\n  b: 1\n c: 2\n", "f:3:2: error[E119]: this does not fit the lines above it"),
        ('a: "\\q"\n', "f:1:4: error[E119]: unknown escape after a backslash in double quotes"),
        ('a: "\\ud800"\n', "f:1:4: error[E118]: invisible character U+D800"),
        ("a: @b\n", "f:1:4: error[E119]: a value cannot begin with @"),
        ("a: ]\n", "f:1:4: error[E119]: a value is missing here, or a bracket is too many"),
        ("a: |x\n b\n", "f:1:5: error[E119]: text after | or > must begin on the next line"),
        ("%YAML 1.3\n---\na: 1\n", "f:1:1: error[E119]: directives are not allowed"),
        ("a: !x!y b\n", "f:1:4: error[E111]: tags are not allowed"),
    ],
)
def test_complaints(source: str, message: str, *, fast: bool) -> None:
    text, _ = read_text("f", source.encode(), 1000)
    _, problems = parse(text, fast=fast)
    assert [str(problem).split(";")[0] for problem in problems] == [message]
