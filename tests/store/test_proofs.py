"""Tests the life of the tree that checks run in: checked out, spoilt, swept up."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from specrun.core.task import TaskId
from specrun.errors import EnvironmentProblem, Refused, ResultMissing
from specrun.ports import AttemptKey, Workspaces
from specrun.store.layout import Layout
from specrun.store.workspaces import GitWorkspaces
from tests.rights import passed_without_rights
from tests.store.full import full_disk
from tests.store.living import Place

Run = Callable[..., str]
API = TaskId("auth/api")
KEY = AttemptKey(API, 1)
PIN = "refs/specrun/proofs/auth/api/1"


@pytest.fixture
def work(workspaces: GitWorkspaces, layout: Layout, base: str) -> str:
    """A collected commit with a changed, a new and a deleted file."""
    place = Place(workspaces, layout, API)
    place.prepare()
    (place.path / "dir/a").write_text("weaker\n")
    (place.path / "dir/b").unlink()
    (place.path / "new").write_text("x\n")
    return place.collect(base)


@pytest.fixture
def proof(layout: Layout) -> Path:
    return layout.proof(API, 1)


def refs(git: Run) -> list[str]:
    return git("for-each-ref", "--format=%(refname)", "refs/specrun/proofs").split()


def files(tree: Path) -> dict[str, str]:
    found = [path for path in tree.rglob("*") if path.is_file() and ".git" not in path.parts]
    return {str(path.relative_to(tree)): path.read_text() for path in found}


def test_a_whole_life(workspaces: Workspaces, work: str, base: str, proof: Path, git: Run) -> None:
    path = workspaces.check_out(KEY, work, {"dir/a": base, "dir/b": base, "README.md": base})

    assert path == proof
    assert files(path) == {
        "README.md": "# A repo\n",
        ".gitignore": "*.o\n",
        "dir/a": "a\n",
        "dir/b": "b\n",
        "new": "x\n",
    }
    head = git("rev-parse", "HEAD", cwd=path)
    assert git("status", "--porcelain=v2", "--branch", "--ignored", cwd=path).splitlines() == [
        f"# branch.oid {head}",
        "# branch.head specrun/auth/api",
    ]
    assert git("log", "--format=%s", cwd=path).splitlines() == [
        *("specrun: put back what is protected", "Work", "Files", "Begin"),
    ]
    assert git("rev-parse", PIN) == head
    assert git("remote", cwd=path) == ""
    assert not (path / ".git/hooks").exists()

    workspaces.sweep_up(KEY)
    workspaces.sweep_up(KEY)

    assert sorted(entry.name for entry in proof.parent.iterdir()) == ["1", "1.base", "1.collected", "1.index"]
    assert refs(git) == []
    assert git("rev-parse", "refs/specrun/attempts/auth/api/1") == work


def test_without_anything_to_put_back_it_is_the_commit(
    workspaces: GitWorkspaces, work: str, git: Run
) -> None:
    path = workspaces.check_out(KEY, work, {})

    assert git("rev-parse", "HEAD", cwd=path) == git("rev-parse", PIN) == work


def test_the_workspace_is_neither_needed_nor_touched(
    workspaces: GitWorkspaces, layout: Layout, work: str, base: str
) -> None:
    place = Place(workspaces, layout, API)
    before = files(place.path)
    workspaces.check_out(KEY, work, {"dir/a": base})
    assert files(place.path) == before

    workspaces.sweep_up(KEY)
    place.remove()
    path = workspaces.check_out(KEY, work, {"dir/a": base})
    place.remove()

    assert (path / "dir/a").read_text() == "a\n"


def test_one_that_stands_there_is_replaced(
    workspaces: GitWorkspaces, work: str, base: str, proof: Path, git: Run
) -> None:
    first = workspaces.check_out(KEY, work, {"dir/a": base})
    (first / "left").write_text("by a check that was lost")
    (proof.parent / ".1.proof.new-abc").mkdir()

    workspaces.check_out(KEY, work, {})

    assert git("status", "--porcelain", "--ignored", cwd=proof) == ""
    assert (proof / "dir/a").read_text() == "weaker\n"
    assert git("rev-parse", PIN) == work
    assert [entry.name for entry in proof.parent.iterdir() if "proof" in entry.name] == ["1.proof"]


def test_a_clean_up_of_the_host_harms_nobody(
    workspaces: GitWorkspaces, work: str, base: str, git: Run
) -> None:
    path = workspaces.check_out(KEY, work, {"dir/a": base, "dir/b": base})
    git("update-ref", "-d", "refs/specrun/attempts/auth/api/1")
    git("reflog", "expire", "--expire=now", "--all")
    git("gc", "--quiet", "--prune=now")

    assert git("fsck", "--no-dangling", cwd=path) == ""
    assert git("show", "HEAD:dir/a", "HEAD^:new", cwd=path).split() == ["a", "x"]


def test_whatever_checks_left_goes(
    workspaces: GitWorkspaces, work: str, tmp_path: Path, proof: Path, request: pytest.FixtureRequest
) -> None:
    if passed_without_rights(request, tmp_path):
        return
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").touch()
    kept.chmod(0o500)
    path = workspaces.check_out(KEY, work, {})
    (path / "build/deep").mkdir(parents=True)
    (path / "build/link").symlink_to(kept)
    os.mkfifo(path / "build/deep/pipe")
    for folder in ("build/deep", "build", ".git", "."):
        (path / folder).chmod(0o500)

    workspaces.sweep_up(KEY)

    assert not os.path.lexists(proof)
    assert (kept / "file").exists()
    assert kept.stat().st_mode & 0o777 == 0o500


def test_a_link_in_its_place_is_not_followed(
    workspaces: GitWorkspaces, work: str, tmp_path: Path, proof: Path
) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").touch()
    workspaces.check_out(KEY, work, {}).rename(tmp_path / "moved")
    proof.symlink_to(kept)

    workspaces.check_out(KEY, work, {})
    assert not proof.is_symlink()
    workspaces.sweep_up(KEY)

    assert (kept / "file").exists()
    assert not os.path.lexists(proof)


def test_a_link_on_the_way_is_refused(
    workspaces: GitWorkspaces, base: str, layout: Layout, tmp_path: Path
) -> None:
    (tmp_path / "outside/api/1.proof").mkdir(parents=True)
    (layout.work / "auth").symlink_to(tmp_path / "outside")

    for use in (lambda: workspaces.sweep_up(KEY), lambda: workspaces.check_out(KEY, base, {})):
        with pytest.raises(Refused, match="is not the workspace of attempt 1 of auth/api"):
            use()

    assert (tmp_path / "outside/api/1.proof").exists()


def test_a_commit_that_is_not_here_leaves_nothing_behind(
    workspaces: GitWorkspaces, base: str, proof: Path, git: Run
) -> None:
    with pytest.raises(ResultMissing, match=r"commit c{12} is not in this repository"):
        workspaces.check_out(KEY, "c" * 40, {"README.md": base})

    assert refs(git) == []
    assert not proof.exists()


def test_a_commit_without_its_files_leaves_nothing_behind(
    workspaces: GitWorkspaces, work: str, base: str, repo: Path, proof: Path, git: Run
) -> None:
    blob = git("rev-parse", f"{work}:new")
    (repo / ".git/objects" / blob[:2] / blob[2:]).unlink()

    for restored in ({}, {"dir/a": base}):
        with pytest.raises(ResultMissing, match=f"{work[:12]} is not in this repository, or not as a whole"):
            workspaces.check_out(KEY, work, restored)

        assert refs(git) == []
        assert [entry.name for entry in proof.parent.iterdir() if "proof" in entry.name] == []


def test_a_full_disk_leaves_nothing_behind(
    workspaces: GitWorkspaces, work: str, proof: Path, git: Run
) -> None:
    with full_disk(), pytest.raises(EnvironmentProblem):
        workspaces.check_out(KEY, work, {})

    assert refs(git) == []
    assert [entry.name for entry in proof.parent.iterdir() if "proof" in entry.name] == []


def test_trees_of_two_attempts_do_not_meet(
    workspaces: GitWorkspaces, work: str, base: str, layout: Layout, git: Run
) -> None:
    other = AttemptKey(API, 2)
    workspaces.check_out(KEY, work, {})
    workspaces.check_out(other, base, {})

    workspaces.sweep_up(KEY)

    assert refs(git) == ["refs/specrun/proofs/auth/api/2"]
    assert (layout.proof(API, 2) / "dir/a").read_text() == "a\n"


def test_work_is_recalled_from_its_commit(workspaces: Workspaces, work: str, base: str, git: Run) -> None:
    found = workspaces.recall(base, work)

    assert (found.commit, found.outside) == (work, ())
    assert [file.path for file in found.carried] == ["dir/a", "dir/b", "new"]
    assert workspaces.recall(work, work).carried == ()
    with pytest.raises(ResultMissing, match=r"commit c{12} is not in this repository"):
        workspaces.recall(base, "c" * 40)


def test_links_that_lead_out_are_told_with_the_work(
    workspaces: GitWorkspaces, layout: Layout, base: str
) -> None:
    place = Place(workspaces, layout, API)
    place.prepare()
    (place.path / "dir/out").symlink_to("../../x")
    (place.path / "dir/in").symlink_to("../README.md")

    work = workspaces.collect(KEY, place.path, base, 1700000000.0, "Work")

    assert work.outside == ("dir/out -> ../../x",)
    assert workspaces.recall(base, work.commit) == work


def test_the_repo_itself_is_watched(workspaces: Workspaces, base: str) -> None:
    assert list(workspaces.watched(["DIR"])) == ["dir/a", "dir/b"]
    assert workspaces.watched([]) == {}
