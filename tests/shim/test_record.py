"""Token, result and last words."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from specrun.shim import record
from specrun.system import processes


def test_the_token_names_this_process_and_is_taken_once(tmp_path: Path) -> None:
    assert record.take_token(str(tmp_path), 1.5, "key")
    token = json.loads((tmp_path / "start.json").read_text())
    assert processes.Identity(token["pid"], token["start_ticks"], token["boot_id"]) == processes.identify(
        os.getpid()
    )
    assert (token["format"], token["started_at"]) == (1, 1.5)
    assert token["seal"] == hashlib.sha256(b"key").hexdigest()
    assert not record.take_token(str(tmp_path), 2.5, "other")
    assert json.loads((tmp_path / "start.json").read_text()) == token


def test_keys_are_long_and_differ() -> None:
    keys = {record.new_key() for _ in range(3)}
    assert [len(key) for key in keys] == [32, 32, 32]


def test_the_result_is_written_and_announced_as_often_as_needed(tmp_path: Path) -> None:
    done = tmp_path / "done"
    for code in (1, 2):
        record.write_result(str(tmp_path), {"exit_code": code}, str(done))
        assert json.loads((tmp_path / "exit.json").read_text()) == {"format": 1, "exit_code": code}
        assert done.exists()


def test_a_missing_folder_of_announcements_loses_no_result(tmp_path: Path) -> None:
    record.write_result(str(tmp_path), {"exit_code": 0}, str(tmp_path / "missing" / "done"))
    assert (tmp_path / "exit.json").exists()


def test_without_links_a_small_file_announces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_source: str, _target: str) -> None:
        raise PermissionError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    record.write_result(str(tmp_path), {"exit_code": 0}, str(tmp_path / "done"))
    assert (tmp_path / "done").exists()


def test_what_the_disk_refuses_is_repeated(tmp_path: Path) -> None:
    tries = []

    def action() -> None:
        tries.append(1)
        if len(tries) < 3:
            raise OSError(28, "No space left on device")

    record.insist(action, str(tmp_path))
    assert len(tries) == 3


def test_a_directory_that_is_gone_ends_the_waiting(tmp_path: Path) -> None:
    def action() -> None:
        raise OSError(2, "No such file or directory")

    with pytest.raises(OSError, match="No such file"):
        record.insist(action, str(tmp_path / "missing"))


def test_last_words_tell_the_error(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    try:
        int("what happened")
    except ValueError:
        record.last_words(str(tmp_path))
        record.last_words(str(tmp_path / "missing"))
    assert "what happened" in (tmp_path / "shim.log").read_text()
    assert "what happened" in capfd.readouterr().err
