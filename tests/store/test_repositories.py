"""Tests a whole life of a workspace in every kind of repository."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from specrun.core.task import TaskId
from specrun.store.git import discover
from specrun.store.layout import Layout
from specrun.store.workspaces import GitWorkspaces
from tests.store.living import Place

Run = Callable[..., str]
API = TaskId("auth/api")


def life(root: Path, git: Run) -> str:
    """Live from prepare to remove in a repository: a commit, an uncommitted file, checks, a branch."""
    layout = Layout.of(root, os.environ)
    layout.create()
    place = Place(GitWorkspaces(discover(root), layout), layout, API)
    base = place.prepare()
    (place.path / "committed").write_text("1")
    git("add", "committed", cwd=place.path)
    git("commit", "--quiet", "--message=One", cwd=place.path)
    (place.path / "loose").write_text("2")
    assert git("log", "--format=%s", cwd=place.path).split("\n")[0] == "One"
    commit = place.collect(base)
    checked = place.workspaces.check_out(place.key, commit, {"loose": base})
    assert (checked / "committed").read_text() == "1"
    assert not (checked / "loose").exists()
    assert git("status", "--porcelain", cwd=checked) == ""
    assert git("log", "--format=%P", cwd=checked).split("\n")[0] == commit
    place.workspaces.sweep_up(place.key)
    place.workspaces.publish(API, commit)
    place.remove()
    assert git("diff", "--name-only", base, "specrun/auth/api", cwd=root).split() == ["committed", "loose"]
    return commit


def test_in_a_linked_worktree(repo: Path, tmp_path: Path, git: Run) -> None:
    git("worktree", "add", "--quiet", "-b", "side", str(tmp_path / "side"))

    commit = life(tmp_path / "side", git)

    assert git("rev-parse", "specrun/auth/api") == commit


def test_in_a_shallow_clone(repo: Path, tmp_path: Path, git: Run) -> None:
    for number in range(3):
        git("commit", "--quiet", "--allow-empty", f"--message={number}")
    git("clone", "--quiet", "--depth=1", f"file://{repo}", str(tmp_path / "shallow"), cwd=tmp_path)

    commit = life(tmp_path / "shallow", git)

    assert git("rev-list", "--count", commit, cwd=tmp_path / "shallow") == "3"


def test_with_a_submodule(repo: Path, tmp_path: Path, git: Run) -> None:
    git("init", "--quiet", str(tmp_path / "other"), cwd=tmp_path)
    git("commit", "--quiet", "--allow-empty", "--message=Other", cwd=tmp_path / "other")
    git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(tmp_path / "other"), "sub")
    git("commit", "--quiet", "--message=Submodule")

    commit = life(repo, git)

    assert git("ls-tree", commit, "sub") == git("ls-tree", "main", "sub")


def test_inside_a_submodule(repo: Path, tmp_path: Path, git: Run) -> None:
    git("init", "--quiet", str(tmp_path / "outer"), cwd=tmp_path)
    add = ("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(repo), "sub")
    git(*add, cwd=tmp_path / "outer")

    life(tmp_path / "outer/sub", git)


def test_with_autocrlf(repo: Path, git: Run) -> None:
    git("config", "core.autocrlf", "true")

    life(repo, git)


def test_with_sha256(tmp_path: Path, git: Run) -> None:
    root = tmp_path / "other"
    git("init", "--quiet", "--object-format=sha256", str(root), cwd=tmp_path)
    (root / "file").write_text("x")
    git("add", "file", cwd=root)
    git("commit", "--quiet", "--message=Begin", cwd=root)

    assert len(life(root, git)) == 64
