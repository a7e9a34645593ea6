"""What is said of a sound machine, and of the ways in which it may be unsound."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from specrun.store.health import ROOM, health


def told(start: Path, home: Path) -> dict[str, tuple[bool, str, str]]:
    found = health(start, {"SPECRUN_HOME": str(home)})
    return {one.name: (one.ok, one.what, one.fix) for one in found}


def test_a_sound_repository_has_nothing_to_mend(repo: Path, tmp_path: Path) -> None:
    found = told(repo, tmp_path / "not" / "there" / "yet")
    assert list(found) == ["git", "repository", "commit", "state folder", "free space"]
    assert all(ok and not fix for ok, _, fix in found.values())
    assert not (tmp_path / "not").exists()


def test_no_repository_and_no_commit_are_said(tmp_path: Path) -> None:
    assert told(tmp_path, tmp_path)["git"][0] is False
    subprocess.run(["git", "init", "-q", str(tmp_path / "empty")], check=True)
    found = told(tmp_path / "empty", tmp_path)
    assert found["git"][0]
    assert found["commit"][0] is False
    assert "commit" in found["commit"][1]


def test_a_relative_state_folder_is_refused(repo: Path) -> None:
    assert told(repo, Path("relative"))["state folder"][0] is False


def test_too_little_room_is_said(repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = os.statvfs(tmp_path)
    small = type("Small", (), {"f_bavail": 1, "f_frsize": 1, "f_blocks": full.f_blocks, "f_bfree": 1})
    monkeypatch.setattr(os, "statvfs", lambda _path: small)
    ok, what, fix = told(repo, tmp_path)["free space"]
    assert not ok
    assert what.startswith("0 MiB")
    assert str(ROOM // 2**20) in fix
