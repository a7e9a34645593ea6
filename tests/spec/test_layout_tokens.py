"""Comments and signs are found between the scalars, never inside of them."""

from __future__ import annotations

import pytest

from specrun.spec import layout_tokens as module
from specrun.spec.layout_tokens import Source, comments, events, tokens


def kinds(text: str) -> list[str]:
    source = Source(text)
    return [one.kind for one in tokens(source, events(text))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: 1 # one\n# two  \nb: 'x # no' # three\n", ["# one", "# two", "# three"]),
        ("a: | # head\n  # text\n# after\n", ["# head", "# after"]),
        ("a: |2- # head\n   # text\n # after\n", ["# head", "# after"]),
        ("a: &n # name\n  x#y\n", ["# name"]),
        ("a: &n 'x # y'\n", []),
        ("a: [1, # one\n  # two\n  2] # three\n", ["# one", "# two", "# three"]),
        ('a: "x\n  # no\n  y" # yes\n', ["# yes"]),
        ("# only\n---\n# two\na:\n", ["# only", "# two"]),
        ("a: >+\n  x\n\n# last", ["# last"]),
        ("a: |\n", []),
        ("a: | # one", ["# one"]),
        ("a: |", []),
        ("a: http://x/#y\n", []),
    ],
)
def test_comments_are_told_from_texts(text: str, found: list[str]) -> None:
    assert comments(text) == found


def test_every_sign_is_a_token() -> None:
    text = "? a\n: - &x [b, {c: *x}]\n  - -1\n"
    assert "".join(kinds(text).__str__().split("'")[1::2]) == "?scalar:-&[scalar,{scalar:*}]-scalar"


def test_empty_lines_are_noted_where_they_are_layout() -> None:
    text = "a: |\n  x\n\nb: |+\n  y\n\nc: 1\n \n# d\n"
    source = Source(text)
    blank = [text[one.start : one.end] for one in tokens(source, events(text)) if one.blank]
    assert blank == ["b", "# d"]


def test_a_line_of_blanks_may_be_text() -> None:
    text = "a: |\n  x\n    \nb: 1\n"
    source = Source(text)
    assert [one.blank for one in tokens(source, events(text))] == [False] * 7
    assert kinds("---\na: 1\n...\n") == ["---", "scalar", ":", "scalar", "..."]


def test_lines_and_columns() -> None:
    source = Source("ab\n  cd\n")
    assert (source.line(0), source.line(2), source.line(3), source.line(6)) == (0, 0, 1, 1)
    assert (source.column(5), source.indent(5), source.indent(1)) == (2, 2, 0)


@pytest.mark.parametrize(
    "text", ["a: {b: c}\n", "é: 𝄞 # x\nb: |\n  é\n", "a: [http://x/y]\n", "a: {b: x?}\n"]
)
def test_both_parsers_give_the_same_tokens(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    source = Source(text)
    quick = tokens(source, events(text))

    def none(_text: str) -> list[object]:
        raise ImportError

    monkeypatch.setattr(module, "_quick", none)
    assert tokens(source, events(text)) == quick
