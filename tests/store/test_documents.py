"""Tests JSON files of state and what is said of broken ones."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from specrun.errors import EnvironmentProblem
from specrun.store.documents import Document, contents, dump, parse, writing


@pytest.fixture
def document(tmp_path: Path) -> Callable[[str], Document]:
    """Answer a document with this content."""

    def make(content: str) -> Document:
        (tmp_path / "x.json").write_text(content)
        return Document(tmp_path / "x.json", "mend it")

    return make


@pytest.mark.parametrize(
    "raw",
    [b'{"a": NaN}', b"[1e999]", b"-Infinity", b"[" * 100_000, b'"\xff"', b"", b"{", b"1" * 5000],
    ids=["nan", "overflow", "infinity", "deep", "not utf-8", "empty", "cut", "digits"],
)
def test_parse_refuses(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(raw)


def test_dump_is_canonical_and_keeps_undecodable_names() -> None:
    value: dict[str, object] = {"ü": [1, 2.5, None], "a": "b\udcff"}

    assert dump({"b": {}, "a": "ü"}) == '{\n  "a": "ü",\n  "b": {}\n}\n'.encode()
    assert json.loads(dump({"a": "b\udcff"})) == {"a": "b\udcff"}
    assert parse(dump({"ü": [1, 2.5, None], "a": "b\udcff"})) == value


def test_values_of_every_kind(document: Callable[[str], Document]) -> None:
    read = document('{"t": "x", "n": 1.5, "w": 2, "m": {"k": 1}, "f": true, "z": null, "l": ["a"]}')

    assert (read.text("t"), read.text_or_none("z"), read.text_or_none("t")) == ("x", None, "x")
    assert (read.number("n"), read.number("w"), read.number_or_none("z")) == (1.5, 2.0, None)
    assert (read.whole("w"), read.whole_or_none("w"), read.whole_or_none("z")) == (2, 2, None)
    assert (read.mapping("m"), read.flag("f"), read.flag("none")) == ({"k": 1}, True, False)
    assert (read.texts("l"), read.texts_or_none("l"), read.texts_or_none("z")) == (("a",), ("a",), None)


def test_values_within_values(document: Callable[[str], Document]) -> None:
    read = document('{"w": {"a": "b"}, "p": [{"n": 1}, {"n": 2}], "z": null}')

    assert (read.words_or_none("w"), read.words_or_none("z")) == ({"a": "b"}, None)
    assert (read.part("w").text("a"), read.part_or_none("z")) == ("b", None)
    assert [one.whole("n") for one in read.parts("p")] == [1, 2]
    assert (read.parts_or_none("z"), len(read.parts_or_none("p") or ())) == (None, 2)


WRONG = '{"x": true, "w": {"a": 1}, "l": [{"b": 1}, 2], "p": [{"b": ""}, {}], "q": {"w": {"a": 1}}}'


@pytest.mark.parametrize(
    ("look", "said"),
    [
        (lambda read: read.text("x"), "x is true where a string is expected"),
        (lambda read: read.number("x"), "x is true where a number is expected"),
        (lambda read: read.whole("x"), "x is true where an integer is expected"),
        (lambda read: read.mapping("x"), "x is true where an object is expected"),
        (lambda read: read.number_or_none("x"), "x is true where a number is expected"),
        (lambda read: read.texts_or_none("x"), "x is true where a list of strings is expected"),
        (lambda read: read.words_or_none("w"), 'w is {"a": 1} where an object of strings is expected'),
        (lambda read: read.flag("w"), 'w is {"a": 1} where a boolean is expected'),
        (lambda read: read.part("x"), "x is true where an object is expected"),
        (lambda read: read.part("w").text("a"), "w.a is 1 where a string is expected"),
        (lambda read: read.parts("none"), "none is null where a list of objects is expected"),
        (lambda read: read.parts("l"), 'l is [{"b": 1}, 2] where a list of objects is expected'),
        (lambda read: read.parts("p")[1].text("b"), "p.1.b is null where a string is expected"),
        (lambda read: read.part("q").part("w").flag("a"), "q.w.a is 1 where a boolean is expected"),
    ],
)
def test_a_wrong_value_is_named(
    document: Callable[[str], Document], tmp_path: Path, look: Callable[[Document], object], said: str
) -> None:
    with pytest.raises(EnvironmentProblem) as caught:
        look(document(WRONG))

    assert str(caught.value) == f"{tmp_path}/x.json: {said}; fix: mend it"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"a"', "x.json is not whole: Expecting ':' delimiter"),
        ("[]", "x.json is not whole: an object is expected"),
        ('{"format": 2}', "x.json has format 2; this specrun knows 1; fix: use the specrun that wrote it"),
    ],
)
def test_a_broken_file_is_named(document: Callable[[str], Document], content: str, said: str) -> None:
    with pytest.raises(EnvironmentProblem, match=said):
        document(content)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match=r"cannot read .*/none: No such file"):
        Document(tmp_path / "none", "mend it")


@pytest.mark.parametrize("kind", ["a pipe", "a folder", "a link", "endless"])
def test_nobody_waits_for_what_is_no_file(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "x.json"
    if kind == "a pipe":
        os.mkfifo(path)
    elif kind == "a folder":
        path.mkdir()
    elif kind == "a link":
        (tmp_path / "whole.json").write_text("{}")
        path.symlink_to("whole.json")
    else:
        with path.open("wb") as file:
            file.truncate(1 << 40)

    with pytest.raises(EnvironmentProblem, match=r"cannot read .*x\.json: .*; fix: mend it"):
        Document(path, "mend it")


def test_a_file_is_read_to_its_end_and_named_by_its_digest(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('{"a": 1}')

    assert contents(path, 8) == b'{"a": 1}'
    assert Document(path, "").digest == hashlib.sha256(b'{"a": 1}').hexdigest()
    with pytest.raises(OSError, match="more than 7 bytes"):
        contents(path, 7)


def test_writing_names_the_place() -> None:
    with pytest.raises(EnvironmentProblem) as caught, writing(Path("place"), "free some space"):
        raise OSError(28, "No space left on device")

    assert str(caught.value) == "cannot write place: No space left on device; fix: free some space"
