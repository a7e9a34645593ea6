"""A file is laid out, told to be wrong, or left alone because a promise would be broken."""

from __future__ import annotations

import pytest

from specrun.spec import layout as module
from specrun.spec.find import Refusal
from specrun.spec.layout import laid_out, same
from specrun.spec.node import Node
from specrun.spec.parse import parse
from specrun.spec.text import read_text


def node(text: str) -> Node:
    found, problems = parse(read_text("f", text.encode(), 1 << 20)[0])
    assert found is not None
    assert problems == ()
    return found


def test_a_file_that_changes_and_one_that_does_not() -> None:
    laid = laid_out("specs/a.yaml", b"name: a\r\nversion: 1\r\n")
    assert (laid.changed, laid.after, laid.before) == (True, "version: 1\nname: a\n", "name: a\nversion: 1\n")
    assert not laid_out("specs/a.yaml", b"version: 1\nname: a\n").changed


@pytest.mark.parametrize(
    "data", [b"\xef\xbb\xbfversion: 1\n", b"version: 1\r\n", b"version: 1", b"version: 1\n\n"]
)
def test_ends_and_marks_are_layout(data: bytes) -> None:
    laid = laid_out("f", data)
    assert (laid.changed, laid.after) == (True, "version: 1\n")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"a: [1\n", "f:1:4: error[E104]: list opened here is never closed"),
        (b"a: 1\na: 2\n", 'f:2:1: error[E105]: key "a" repeats line 1'),
        (b"a: !x 1\n", "f:1:4: error[E111]: tags are not allowed"),
        (b"a: \xff\n", "f:1:4: error[E117]: file is not UTF-8"),
        ("a: \u202e\n".encode(), "f:1:4: error[E118]: invisible character"),
        (b"- a\n", "f:1:1: error[E101]: top level must be a mapping, found a list"),
        (b"a\n", "f:1:1: error[E101]: top level must be a mapping, found text"),
        (b"", "f:1:1: error[E100]: file is empty"),
        (b"version: 2\nname: a\n", "f:1:10: error[E206]: version 2 is newer than this program (max 1)"),
    ],
)
def test_what_is_no_yaml_of_ours_is_told(data: bytes, told: str) -> None:
    laid = laid_out("f", data)
    assert str(laid.problems[0]).startswith(told)
    assert (laid.after, laid.refused, laid.changed) == (None, "", False)


def test_what_is_not_read_is_told() -> None:
    laid = laid_out("f", Refusal("E402", "it is a link", "copy the file"))
    assert [str(one) for one in laid.problems] == ["f:1:1: error[E402]: it is a link; fix: copy the file"]
    assert not laid.changed


def test_a_spec_need_not_be_right_to_be_laid_out() -> None:
    assert laid_out("f", b"tasks: {a: {promt: x}}\nversion: one\n").changed


@pytest.mark.parametrize(
    ("made", "refused"),
    [
        ("version: 1\nname: b # one\n", "its meaning would change"),
        ("version: '1'\nname: a # one\n", "its meaning would change"),
        ("version: [\n", "its meaning would change"),
        ("version: 1\nname: a\n", "a comment would be lost"),
        ("version: 1\nname: a # one\n# one\n", "a comment would be lost"),
    ],
)
def test_a_layout_that_breaks_a_promise_is_refused(
    made: str, refused: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "text_of", lambda _tree: made)
    laid = laid_out("f", b"version: 1\nname: a # one\n")
    assert (laid.refused, laid.after, laid.changed) == (refused, None, False)


def test_a_layout_that_goes_on_changing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    ends = iter(["a: 1\n", "a:  1\n"])
    monkeypatch.setattr(module, "text_of", lambda _tree: next(ends))
    assert laid_out("f", b"a: 1\n").refused == "its layout would not be final"


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("a: 1", "a: '1'", ""),
        ("a: 1", "a: 1.0", ""),
        ("a: 1", "a: true", ""),
        ("a: 012", "a: '012'", ""),
        ("a: 012", "a: 0012", ""),
        ("a: [1]", "a: [1, 2]", ""),
        ("a: [1, 2]", "a: [2, 1]", ""),
        ("a: [1]", "a: {b: 1}", ""),
        ("a: {b: 1}", "a: 1", ""),
        ("a: {b: 1}", "a: {b: 1, c: 2}", ""),
        ("{a: 1, b: 2}", "{b: 2, a: 1}", ""),
        ("{name: a, version: 1}", "{name: a, title: 1}", "file"),
        ("{name: a}", "{name: a, version: 1}", "file"),
        ("vars: {a: 1, b: 2}", "vars: {b: 2, a: 1}", "file"),
        ("tasks: {a: 1, b: 2}", "tasks: {b: 2, a: 1}", "file"),
    ],
)
def test_different_meanings(one: str, other: str, kind: str) -> None:
    assert not same(node(one), node(other), kind)
    assert not same(node(other), node(one), kind)
    assert same(node(one), node(one), kind)


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("a: b", "a: 'b'", ""),
        ("a: ~", "a:", ""),
        ("a: 1.0", "a: 1.00", ""),
        ("a: &x [1]\nb: *x", "a: [1]\nb: [1]", ""),
        ("{name: a, version: 1}", "{version: 1, name: a}", "file"),
        ("tasks: {a: {title: b, prompt: c}}", "tasks: {a: {prompt: c, title: b}}", "file"),
    ],
)
def test_the_same_meaning_written_otherwise(one: str, other: str, kind: str) -> None:
    assert same(node(one), node(other), kind)
