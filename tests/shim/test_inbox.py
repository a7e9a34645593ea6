"""What a program leaves is taken only if it is a small regular file that means something."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from specrun.shim import inbox


@pytest.fixture
def box(tmp_path: Path) -> Path:
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


def taken(box: Path, *secrets: str) -> tuple[str, bytes | None]:
    wrong = inbox.take_output(str(box.parent), secrets)
    copy = box.parent / "output.json"
    return wrong, copy.read_bytes() if copy.exists() else None


def test_nothing_left_is_nothing_wrong(box: Path) -> None:
    assert taken(box) == ("", None)
    assert inbox.take_verdict(str(box.parent), ()) == ""


@pytest.mark.parametrize("text", ['{"a": 1.10}\n', "7", "null", '"x"', '"' + "x" * 65_534 + '"'])
def test_json_is_copied_as_it_is(box: Path, text: str) -> None:
    (box / "output").write_text(text)
    assert taken(box) == ("", text.encode())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "is not JSON: Expecting value at line 1 column 1"),
        (b"{'a': 1}", "is not JSON"),
        (b'"\xff"', "is not UTF-8 text (byte 1)"),
        (b'{"a": NaN}', "NaN is no JSON number"),
        (b"[" * 60_000, "is not JSON"),
        (b'"\\ud800"', "is not JSON that can be kept"),
        (b'"' + b"x" * 65_535 + b'"', "has 65537 bytes; at most 65536 are taken"),
    ],
    ids=["empty", "quotes", "bytes", "no number", "depth", "half a character", "size"],
)
def test_what_is_not_json_is_told(box: Path, text: bytes, words: str) -> None:
    (box / "output").write_bytes(text)
    wrong, copy = taken(box)
    assert words in wrong
    assert copy is None


def test_a_huge_sparse_file_is_not_read(box: Path) -> None:
    with (box / "output").open("wb") as file:
        file.truncate(1 << 30)
    assert taken(box) == (f"SPECRUN_OUTPUT has {1 << 30} bytes; at most 65536 are taken", None)


@pytest.mark.parametrize("kind", ["fifo", "link", "folder", "socket file", "dangling link"])
def test_only_regular_files_are_taken(box: Path, kind: str) -> None:
    path = box / "output"
    (box.parent / "secret").write_text("{}")
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "link":
        path.symlink_to(box.parent / "secret")
    elif kind == "dangling link":
        path.symlink_to(box.parent / "missing")
    else:
        os.mknod(path, 0o600 | 0o140000)
    assert taken(box) == ("SPECRUN_OUTPUT is not a regular file that can be read", None)


def test_an_inbox_that_leads_elsewhere_is_not_followed(box: Path) -> None:
    elsewhere = box.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "output").write_text("{}")
    box.rmdir()
    box.symlink_to(elsewhere)
    assert taken(box) == ("the folder of SPECRUN_OUTPUT was removed or replaced", None)


def test_secrets_are_taken_out(box: Path) -> None:
    (box / "output").write_text(json.dumps({"key": "is sw0rd\nfish", "sw0rd\nfish": 1}))
    wrong, copy = taken(box, "sw0rd\nfish")
    assert wrong == ""
    assert json.loads(copy or b"") == {"key": "is ***", "***": 1}


def test_escapes_do_not_hide_a_secret(box: Path) -> None:
    (box / "output").write_text(r'{"key": "s\u00770rdfish"}')
    assert json.loads(taken(box, "sw0rdfish")[1] or b"") == {"key": "***"}


def test_a_secret_number_is_refused(box: Path) -> None:
    (box / "output").write_text('{"pin": 123456}')
    wrong, copy = taken(box, "123456")
    assert "holds a secret value" in wrong
    assert copy is None


def test_a_verdict_is_a_little_text(box: Path) -> None:
    (box / "verdict").write_text("pass sw0rdfish\n")
    assert inbox.take_verdict(str(box.parent), ("sw0rdfish",)) == ""
    assert (box.parent / "verdict").read_text() == "pass ***\n"
    (box / "verdict").write_text("x" * 4097)
    assert "at most 4096" in inbox.take_verdict(str(box.parent), ())


def test_planted_copies_give_way(box: Path) -> None:
    (box.parent / "output.json").mkdir()
    (box.parent / "output.json" / "full").touch()
    os.mkfifo(box.parent / "verdict")
    inbox.clear(str(box.parent))
    inbox.clear(str(box.parent))
    assert not {"output.json", "verdict"} & {path.name for path in box.parent.iterdir()}
    (box / "output").write_text("1")
    assert taken(box) == ("", b"1")
