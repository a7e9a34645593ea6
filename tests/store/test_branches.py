"""Tests the branches of tasks: listed, renamed and deleted without losing any commit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from specrun.core.task import TaskId
from specrun.errors import EnvironmentProblem, Refused
from specrun.ports import Workspaces
from specrun.store import branches
from specrun.store import refs as files
from specrun.store.git import Git
from specrun.store.workspaces import GitWorkspaces

Run = Callable[..., str]
API, NEW = TaskId("auth/api"), TaskId("auth/new")


@pytest.fixture(params=["files", "packed", "otherwise"])
def stored(request: pytest.FixtureRequest, repo: Path, git: Run, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where references are kept; `otherwise` is where only git can read them."""
    made = commit(git, repo, "work")
    git("branch", "specrun/auth/api", made)
    git("reset", "--quiet", "--hard", "HEAD~1")
    if request.param == "packed":
        git("pack-refs", "--all")
    if request.param == "otherwise":
        (repo / ".git" / "reftable").mkdir()
        monkeypatch.setattr(files, "_read", lambda _path, _limit: None)
    return made


def commit(git: Run, repo: Path, name: str) -> str:
    (repo / name).write_text(name)
    git("add", name)
    git("commit", "--quiet", f"--message={name}")
    return git("rev-parse", "HEAD")


def names(git: Run) -> list[str]:
    return git("for-each-ref", "--format=%(refname:short)", "refs/heads/specrun").split()


def test_branches_that_are_named_like_those_of_tasks(stored: str, git: Run, host: Git) -> None:
    head = git("rev-parse", "HEAD")
    git("branch", "specrun/auth/schema--0123abcd")
    for other in ("specrun/auth/Api", "specrun/auth/_merged", "specrun/docs", "specrun/x/y/z", "auth/api"):
        git("branch", other)
    git("tag", "specrun/auth/tag")

    assert branches.commits(host) == {API: stored, TaskId("auth/schema--0123abcd"): head}


@pytest.mark.usefixtures("repo")
def test_a_repository_without_any(host: Git) -> None:
    assert branches.commits(host) == {}


def test_a_branch_gets_its_new_name_once(stored: str, git: Run, host: Git) -> None:
    for _ in range(2):
        assert branches.move(host, API, NEW) == "specrun/auth/new"
        assert names(git) == ["specrun/auth/new"]
        assert git("rev-parse", "specrun/auth/new") == stored


@pytest.mark.usefixtures("repo")
def test_a_branch_that_is_not_there_gets_no_name(host: Git) -> None:
    assert branches.move(host, API, NEW) is None


def test_a_branch_moves_to_its_own_name(stored: str, git: Run, host: Git) -> None:
    assert branches.move(host, API, API) == "specrun/auth/api"
    assert git("rev-parse", "specrun/auth/api") == stored


def test_a_branch_that_has_both_names_loses_the_old_one(stored: str, git: Run, host: Git) -> None:
    git("branch", "specrun/auth/new", stored)

    assert branches.move(host, API, NEW) == "specrun/auth/new"
    assert names(git) == ["specrun/auth/new"]


@pytest.mark.usefixtures("stored")
def test_a_branch_that_is_another_s_is_not_taken(git: Run, host: Git) -> None:
    git("branch", "specrun/auth/new", "HEAD")

    with pytest.raises(Refused, match="specrun/auth/new is there already, with another commit than specrun"):
        branches.move(host, API, NEW)
    assert names(git) == ["specrun/auth/api", "specrun/auth/new"]


def test_a_branch_that_somebody_is_on_keeps_its_name(
    stored: str, git: Run, host: Git, tmp_path: Path
) -> None:
    git("worktree", "add", "--quiet", str(tmp_path / "side"), "specrun/auth/api")

    with pytest.raises(
        Refused, match=f"specrun/auth/api is checked out in {tmp_path}/side, .*another branch"
    ):
        branches.move(host, API, NEW)
    assert git("rev-parse", "specrun/auth/api") == stored
    assert branches.drop(host, API) == f"it is checked out in {tmp_path}/side"
    assert names(git) == ["specrun/auth/api"]


@pytest.mark.usefixtures("repo")
def test_a_branch_that_stands_in_the_way_is_named(git: Run, host: Git) -> None:
    git("branch", "specrun/auth/api")
    git("branch", "specrun/other")

    with pytest.raises(
        EnvironmentProblem, match=r"rename a branch that stands in the way of specrun/other/x"
    ):
        branches.move(host, API, TaskId("other/x"))
    assert names(git) == ["specrun/auth/api", "specrun/other"]


def test_only_a_merged_branch_is_dropped(stored: str, git: Run, host: Git) -> None:
    assert branches.drop(host, API) == "it is not merged into HEAD"
    assert names(git) == ["specrun/auth/api"]

    git("merge", "--quiet", "--no-ff", "--message=Merge", stored)
    for _ in range(2):
        assert branches.drop(host, API) == ""
        assert names(git) == []


def test_a_branch_in_the_middle_of_a_rebase_is_somebody_s(repo: Path, git: Run, host: Git) -> None:
    first = commit(git, repo, "work")
    commit(git, repo, "more")
    git("branch", "specrun/auth/api")
    git("checkout", "--quiet", "specrun/auth/api")
    git("-c", "sequence.editor=sed -i s/pick/edit/", "rebase", "--quiet", "--interactive", f"{first}~1")
    git("branch", "--force", "main", "specrun/auth/api")

    assert branches.drop(host, API) == f"it is checked out in {repo}"
    git("rebase", "--abort")
    git("checkout", "--quiet", "main")
    assert branches.drop(host, API) == ""


def test_a_branch_whose_commit_is_not_here_is_kept(repo: Path, host: Git) -> None:
    place = repo / ".git/refs/heads/specrun/auth/api"
    place.parent.mkdir(parents=True)
    place.write_text(f"{'1' * 40}\n")

    assert branches.drop(host, API) == "its commit is not here"
    assert place.exists()


def test_a_reference_that_moved_meanwhile_is_kept(stored: str, git: Run, host: Git) -> None:
    head = git("rev-parse", "HEAD")

    assert branches.delete(host, "refs/heads/specrun/auth/api", head) == "it was moved meanwhile"
    assert git("rev-parse", "specrun/auth/api") == stored
    assert branches.delete(host, "refs/heads/specrun/auth/none", head) == ""


def test_a_reference_that_somebody_holds_is_kept_and_said(repo: Path, git: Run, host: Git) -> None:
    git("branch", "specrun/auth/api")
    (repo / ".git/refs/heads/specrun/auth/api.lock").touch()

    assert branches.drop(host, API).startswith("git cannot delete it: ")
    assert names(git) == ["specrun/auth/api"]


def test_workspaces_answer_for_branches_and_trees(
    stored: str, git: Run, repo: Path, workspaces: GitWorkspaces
) -> None:
    port: Workspaces = workspaces

    assert port.branches() == {API: stored}
    assert port.drop_branch(API) == branches.UNMERGED
    assert port.move_branch(API, NEW) == "specrun/auth/new"
    assert list(port.tree(stored)) == ["README.md", "work"]
    assert names(git) == ["specrun/auth/new"]
