"""Tests that the files of a commit are listed as they are."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from specrun.errors import EnvironmentProblem
from specrun.store.git import Git
from specrun.store.plumbing import Plumbing
from specrun.store.trees import files

Run = Callable[..., str]


def test_files_have_their_mode_and_blob(repo: Path, git: Run, host: Git, plumbing: Plumbing) -> None:
    (repo / "dir").mkdir()
    (repo / "dir" / "run").write_text("x")
    (repo / "dir" / "run").chmod(0o755)
    (repo / "link").symlink_to("README.md")
    odd = os.fsdecode(b"a\xff\tb\nc")
    (repo / odd).write_text("x")
    git("add", "--all")
    git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},module")
    git("commit", "--quiet", "--message=Files")
    (repo / "later").touch()

    found = files(host, "HEAD")

    assert found == {
        "README.md": f"100644 {git('rev-parse', 'HEAD:README.md')}",
        "dir/run": f"100755 {git('rev-parse', 'HEAD:dir/run')}",
        "link": f"120000 {git('rev-parse', 'HEAD:link')}",
        odd: f"100644 {git('rev-parse', 'HEAD:dir/run')}",
        "module": f"160000 {'1' * 40}",
    }
    assert files(plumbing, git("rev-parse", "HEAD")) == found


def test_an_empty_commit_has_no_files(repo: Path, git: Run, host: Git) -> None:
    git("rm", "--quiet", "README.md")
    git("commit", "--quiet", "--message=Nothing")

    assert files(host, "HEAD") == {}


@pytest.mark.parametrize("commit", ["1" * 40, "--name-only"])
def test_a_commit_that_is_not_here(host: Git, commit: str) -> None:
    with pytest.raises(EnvironmentProblem, match="git ls-tree failed"):
        files(host, commit)


def test_git_is_told_to_fetch_nothing(host: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clone that has left trees behind would get them from its remote as soon as git wants one."""
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\nenv > {tmp_path}/env\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)

    assert files(host, "HEAD") == {}
    assert "GIT_NO_LAZY_FETCH=1" in (tmp_path / "env").read_text().splitlines()
