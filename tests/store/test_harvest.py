"""Tests what is collected from clones, however a worker leaves them."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from specrun.core.task import TaskId
from specrun.core.world import CarriedFile
from specrun.errors import EnvironmentProblem
from specrun.store.clones import side
from specrun.store.harvest import GONE, Harvest, carried, changes, unchanged
from specrun.store.plumbing import Plumbing
from tests.poll import until
from tests.rights import passed_without_rights

Run = Callable[..., str]
API = TaskId("auth/api")


Collect = Callable[[], Harvest]


def files(git: Run, commit: str) -> list[str]:
    return git("ls-tree", "-r", "--name-only", commit).split("\n")


def test_no_work_is_the_base(collect: Collect, base: str, plumbing: Plumbing, clone: Path) -> None:
    assert collect() == Harvest(commit=base)
    assert collect() == Harvest(commit=base)
    assert unchanged(plumbing, clone)


def test_a_change_of_the_same_size_in_the_second_of_the_clone(
    collect: Collect, clone: Path, git: Run
) -> None:
    readme = clone / "README.md"
    changed = readme.read_text().swapcase()
    seen = readme.stat()
    readme.write_text(changed)
    os.utime(readme, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    until(lambda: time.time() // 1 > seen.st_mtime // 1)
    assert git("show", f"{collect().commit}:README.md") == changed.strip()


def test_every_kind_of_uncommitted_work(collect: Collect, clone: Path, git: Run, base: str) -> None:
    (clone / "README.md").write_text("# Changed\n")
    (clone / "dir/a").unlink()
    (clone / "dir/b").chmod(0o755)
    (clone / "new folder").mkdir()
    (clone / "new folder" / "ü\n").write_text("new")
    (clone / "x.o").write_text("ignored")
    (clone / "link").symlink_to("/etc/passwd")
    (clone / "unreadable").write_text("x")
    (clone / "unreadable").chmod(0)
    os.mkfifo(clone / "pipe")

    commit = collect().commit

    changes = git("diff-tree", "-r", "-z", "--name-status", base, commit).rstrip("\0").split("\0")
    assert sorted(zip(changes[1::2], changes[::2], strict=True)) == [
        ("README.md", "M"),
        ("dir/a", "D"),
        ("dir/b", "M"),
        ("link", "A"),
        ("new folder/ü\n", "A"),
        ("unreadable", "A"),
    ]
    assert git("ls-tree", commit, "link").startswith("120000")
    assert git("log", "-1", "--format=%P %s", commit) == f"{base} Work"


def test_collecting_twice_makes_the_same_commit(collect: Collect, clone: Path, plumbing: Plumbing) -> None:
    (clone / "new").write_text("x")
    first = collect()

    assert collect() == first
    assert unchanged(plumbing, clone)
    for what in ("index", "collected"):
        side(clone, what).unlink()
    assert not unchanged(plumbing, clone)
    assert collect() == first


def test_commits_are_kept_and_the_rest_is_put_on_top(collect: Collect, clone: Path, git: Run) -> None:
    (clone / "one").write_text("1")
    git("add", "one", cwd=clone)
    git("commit", "--quiet", "--message=One", cwd=clone)
    head = git("rev-parse", "HEAD", cwd=clone)
    assert collect() == Harvest(commit=head)

    (clone / "two").write_text("2")
    commit = collect().commit

    assert git("log", "--format=%s", commit).split("\n") == ["Work", "One", "Files", "Begin"]
    assert git("rev-parse", f"{commit}^") == head
    assert git("fsck", "--no-dangling") == ""


def test_many_commits_that_the_worker_packed(collect: Collect, clone: Path, git: Run) -> None:
    (clone / "one").write_text("1")
    git("add", "one", cwd=clone)
    git("commit", "--quiet", "--message=One", cwd=clone)
    git("repack", "-a", "-d", "--quiet", cwd=clone)

    assert collect().commit == git("rev-parse", "HEAD", cwd=clone)


def test_a_detached_head_is_followed(collect: Collect, clone: Path, git: Run) -> None:
    git("checkout", "--quiet", "--detach", cwd=clone)
    git("commit", "--quiet", "--allow-empty", "--message=Alone", cwd=clone)

    assert collect().commit == git("rev-parse", "HEAD", cwd=clone)


@pytest.mark.parametrize("how", ["deleted", "file", "link", "empty", "unborn"])
def test_a_clone_without_its_repository_still_has_files(
    collect: Collect, clone: Path, git: Run, base: str, how: str
) -> None:
    (clone / "new").write_text("x")
    shutil.rmtree(clone / ".git")
    if how == "file":
        (clone / ".git").write_text("gitdir: elsewhere\n")
    elif how == "link":
        (clone / ".git").symlink_to("elsewhere")
    elif how == "empty":
        (clone / ".git").mkdir()
    elif how == "unborn":
        git("init", "--quiet", cwd=clone)

    commit = collect().commit

    assert git("diff-tree", "-r", "--name-status", base, commit) == "A\tnew"
    assert git("rev-parse", f"{commit}^") == base


def test_a_rewritten_history_is_salvaged_and_its_files_put_on_the_base(
    collect: Collect, clone: Path, git: Run, base: str
) -> None:
    git("checkout", "--quiet", "--orphan", "fresh", cwd=clone)
    (clone / "new").write_text("x")
    git("add", "--all", cwd=clone)
    git("commit", "--quiet", "--message=Fresh", cwd=clone)
    head = git("rev-parse", "HEAD", cwd=clone)

    found = collect()

    assert found.others == (head,)
    assert git("rev-parse", f"{found.commit}^") == base
    assert git("diff", "--name-only", base, found.commit) == "new"


def test_work_left_on_another_branch_and_in_the_stash(
    collect: Collect, clone: Path, git: Run, base: str
) -> None:
    git("checkout", "--quiet", "-b", "side", cwd=clone)
    git("commit", "--quiet", "--allow-empty", "--message=Side", cwd=clone)
    tip = git("rev-parse", "HEAD", cwd=clone)
    git("checkout", "--quiet", "specrun/auth/api", cwd=clone)
    (clone / "README.md").write_text("stashed\n")
    git("stash", cwd=clone)

    found = collect()

    assert found.commit == base
    assert set(found.others) == {tip, git("rev-parse", "stash", cwd=clone)}
    assert git("cat-file", "-t", tip) == "commit"


def test_files_that_become_folders_and_back(collect: Collect, clone: Path, git: Run, base: str) -> None:
    (clone / "README.md").unlink()
    (clone / "README.md").mkdir()
    (clone / "README.md" / "inside").write_text("x")
    shutil.rmtree(clone / "dir")
    (clone / "dir").write_text("a file now")

    assert files(git, collect().commit) == [".gitignore", "README.md/inside", "dir"]


def test_a_tracked_file_replaced_by_a_pipe_is_gone(collect: Collect, clone: Path, git: Run) -> None:
    (clone / "README.md").unlink()
    os.mkfifo(clone / "README.md")

    assert files(git, collect().commit) == [".gitignore", "dir/a", "dir/b"]


def test_carried_is_the_change_without_results(
    clone: Path, collect: Collect, base: str, plumbing: Plumbing, git: Run
) -> None:
    (clone / "results").mkdir()
    (clone / "results" / "x.json").write_text("{}")
    (clone / "dir/a").unlink()
    (clone / "new").write_text("x")

    commit = collect().commit
    changed = tuple(changes(plumbing, base, commit))

    assert carried(changed) == (
        CarriedFile("dir/a", GONE, "0" * 40),
        CarriedFile("new", "100644", git("rev-parse", f"{commit}:new")),
    )
    assert [file.path for file in changed] == ["dir/a", "new", "results/x.json"]
    assert list(changes(plumbing, base, base)) == []


def test_unchanged_sees_new_files_and_commits(
    collect: Collect, clone: Path, plumbing: Plumbing, git: Run
) -> None:
    collect()
    git("commit", "--quiet", "--allow-empty", "--message=Late", cwd=clone)
    assert not unchanged(plumbing, clone)

    collect()
    (clone / "late").write_text("x")
    assert not unchanged(plumbing, clone)


def test_a_full_or_broken_state_folder_is_one_line(collect: Collect, clone: Path) -> None:
    side(clone, "index").unlink()
    side(clone, "index").mkdir()

    with pytest.raises(EnvironmentProblem, match=r"cannot collect .*: Is a directory"):
        collect()


def test_closed_folders_are_opened(
    collect: Collect, clone: Path, git: Run, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if passed_without_rights(request, tmp_path):
        return
    (clone / "new").mkdir()
    (clone / "new" / "file").write_text("x")
    for name in ("new", "dir"):
        (clone / name).chmod(0)

    assert files(git, collect().commit) == [".gitignore", "README.md", "dir/a", "dir/b", "new/file"]
