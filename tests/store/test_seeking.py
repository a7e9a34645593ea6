"""Tests where the commit of an upstream is looked for: here, in remotes, in the code base."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from specrun.core.task import TaskId
from specrun.core.world import CarriedFile
from specrun.store import seeking
from specrun.store.git import Git
from specrun.store.plumbing import Plumbing
from specrun.system import processes
from tests.poll import until

Run = Callable[..., str]
API = TaskId("auth/api")


def seek(
    plumbing: Plumbing, task_id: TaskId, commit: str, carried: tuple[CarriedFile, ...] | None, base: str
) -> str:
    """Seek as an apply does first, with all remotes still to be asked."""
    return seeking.seek(plumbing, task_id, commit, carried, base, set())


@pytest.fixture
def theirs(tmp_path: Path, repo: Path, git: Run) -> Path:
    """The clone of a colleague, in which the task has left a commit on its branch."""
    path = tmp_path / "theirs"
    git("clone", "--quiet", str(repo), str(path))
    git("checkout", "--quiet", "-b", "specrun/auth/api", cwd=path)
    (path / "new").write_text("x")
    (path / "README.md").unlink()
    git("add", "--all", cwd=path)
    git("commit", "--quiet", "--message=Work", cwd=path)
    return path


@pytest.fixture
def commit(theirs: Path, git: Run) -> str:
    return git("rev-parse", "HEAD", cwd=theirs)


@pytest.fixture
def carried(theirs: Path, git: Run) -> tuple[CarriedFile, ...]:
    blob = git("rev-parse", "HEAD:new", cwd=theirs)
    return (CarriedFile("README.md", "000000", "0" * 40), CarriedFile("new", "100644", blob))


def refs(git: Run) -> str:
    return git("for-each-ref")


def test_what_is_here_is_not_looked_for(plumbing: Plumbing, git: Run) -> None:
    git("remote", "add", "origin", "/nonexistent")
    head = git("rev-parse", "HEAD")
    assert seek(plumbing, API, head, (), head) == head
    git("gc", "--quiet")
    assert seek(plumbing, API, head, (), "none") == head


def test_a_remote_that_has_the_branch_gives_it_and_no_reference_moves(
    plumbing: Plumbing, git: Run, theirs: Path, commit: str, repo: Path
) -> None:
    git("remote", "add", "broken", "/nonexistent")
    git("remote", "add", "origin", str(theirs))
    git("config", "protocol.version", "0")  # in which servers give nothing but what a reference names
    git("commit", "--quiet", "--allow-empty", "--message=More", cwd=theirs)
    before = refs(git)

    assert seek(plumbing, API, commit, None, "") == commit

    assert git("cat-file", "-t", f"{commit}^{{tree}}") == "tree"
    assert refs(git) == before
    assert not (repo / ".git" / "FETCH_HEAD").exists()


def test_a_commit_that_is_on_no_branch_any_more_is_asked_for_by_name(
    plumbing: Plumbing, git: Run, theirs: Path, commit: str
) -> None:
    git("config", "uploadpack.allowAnySHA1InWant", "true", cwd=theirs)
    git("checkout", "--quiet", "--detach", cwd=theirs)
    git("branch", "--quiet", "--force", "specrun/auth/api", "HEAD~1", cwd=theirs)
    git("remote", "add", "origin", str(theirs))

    assert seek(plumbing, API, commit, None, "") == commit


def test_a_squash_merge_stands_for_what_it_contains(
    plumbing: Plumbing, git: Run, repo: Path, commit: str, carried: tuple[CarriedFile, ...]
) -> None:
    head = git("rev-parse", "HEAD")
    assert seek(plumbing, API, commit, carried, head) == ""
    (repo / "new").write_text("x")
    git("add", "--all")
    git("commit", "--quiet", "--message=Half of it")
    assert seek(plumbing, API, commit, carried, git("rev-parse", "HEAD")) == ""
    git("rm", "--quiet", "README.md")
    git("commit", "--quiet", "--message=All of it")
    base = git("rev-parse", "HEAD")

    assert seek(plumbing, API, commit, carried, base) == base
    assert seek(plumbing, API, commit, (), base) == base
    assert seek(plumbing, API, commit, None, base) == ""
    other = CarriedFile("new", "100755", carried[1].blob)
    assert seek(plumbing, API, commit, (other,), base) == ""


def test_what_is_no_commit_is_never_asked_for(plumbing: Plumbing, git: Run, theirs: Path) -> None:
    git("remote", "add", "origin", str(theirs))
    for word in ("--upload-pack=touch here", "HEAD", "", f"x\n{git('rev-parse', 'HEAD')}"):
        assert seek(plumbing, API, word, None, "") == ""
    blob = git("hash-object", "-w", "--stdin", cwd=theirs)
    assert seek(plumbing, API, blob, None, "") == ""


def test_a_remote_that_says_nothing_is_left_with_all_its_helpers(
    plumbing: Plumbing, host: Git, git: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell = tmp_path / "ssh"
    shell.write_text(f'#!/bin/sh\necho "$$ $*" >> {tmp_path}/asked\nexec sleep 60\n')
    shell.chmod(0o700)
    git("config", "core.sshCommand", str(shell))
    git("config", "ssh.variant", "ssh")
    git("remote", "add", "origin", "ssh://nowhere.invalid/x")
    monkeypatch.setattr(seeking, "PATIENCE", 2.0)
    began = time.monotonic()

    silent: set[str] = set()
    for digit in "cd":
        assert seeking.seek(plumbing, API, digit * 40, None, "", silent) == ""

    assert silent == {"origin"}
    assert time.monotonic() - began < 10
    (line,) = (tmp_path / "asked").read_text().splitlines()
    pid, *words = line.split()
    assert "BatchMode=yes" in words
    until(lambda: processes.identify(int(pid)) is None)
    assert host.objects.exists()
