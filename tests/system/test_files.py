"""Crash-safe writing: all or nothing, once or not at all."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
from pathlib import Path

import pytest

from specrun.system import files


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != "home")


def test_a_written_object_is_read_back(tmp_path: Path) -> None:
    files.write_json(tmp_path / "a.json", {"b": [1, None, "ä"]})
    assert files.read_json(tmp_path / "a.json") == {"b": [1, None, "ä"]}


def test_writing_leaves_no_temporary_file_and_asks_for_the_mode(tmp_path: Path) -> None:
    files.write_text(tmp_path / "private", "x")
    files.write_bytes(tmp_path / "public", b"x", mode=0o644)
    assert names(tmp_path) == ["private", "public"]
    assert (tmp_path / "private").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "public").stat().st_mode & 0o777 == 0o644 & ~_umask()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_a_failing_disk_leaves_the_old_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files.write_text(tmp_path / "a", "old")

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        files.write_text(tmp_path / "a", "new")
    assert (tmp_path / "a").read_text() == "old"
    assert names(tmp_path) == ["a"]


def test_writing_over_a_folder_fails_cleanly(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(IsADirectoryError):
        files.write_text(tmp_path / "a", "x")
    assert names(tmp_path) == ["a"]


def test_creating_succeeds_once(tmp_path: Path) -> None:
    assert files.create_json(tmp_path / "token", {"by": 1})
    assert not files.create_json(tmp_path / "token", {"by": 2})
    assert files.read_json(tmp_path / "token") == {"by": 1}
    assert names(tmp_path) == ["token"]


def _create(path: str) -> bool:
    return files.create_json(path, {"by": os.getpid()})


def test_of_many_creators_one_wins(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        won = pool.map(_create, [str(tmp_path / "token")] * 40)
    assert won.count(True) == 1


def test_only_different_content_is_written(tmp_path: Path) -> None:
    path = tmp_path / "a"
    assert files.replace_if_changed(path, b"x")
    before = path.stat()
    assert not files.replace_if_changed(path, b"x")
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert files.replace_if_changed(path, b"y")
    assert files.same(path, b"y")


@pytest.mark.parametrize(
    ("before", "after"),
    [("", ["new"]), ("a\n", ["a", "new"]), ("a\ntorn", ["a", "new"]), ("torn", ["new"])],
    ids=["an empty file", "a whole file", "a torn last line", "nothing but a torn line"],
)
def test_appending_cuts_off_a_torn_line(tmp_path: Path, before: str, after: list[str]) -> None:
    path = tmp_path / "lines"
    path.write_text(before)
    files.append_line(path, "new")
    assert files.read_lines(path) == after


def test_a_torn_line_longer_than_one_look_back_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    path.write_text("a\n" + "x" * 200_000)
    files.append_line(path, "b")
    assert path.read_text() == "a\nb\n"


def test_a_failed_append_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "lines"
    files.append_line(path, "a")

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        files.append_line(path, "b")
    assert path.read_text() == "a\n"


def test_reading_lines_drops_a_torn_one_and_knows_no_missing_file(tmp_path: Path) -> None:
    (tmp_path / "lines").write_bytes(b"a\nb\xff\ntorn")
    assert files.read_lines(tmp_path / "lines") == ["a", "b\ufffd"]
    assert files.read_lines(tmp_path / "missing") == []


@pytest.mark.parametrize("text", ["", "[1]", "{", "7"])
def test_what_is_no_object_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "a").write_text(text)
    with pytest.raises(ValueError, match=r"object|Expecting"):
        files.read_json(tmp_path / "a")


def test_written_objects_have_sorted_keys(tmp_path: Path) -> None:
    files.write_json(tmp_path / "a", {"b": 1, "a": 2})
    assert list(json.loads((tmp_path / "a").read_text())) == ["a", "b"]


def test_passing_writes_replace_and_append_like_the_durable_ones(tmp_path: Path) -> None:
    path = tmp_path / "note"
    files.write_passing(path, {"a": 1})
    files.append_passing(path, "two")
    assert path.read_text() == '{"a": 1}\ntwo\n'
    assert path.stat().st_mode & 0o777 == 0o600
    files.write_passing(path, {})
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == ["note"]
    assert path.read_bytes() == b"{}\n"


def test_a_passing_write_that_fails_leaves_no_temporary_file(tmp_path: Path) -> None:
    (tmp_path / "folder" / "full").mkdir(parents=True)
    with pytest.raises(OSError, match="irectory"):
        files.write_passing(tmp_path / "folder", {})
    assert not list(tmp_path.glob(".specrun-*"))
