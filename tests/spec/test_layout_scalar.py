"""Scalars lose their quotes where nobody can take them for something else, and get the lines they have."""

from __future__ import annotations

import pytest

from specrun.spec.layout_nodes import Leaf
from specrun.spec.layout_scalar import Written, inline, key, plain, written


@pytest.mark.parametrize(
    "text",
    ["a", "two words", "tests/**", "90s", "2.50 USD", "a-b_c", "é", "x=y", "Bash(make test)", ".github"],
)
def test_texts_that_need_no_quotes(text: str) -> None:
    assert plain(text, flow=True)
    assert plain(text, flow=False)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " a",
            "a ",
            "a\tb",
            "a\nb",
            "-a",
            "- a",
            "?a",
            "#a",
            "&a",
            "*a",
            "!a",
            "|a",
            ">a",
            "'a",
            '"a',
            "%a",
        ),
        *(
            "@a",
            "`a",
            "a: b",
            "a:",
            "a #b",
            "~",
            "null",
            "Null",
            "true",
            "yes",
            "No",
            "OFF",
            "y",
            "none",
            "<<",
            "=",
        ),
        *(
            "1",
            "-1",
            "1.5",
            "0.86.2",
            "1e5",
            ".inf",
            ".NaN",
            "0x1f",
            "012",
            "1_000",
            "1:30",
            "2024-01-01",
            ".5",
            "...",
            "[a]",
            "{a}",
        ),
        *("it's", 'say "x"', "a\\b", "\u00a0a", "{{ a }}"),
    ],
)
def test_texts_that_stay_in_their_quotes(text: str) -> None:
    assert not plain(text, flow=False)


@pytest.mark.parametrize("text", ["a,b", "a[0]", "a]", "a}", "a{b", "http://x", "what?"])
def test_in_brackets_more_signs_count(text: str) -> None:
    assert plain(text, flow=False)
    assert not plain(text, flow=True)


def quoted(value: str, raw: str) -> Leaf:
    return Leaf(value, raw[:1], raw)


def test_quotes_go_where_they_say_nothing() -> None:
    assert written(quoted("a b", "'a b'")) == Written("a b")
    assert written(quoted("a: b", "'a: b'")) == Written("'a: b'")
    assert inline(quoted("a,b", '"a,b"')) == '"a,b"'
    assert key(quoted("a b", '"a b"'), flow=False) == "a b"
    assert written(Leaf("5.00", "", "5.00")) == Written("5.00")


def test_names_stay_before_what_they_name() -> None:
    assert written(Leaf("a", "'", "'a'", anchor="n")) == Written("&n a")
    assert written(Leaf("", "", "", anchor="n")) == Written("&n")
    assert written(Leaf("", "", "*n", alias="n")) == Written("*n")
    assert key(Leaf("", "", "*n", alias="n"), flow=True) == "*n "


def test_a_text_of_several_lines_becomes_a_block() -> None:
    assert written(quoted("a\n\n b\n", '"a\\n\\n b\\n"')) == Written("|", ("a", "", " b"), block=True)
    assert written(quoted("a\nb", '"a\\nb"')) == Written("|-", ("a", "b"), block=True)


@pytest.mark.parametrize("value", ["a\n", "\na\nb", " a\nb", "a \nb", "a\nb\n\n", "a\x07\nb", "\ta\nb"])
def test_a_block_is_not_made_of_what_it_would_hide(value: str) -> None:
    assert written(quoted(value, '"raw"')) == Written('"raw"')


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a\n", Written("|", ("a",), block=True)),
        ("a", Written("|-", ("a",), block=True)),
        ("a\n\n\n", Written("|+", ("a", "", ""), block=True)),
        (" a\nb\n", Written("|2", (" a", "b"), block=True)),
        ("\n\ta", Written("|2-", ("", "\ta"), block=True)),
        ("\na\n", Written("|", ("", "a"), block=True)),
        ("a \n", Written("|", ("a ",), block=True)),
        ("", Written('""')),
        ("\n \n", Written('"\\n \\n"')),
    ],
)
def test_blocks_have_the_least_header_that_means_the_same(value: str, expected: Written) -> None:
    assert written(Leaf(value, "|", "|\n")) == expected


@pytest.mark.parametrize(
    ("value", "raw", "expected"),
    [
        ("a b\nc\n", "> # x\n    a\n    b\n\n    c\n\n", Written(">", ("a", "b", "", "c"), block=True)),
        ("a b", ">-\n   a\n   b\n", Written(">-", ("a", "b"), block=True)),
        ("a\n\n", ">+\n a\n\n", Written(">+", ("a", ""), block=True)),
        (" a b\n", ">1\n  a\n b\n", Written("|2", (" a b",), block=True)),
        ("a\n  ", ">\n a\n   ", Written("|-", ("a", "  "), block=True)),
    ],
)
def test_folded_lines_stay_as_they_were_broken(value: str, raw: str, expected: Written) -> None:
    assert written(Leaf(value, ">", raw)) == expected


def test_broken_lines_keep_their_breaks_and_lose_blanks_at_their_ends() -> None:
    assert written(Leaf("a b", "", "a  \n      b")) == Written("a", ("b",))
    assert written(quoted("a: b", "'a:  \n  b'")) == Written("'a:", ("b'",))
    assert written(quoted("a \\ b", '"a \\\n  \\\\ b"')) == Written('"a \\', ('\\\\ b"',))


def test_keys_take_one_line() -> None:
    assert key(Leaf("a b", "", "a\n  b"), flow=False) == "a b"
    assert key(Leaf("a\nb", "|", "|-\n  a\n  b"), flow=False) == '"a\\nb"'
    assert key(Leaf("", "", ""), flow=False) == '""'
