"""What globs mean, that none of them takes long, and that two which meet are said to meet."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.core.glob import literal, matches, overlapping

NAME = st.text("ab.[]!-*?^\\", min_size=1, max_size=5).filter(lambda name: name not in {".", "**"})
PATH = st.lists(
    st.text("ab.", min_size=1, max_size=3).filter(lambda name: name != "."), min_size=1, max_size=4
)
PART = st.sampled_from(["**", "*", "a", "b", "ab", "a*", "*b", "?", "[ab]", "[!a]", "a*b*", "[a", "b]"])
GLOB = st.lists(PART, min_size=1, max_size=4).map("/".join)


@pytest.mark.parametrize(
    ("glob", "fits", "other"),
    [
        ("src", ["src", "src/a", "src/a/b"], ["srcs", "a/src", "sr"]),
        ("src/", ["src/a"], ["a"]),
        ("./src//a", ["src/a"], ["src"]),
        ("src/*", ["src/a", "src/a/b"], ["src", "srcs/a"]),
        ("src/**", ["src/a/b", "src"], ["a"]),
        ("*.py", ["a.py", ".py", "a.py/b"], ["src/a.py", "a.pyc"]),
        ("**/*.py", ["a.py", "src/deep/a.py"], ["a.pyc"]),
        ("**/test/**/x", ["test/x", "a/test/b/c/x"], ["test", "x/test"]),
        ("**", ["a", "a/b"], []),
        ("a?c", ["abc", "a?c"], ["ac", "abbc", "a/c"]),
        ("[a-c]x", ["ax", "cx"], ["dx", "-x", "x"]),
        ("[!a-c]x", ["dx", "!x"], ["ax"]),
        ("[!]x", ["!x"], ["x", "ax"]),
        ("[c-a]", ["c", "a", "-"], ["b"]),
        ("[^a]", ["^", "a"], ["b"]),
        ("[+--]", ["+", ",", "-"], ["."]),
        ("[a&&b||c~~]", ["&", "|", "~", "a"], ["d"]),
        ("[]", ["[]"], ["]", "["]),
        ("[]a]", ["[]a]"], ["a", "]"]),
        ("[a", ["[a"], ["a"]),
        ("a.b+(c)", ["a.b+(c)"], ["axb+(c)", "a.bb(c)"]),
        ("*a*b", ["ab", "xaxb", "abab"], ["ba", "aba"]),
        ("a\nb*", ["a\nb\nc"], ["a"]),
    ],
)
def test_what_a_glob_means(glob: str, fits: list[str], other: list[str]) -> None:
    assert [path for path in (*fits, *other) if matches([glob], path)] == fits


def test_the_last_glob_that_fits_decides() -> None:
    globs = ["src", "!src/free", "src/free/not"]
    assert [matches(globs, path) for path in ("src/a", "src/free/a", "src/free/not/a", "b")] == [
        *(True, False, True, False)
    ]
    assert not matches(["!src"], "src")
    assert not matches([], "src")


def test_capitals_count_unless_told_otherwise() -> None:
    assert not matches(["Make*"], "makefile")
    assert matches(["Make*"], "makefile", case=False)
    assert matches(["[A-C].TXT"], "b.txt", case=False)


@given(st.lists(NAME, min_size=1, max_size=3))
def test_a_literal_glob_is_its_path_and_what_is_below(names: list[str]) -> None:
    path = "/".join(names)
    assert matches([literal(path)], path)
    assert matches([literal(path)], f"{path}/b/c")
    assert not matches([literal(path)], f"{path}x")
    assert not matches([literal(path)], f"x/{path}")
    assert len(names) == 1 or not matches([literal(path)], names[0])


@given(NAME.filter(lambda name: not set(name) & set("*?[!")), PATH)
def test_a_glob_without_wildcards_means_itself_alone(name: str, names: list[str]) -> None:
    assert matches([name], "/".join(names)) == (names[0] == name)


@given(GLOB, GLOB, PATH)
def test_globs_that_fit_one_path_overlap(one: str, other: str, names: list[str]) -> None:
    path = "/".join(names)
    meet = overlapping([one], [other])
    assert (meet is None) == (overlapping([other], [one]) is None)
    assert meet in {None, (one, other)}
    if matches([one], path) and matches([other], path):
        assert meet


@given(GLOB)
def test_a_glob_overlaps_itself_and_everything(glob: str) -> None:
    assert overlapping([glob], [glob])
    assert overlapping(["**"], [glob])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("src", "docs"),
        ("src/a", "src/b/**"),
        ("*.py", "src/*.py"),
        ("a*", "b*"),
        ("*.md", "*.py"),
        ("a", "?b"),
    ],
)
def test_globs_that_never_fit_one_path_do_not_overlap(one: str, other: str) -> None:
    assert overlapping([one], [other]) is None


def test_the_first_pair_that_overlaps_is_named() -> None:
    assert overlapping(["docs", "src/**"], ["lib", "src/api/*.py"]) == ("src/**", "src/api/*.py")


def test_hostile_globs_take_no_time() -> None:
    began = time.process_time()
    assert not matches(["*a" * 50 + "b"], "a" * 255)
    assert not matches(["**/a/" * 40 + "b"], "/".join("a" * 400))
    assert overlapping(["**/a/" * 40 + "b"], ["**/a/" * 40 + "c"])
    assert overlapping(["**/*/" * 300 + "b"], ["**/?/" * 300 + "b"])
    assert time.process_time() - began < 5
