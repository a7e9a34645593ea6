"""Tests that a change by somebody else is seen, and nothing else is taken for one."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.store import seal as module
from specrun.store.documents import dump, parse
from specrun.store.record_json import from_bytes, to_json
from specrun.store.seal import intact, sealed
from tests.store.test_record_json import RUN

DOCUMENT: dict[str, Any] = {
    "accepted": None,
    "output": {"digest": "d" * 64, "text": '\n  "digest": "x",\n', "n": 1.5},
    "path": "a\udcff",
    "task": "a/b",
}
RAW = dump(sealed(DOCUMENT))


def test_the_digest_is_that_of_the_file_without_its_line() -> None:
    kept = [line for line in RAW.split(b"\n") if not line.startswith(b'  "digest": ')]

    assert sealed(DOCUMENT)["digest"] == hashlib.sha256(b"\n".join(kept)).hexdigest()
    assert sealed(sealed(DOCUMENT)) == sealed(DOCUMENT)


@pytest.mark.parametrize("raw", [RAW, RAW.replace(b"\n", b"\r\n")], ids=["as written", "as checked out"])
def test_a_file_as_it_was_is_not_written_anew_to_be_compared(
    monkeypatch: pytest.MonkeyPatch, raw: bytes
) -> None:
    document: Any = parse(raw)
    monkeypatch.setattr(module, "dump", pytest.fail)

    assert intact(raw, document)


@pytest.mark.parametrize(
    "raw",
    [
        json.dumps(dict(reversed(sealed(DOCUMENT).items()))).encode(),
        json.dumps(sealed(DOCUMENT), indent=4).encode(),
        dump(DOCUMENT),
    ],
    ids=["order", "layout", "none at all"],
)
def test_what_means_the_same_is_intact(raw: bytes) -> None:
    document: Any = parse(raw)

    assert intact(raw, document)


@pytest.mark.parametrize(
    "change",
    [
        {"task": "a/c"},
        {"output": {**DOCUMENT["output"], "digest": "e" * 64}},
        {"new": 1},
        {"digest": "0" * 64},
        {"digest": ""},
        {"digest": None},
        {"digest": 1},
    ],
    ids=["a value", "one inside", "a key", "another digest", "an empty one", "none", "no word"],
)
def test_what_means_something_else_is_not(change: dict[str, Any]) -> None:
    document = {**sealed(DOCUMENT), **change}

    assert not intact(dump(document), document)


def test_a_key_that_is_taken_away_is_missed() -> None:
    document = sealed(DOCUMENT)
    del document["accepted"]

    assert not intact(dump(document), document)


def test_what_is_nested_too_deeply_is_said() -> None:
    deep: Any = []
    for _ in range(5000):
        deep = [deep]

    with pytest.raises(ValueError, match="nested too deeply"):
        intact(b"", {"digest": "", "output": deep})


LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)


@given(st.dictionaries(st.text(), VALUES))
def test_whatever_is_sealed_is_intact_when_it_is_read(values: dict[str, Any]) -> None:
    raw = dump(sealed({"a": 1, **values, "z": 1}))
    document: Any = parse(raw)

    assert intact(raw, document)


def test_a_change_by_hand_is_seen_until_specrun_writes_the_record_again() -> None:
    raw = dump(to_json(RUN))
    assert raw.count(b"it broke") == 1

    edited = from_bytes(raw.replace(b"it broke", b"it holds"))

    assert edited == replace(RUN, summary="it holds", edited=True)
    assert from_bytes(dump(to_json(edited))) == replace(RUN, summary="it holds")


def test_a_key_that_is_not_known_here_is_kept_watch_of_too() -> None:
    document: Any = {**to_json(RUN), "x": 1}

    assert from_bytes(dump(document)) == replace(RUN, edited=True)
