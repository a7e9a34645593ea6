"""Tests references read from files, with those of real git and hostile ones."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from specrun.store import refs

ID = "1234567890" * 4


def test_head_on_a_branch_and_detached(repo: Path, git: Callable[..., str]) -> None:
    dot = repo / ".git"
    commit = git("rev-parse", "HEAD")

    assert refs.read_head(dot, dot) == refs.Head("main", commit)
    git("checkout", "--quiet", "--detach")
    assert refs.read_head(dot, dot) == refs.Head("", commit)


def test_head_of_a_packed_branch(repo: Path, git: Callable[..., str]) -> None:
    git("branch", "other")
    git("pack-refs", "--all")

    assert not (repo / ".git/refs/heads/main").exists()
    assert refs.read_head(repo / ".git", repo / ".git") == refs.Head("main", git("rev-parse", "HEAD"))


def test_head_of_a_new_repository_has_no_commit(tmp_path: Path, git: Callable[..., str]) -> None:
    git("init", "--quiet", "--initial-branch=main", str(tmp_path / "new"), cwd=tmp_path)

    assert refs.read_head(tmp_path / "new/.git", tmp_path / "new/.git") == refs.Head("main", "")


@pytest.mark.parametrize(
    "content",
    ["", "ref: refs/heads/../../x\n", "ref: refs/tags/v1\n", "ref: refs/heads/.invalid\n", "nonsense\n"],
)
def test_an_unusual_head_is_not_read(tmp_path: Path, content: str) -> None:
    (tmp_path / "HEAD").write_text(content)

    seen = refs.read_head(tmp_path, tmp_path)

    assert seen is None or not seen.commit


def test_links_and_pipes_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(f"{ID}\n")
    (tmp_path / "HEAD").symlink_to("secret")
    assert refs.read_head(tmp_path, tmp_path) is None

    (tmp_path / "HEAD").unlink()
    os.mkfifo(tmp_path / "HEAD")
    assert refs.read_head(tmp_path, tmp_path) is None

    (tmp_path / "HEAD").unlink()
    (tmp_path / "HEAD").mkdir()
    assert refs.read_head(tmp_path, tmp_path) is None


def test_resolve_wants_a_plain_object(tmp_path: Path) -> None:
    (tmp_path / "refs/heads").mkdir(parents=True)
    (tmp_path / "refs/heads/a").write_text("ref: refs/heads/b\n")
    (tmp_path / "refs/heads/b").write_text(f"{ID}\n")

    assert refs.resolve(tmp_path, "refs/heads/a") is None
    assert refs.resolve(tmp_path, "refs/heads/b") == ID
    assert refs.resolve(tmp_path, "refs/heads/c") is None


def test_branches_are_loose_packed_and_stashed(repo: Path, git: Callable[..., str]) -> None:
    git("branch", "packed/one")
    git("pack-refs", "--all")
    git("branch", "loose/two")
    (repo / "README.md").write_text("changed\n")
    git("stash")
    (repo / ".git/refs/heads/not a branch").write_text(f"{ID}\n")

    found = refs.branches(repo / ".git")

    assert set(found) == {"refs/heads/main", "refs/heads/packed/one", "refs/heads/loose/two", "refs/stash"}
    assert found["refs/stash"] == git("rev-parse", "stash")


def test_checked_out_sees_all_worktrees(repo: Path, tmp_path: Path, git: Callable[..., str]) -> None:
    git("worktree", "add", "--quiet", "-b", "side", str(tmp_path / "side"))

    assert refs.checked_out(repo / ".git", "refs/heads/main") == repo / ".git"
    assert refs.checked_out(repo / ".git", "refs/heads/side") == repo / ".git/worktrees/side"
    assert refs.checked_out(repo / ".git", "refs/heads/none") is None


def test_references_of_one_kind_in_files_and_packed(repo: Path, git: Callable[..., str]) -> None:
    first = git("rev-parse", "HEAD")
    for name in ("refs/specrun/attempts/a/b/1", "refs/specrun/attempts/a/b/2", "refs/specrunner/x"):
        git("update-ref", name, first)
    git("pack-refs", "--all")
    git("commit", "--quiet", "--allow-empty", "--message=Second")
    second = git("rev-parse", "HEAD")
    git("update-ref", "refs/specrun/attempts/a/b/2", second)
    git("update-ref", "refs/specrun/salvage/a/b/1", second)
    git("symbolic-ref", "refs/specrun/attempts/a/b/1", "refs/heads/main")
    (repo / ".git/refs/specrun/attempts/a/b/3.lock").write_text(f"{ID}\n")

    assert refs.below(repo / ".git", "refs/specrun") == {
        "refs/specrun/attempts/a/b/2": second,
        "refs/specrun/salvage/a/b/1": second,
    }
    assert refs.below(repo / ".git", "refs/none") == {}


def test_a_branch_that_is_being_rebased_is_checked_out(tmp_path: Path) -> None:
    (tmp_path / "HEAD").write_text(f"{ID}\n")
    (tmp_path / "worktrees/side/rebase-apply").mkdir(parents=True)
    (tmp_path / "worktrees/side/rebase-apply/head-name").write_text("refs/heads/main\n")

    assert refs.checked_out(tmp_path, "refs/heads/main") == tmp_path / "worktrees/side"
    assert refs.checked_out(tmp_path, "refs/heads/other") is None
