"""What is said of a sound machine, and of the ways in which it may be unsound."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from specrun.store.health import ROOM, health
from tests.loopback import isolating
from tests.rights import ROOT, passed_without_rights


def told(start: Path, home: Path) -> dict[str, tuple[bool, str, str]]:
    found = health(start, {"SPECRUN_HOME": str(home)})
    return {one.name: (one.ok, one.what, one.fix) for one in found}


def test_a_sound_repository_has_nothing_to_mend(repo: Path, tmp_path: Path) -> None:
    found = told(repo, tmp_path / "not" / "there" / "yet")
    assert list(found) == [
        *("git", "repository", "commit", "git dir", "results", "state folder", "free space"),
    ]
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
    small = type(
        "Small", (), {"f_bavail": 1, "f_frsize": 1, "f_blocks": full.f_blocks, "f_bfree": 1, "f_flag": 0}
    )
    monkeypatch.setattr(os, "statvfs", lambda _path: small)
    ok, what, fix = told(repo, tmp_path)["free space"]
    assert not ok
    assert what.startswith("0 MiB")
    assert str(ROOM // 2**20) in fix


def commands(start: Path, home: Path, name: str) -> tuple[str, ...]:
    (found,) = (one for one in health(start, {"SPECRUN_HOME": str(home)}) if one.name == name)
    return found.commands


def test_what_is_wrong_comes_with_what_mends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start = tmp_path / "with blank"
    start.mkdir()
    # Else git would put a file in the place of the device that stands for no settings.
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "settings"))
    (mends,) = commands(start, tmp_path, "git")
    assert mends == f"git init '{start}'"
    subprocess.run(["sh", "-c", mends], check=True, capture_output=True)
    assert commands(start, tmp_path, "commit") == (
        "git config --global user.name 'Your Name'",
        "git config --global user.email you@example.com",
        f"git -C '{start}' add -A",
        f"git -C '{start}' commit --allow-empty -m 'First commit'",
    )
    # Wherever it is pasted: after `specrun -C` the shell stands elsewhere.
    for command in commands(start, tmp_path, "commit"):
        subprocess.run(["sh", "-c", command], cwd="/", check=True, capture_output=True)
    assert told(start, tmp_path)["commit"][0]


def test_who_is_known_to_git_is_not_asked(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    subprocess.run(["git", "-C", str(tmp_path), "config", "user.name", "Ann"], check=True)
    assert commands(tmp_path, tmp_path, "commit")[0].startswith("git config --global user.email")


def test_a_state_folder_that_cannot_be_used_comes_with_another(repo: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    found = {one.name: one for one in health(repo, {"SPECRUN_HOME": str(tmp_path / "file" / "below")})}
    assert found["state folder"].commands == ('export SPECRUN_HOME="$HOME/.specrun"',)


def test_without_git_it_is_said_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "apk").write_text("#!/bin/sh\n")
    (tmp_path / "apk").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    (found,) = health(tmp_path, {"PATH": str(tmp_path)})
    assert found.commands[0].endswith("apk add git")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a folder to somebody else")
def test_a_folder_of_somebody_else_comes_with_what_makes_git_trust_it(repo: Path, tmp_path: Path) -> None:
    for path in (repo, repo / ".git"):
        os.chown(path, 65534, 65534)
    mends = f"git config --global --add safe.directory {repo}"
    assert commands(repo, tmp_path, "git") == (mends,)
    (repo / "below").mkdir()
    assert commands(repo / "below", tmp_path, "git") == (mends,)
    assert told(repo / "below", tmp_path)["git"][2] == f"if you trust it, run `{mends}`"


def bad(start: Path, home: Path) -> dict[str, str]:
    return {name: what for name, (ok, what, _) in told(start, home).items() if not ok}


def test_folders_that_are_closed_are_named(
    repo: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if passed_without_rights(request, tmp_path):
        return
    (repo / ".git" / "specrun").mkdir(mode=0o500)
    (repo / "results").mkdir(mode=0o500)
    (tmp_path / "closed").mkdir(mode=0)
    assert bad(repo, tmp_path / "closed" / "deep" / "state") == {
        "git dir": f"{repo}/.git/specrun cannot be written to",
        "results": f"{repo}/results cannot be written to",
        "state folder": f"{tmp_path}/closed cannot be written to",
    }


def test_a_file_where_results_belong_is_named(repo: Path, tmp_path: Path) -> None:
    (repo / "results").touch(mode=0o755)
    assert bad(repo, tmp_path) == {"results": f"{repo}/results is no folder"}


def test_folders_on_a_disk_that_is_read_only_are_named(repo: Path, tmp_path: Path) -> None:
    if not isolating():
        pytest.skip("mount namespaces cannot be made here")
    script = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && cd "$2" && shift 2 && exec "$@"'

    def closed(folder: Path) -> dict[str, str]:
        inside = ["sh", "-euc", script, "sh", str(folder), str(repo), sys.executable, "-m", "specrun"]
        env = {**os.environ, "PYTHONPATH": str(ROOT), "SPECRUN_HOME": str(tmp_path / "state")}
        done = subprocess.run(
            [*isolating(), *inside, "doctor", "--json"], env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 9, done.stderr
        found = json.loads(done.stdout)["findings"]
        return {one["name"]: one["what"] for one in found if one["state"] == "bad"}

    why = "cannot be written to: read-only file system"
    assert closed(repo / ".git") == {"git dir": f"{repo}/.git {why}"}
    assert closed(repo) == {"git dir": f"{repo}/.git {why}", "results": f"{repo} {why}"}
    assert closed(tmp_path)["state folder"] == f"{tmp_path} {why}"
