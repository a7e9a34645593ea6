"""Tests the one caller of git against real repositories."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from specrun.errors import EnvironmentProblem
from specrun.store import git as module
from specrun.store.git import Git, discover, run_git

Run = Callable[..., str]


def program(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def test_discover_from_a_folder_below(repo: Path) -> None:
    (repo / "a" / "b").mkdir(parents=True)

    found = discover(repo / "a" / "b")

    assert found == Git(root=repo, git_dir=repo / ".git", common_dir=repo / ".git")
    assert found.objects == repo / ".git/objects"


def test_discover_in_a_linked_worktree(repo: Path, tmp_path: Path, git: Run) -> None:
    git("worktree", "add", "--quiet", "-b", "side", str(tmp_path / "side"))

    found = discover(tmp_path / "side")

    assert found.root == tmp_path / "side"
    assert found.git_dir == repo / ".git/worktrees/side"
    assert found.common_dir == repo / ".git"
    assert found.head() == ("side", git("rev-parse", "HEAD"))


def test_the_surroundings_of_a_hook_do_not_lead_elsewhere(
    repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere")

    assert discover(repo).dirty() == ()


def test_no_repository(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match="not inside a git repository; fix: run `git init`"):
        discover(tmp_path)


def test_no_such_folder(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match="there is no folder"):
        discover(tmp_path / "missing")


def test_a_bare_repository_and_the_inside_of_one(tmp_path: Path, repo: Path, git: Run) -> None:
    git("init", "--quiet", "--bare", str(tmp_path / "bare"), cwd=tmp_path)

    for place in (tmp_path / "bare", repo / ".git"):
        with pytest.raises(EnvironmentProblem, match="has no working tree"):
            discover(place)


def test_what_git_says_of_a_broken_repository_is_passed_on(repo: Path) -> None:
    (repo / ".git/config").write_text("[core\n")

    with pytest.raises(EnvironmentProblem, match="git rev-parse failed: fatal: bad config line 1"):
        discover(repo)


def test_a_path_with_a_line_break_is_refused(tmp_path: Path, git: Run) -> None:
    odd = tmp_path / "a\nb"
    odd.mkdir()
    git("init", "--quiet", cwd=odd)

    with pytest.raises(EnvironmentProblem, match="contains a line break"):
        discover(odd)


def test_no_git(repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(EnvironmentProblem, match=r"git is not installed; fix: install git 2.38"):
        discover(repo)


def test_git_that_cannot_be_started(repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "bin", "git", "")
    (tmp_path / "bin" / "git").write_bytes(b"\x7fELF")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))

    with pytest.raises(EnvironmentProblem, match="git cannot be started: Exec format error"):
        discover(repo)


def test_git_that_is_too_old(repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "bin", "git", "echo git version 2.30.2")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")

    with pytest.raises(EnvironmentProblem, match=r"git version 2.30.2 is too old; fix: install git 2.38"):
        discover(repo)


def test_git_that_hangs_is_given_up(repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "bin", "git", "exec sleep 100")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")

    with pytest.raises(EnvironmentProblem, match="git status did not end within 0 s"):
        run_git(["status"], repo, seconds=0.05)


def test_errors_are_one_safe_line(repo: Path) -> None:
    with pytest.raises(EnvironmentProblem) as caught:
        run_git(["rev-parse", "--verify", "no\x1b[31m\nsuch"], repo)

    assert str(caught.value) == "git rev-parse failed: fatal: Needed a single revision"


def test_silence_is_an_error_too(repo: Path) -> None:
    with pytest.raises(EnvironmentProblem, match="git diff failed: exit code 1"):
        run_git(["diff", "--quiet", "--no-index", "README.md", "/dev/null"], repo)


def test_head_of_a_repository_without_a_commit(tmp_path: Path, git: Run) -> None:
    git("init", "--quiet", cwd=tmp_path)

    with pytest.raises(EnvironmentProblem, match="no commit yet; fix: make one first: git add -A"):
        discover(tmp_path).head()


def test_head_that_is_not_in_plain_files_is_asked_for(repo: Path, git: Run) -> None:
    git("symbolic-ref", "refs/heads/alias", "refs/heads/main")
    (repo / ".git/HEAD").write_text("ref: refs/heads/alias\n")

    assert discover(repo).head() == ("main", git("rev-parse", "HEAD"))


def test_head_starts_no_process(host: Git, git: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = git("rev-parse", "HEAD")
    monkeypatch.setattr(module, "run_git", pytest.fail)

    assert host.head() == ("main", commit)


def test_dirty_lists_every_kind_of_change(repo: Path, host: Git, git: Run) -> None:
    assert host.dirty() == ()

    (repo / "README.md").write_text("changed\n")
    (repo / "staged").write_text("x")
    git("add", "staged")
    (repo / "new").mkdir()
    (repo / "new" / "a b").write_text("x")

    assert host.dirty() == ("README.md", "new/", "staged")
    assert host.uncommitted(["new/a b", "README.md", "new", "none"]) == ("README.md", "new/a b")


def test_no_hook_and_no_monitor_of_the_host_runs(repo: Path, host: Git, tmp_path: Path, git: Run) -> None:
    trap = tmp_path / "sprung"
    program(tmp_path / "traps", "monitor", f"touch {trap}")
    program(repo / ".git/hooks", "reference-transaction", f"touch {trap}")
    git("config", "core.fsmonitor", str(tmp_path / "traps/monitor"))

    host.dirty()
    host.set_ref("refs/heads/other", host.head()[1], "test")

    assert not trap.exists()


@pytest.mark.parametrize("kind", ["clean", "process"])
def test_no_filter_runs_for_a_look(
    repo: Path, host: Git, tmp_path: Path, git: Run, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """A branch under review may choose among the filters that a machine has."""
    (repo / "same").write_text("one\n")
    (repo / "touched").write_text("one\n")
    (repo / "changed").write_text("one\n")
    git("add", "--all")
    git("commit", "--quiet", "--message=Files")
    trap = tmp_path / "sprung"
    program(tmp_path / "traps", "filter", f"touch {trap}; cat")
    git("config", f"filter.a=b.c.{kind}", str(tmp_path / "traps/filter"))
    git("config", "filter.a=b.c.required", "true")
    git("config", "filter.other.clean", str(tmp_path / "traps/filter"))
    (repo / ".git/info/attributes").write_text("* filter=a=b.c\nother filter=other\n")
    (repo / "touched").touch()
    (repo / "changed").write_text("two\n")
    (repo / "ignored").touch()
    (tmp_path / "ignore").write_text("ignored\n")
    own = {"COUNT": "1", "KEY_0": "core.excludesFile", "VALUE_0": str(tmp_path / "ignore")}
    for name, value in own.items():
        monkeypatch.setenv(f"GIT_CONFIG_{name}", value)

    assert host.dirty() == ("changed",)
    assert not trap.exists()
    git("config", "filter.a=b.c.required", "false")
    git("status", "--porcelain")
    assert trap.exists()


def test_set_ref_moves_only_what_differs(repo: Path, host: Git, git: Run) -> None:
    first = git("rev-parse", "HEAD")
    host.set_ref("refs/specrun/x", first, "why")
    place = repo / ".git/refs/specrun/x"
    before = place.stat()

    host.set_ref("refs/specrun/x", first, "why")

    assert place.read_text().strip() == first
    after = place.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    with pytest.raises(EnvironmentProblem, match="git update-ref failed"):
        host.set_ref("refs/specrun/x/below", first, "why")


def test_the_person_is_who_would_commit(
    repo: Path, host: Git, monkeypatch: pytest.MonkeyPatch, git: Run
) -> None:
    monkeypatch.setenv("EMAIL", "bob@example.invalid")
    assert host.person() == ""  # the name would be made up

    git("config", "user.name", "Ada 1 +Ü")
    git("config", "user.email", "ada@example.invalid")
    assert host.person() == "Ada 1 +Ü <ada@example.invalid>"

    monkeypatch.setenv("GIT_AUTHOR_NAME", "Bob")
    assert host.person() == "Bob <ada@example.invalid>"


def test_without_git_there_is_no_person(host: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    assert host.person() == ""


def test_references_are_read_from_files_or_by_git(repo: Path, host: Git, git: Run) -> None:
    head = git("rev-parse", "HEAD")
    git("update-ref", "refs/specrun/attempts/a/b/1", head)
    git("update-ref", "refs/specrun/a", head)

    for _ in range(2):
        assert host.refs("refs/specrun/attempts") == {"refs/specrun/attempts/a/b/1": head}
        assert (host.ref("refs/specrun/a"), host.ref("refs/specrun/attempts")) == (head, None)
        (repo / ".git/reftable").mkdir(exist_ok=True)
