"""Tests what is collected from clones, however a worker leaves them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from specrun.core.task import TaskId
from specrun.errors import EnvironmentProblem
from specrun.store.clones import make_clone, side
from specrun.store.harvest import Harvest, carried, gather, unchanged
from specrun.store.layout import Layout
from specrun.store.plumbing import Plumbing

Run = Callable[..., str]
API = TaskId("auth/api")


@pytest.fixture
def base(repo: Path, git: Run) -> str:
    """A code base with a few files."""
    (repo / "dir").mkdir()
    (repo / "dir" / "a").write_text("a\n")
    (repo / "dir" / "b").write_text("b\n")
    (repo / ".gitignore").write_text("*.o\n")
    git("add", "--all")
    git("commit", "--quiet", "--message=Files")
    return git("rev-parse", "HEAD")


@pytest.fixture
def clone(plumbing: Plumbing, layout: Layout, base: str) -> Path:
    """A clone on `base`."""
    path = layout.workspace(API, 1)
    make_clone(plumbing, path, API, base, {})
    return path


Collect = Callable[[], Harvest]


@pytest.fixture
def collect(plumbing: Plumbing, clone: Path, base: str) -> Collect:
    """Collect the clone as of a fixed time."""
    return lambda: gather(plumbing, clone, base, 1700000000, "Work")


def files(git: Run, commit: str) -> list[str]:
    return git("ls-tree", "-r", "--name-only", commit).split("\n")


def test_no_work_is_the_base(collect: Collect, base: str, plumbing: Plumbing, clone: Path) -> None:
    assert collect() == Harvest(commit=base)
    assert collect() == Harvest(commit=base)
    assert unchanged(plumbing, clone)


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


@pytest.mark.parametrize("how", ["missing object", "forged tree"])
def test_a_broken_history_is_left_out(collect: Collect, clone: Path, git: Run, base: str, how: str) -> None:
    (clone / "new").write_text("x")
    git("add", "new", cwd=clone)
    if how == "missing object":
        git("commit", "--quiet", "--message=Broken", cwd=clone)
        blob = git("rev-parse", "HEAD:new", cwd=clone)
        (clone / ".git/objects" / blob[:2] / blob[2:]).unlink()
    else:
        blob = git("rev-parse", ":new", cwd=clone)
        (clone / "listing").write_bytes(b"100644 .git\0" + bytes.fromhex(blob))
        tree = git("hash-object", "-t", "tree", "--literally", "-w", "listing", cwd=clone)
        (clone / "listing").unlink()
        commit = git("commit-tree", "-p", "HEAD", "-m", "Forged", tree, cwd=clone)
        (clone / ".git/refs/heads/specrun/auth/api").write_text(f"{commit}\n")

    found = collect()

    assert found.others == ()
    assert git("log", "-1", "--format=%P %s", found.commit) == f"{base} Work"
    assert git("diff", "--name-only", base, found.commit) == "new"
    assert list(plumbing_leftovers(clone)) == []


def plumbing_leftovers(clone: Path) -> list[Path]:
    """Temporary git dirs and index files that a collection should have removed."""
    state = clone.parents[3]
    return [*state.glob("git/source-*"), *clone.parent.glob("*.index-*")]


def test_nested_repositories_are_left_alone(collect: Collect, clone: Path, git: Run, base: str) -> None:
    for name in ("nested", "dir/inner"):
        git("init", "--quiet", str(clone / name), cwd=clone)
        (clone / name / "file").write_text("x")
        git("add", "file", cwd=clone / name)
        git("commit", "--quiet", "--message=Inner", cwd=clone / name)
    (clone / "README.md").unlink()
    git("init", "--quiet", str(clone / "README.md"), cwd=clone)

    assert collect().commit == base


def test_files_that_become_folders_and_back(collect: Collect, clone: Path, git: Run, base: str) -> None:
    (clone / "README.md").unlink()
    (clone / "README.md").mkdir()
    (clone / "README.md" / "inside").write_text("x")
    shutil.rmtree(clone / "dir")
    (clone / "dir").write_text("a file now")

    assert files(git, collect().commit) == [".gitignore", "README.md/inside", "dir"]


def test_a_folder_replaced_by_a_link_is_a_link(
    collect: Collect, clone: Path, git: Run, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a").write_text("secret\n")
    shutil.rmtree(clone / "dir")
    (clone / "dir").symlink_to(outside)

    commit = collect().commit

    assert files(git, commit) == [".gitignore", "README.md", "dir"]
    assert git("cat-file", "-p", f"{commit}:dir") == str(outside)


def test_a_tracked_file_replaced_by_a_pipe_is_gone(collect: Collect, clone: Path, git: Run) -> None:
    (clone / "README.md").unlink()
    os.mkfifo(clone / "README.md")

    assert files(git, collect().commit) == [".gitignore", "dir/a", "dir/b"]


def test_planted_programs_never_run(
    collect: Collect, clone: Path, git: Run, tmp_path: Path, plumbing: Plumbing
) -> None:
    trap = tmp_path / "sprung"
    planted = tmp_path / "planted"
    planted.write_text(f"#!/bin/sh\ntouch {trap}\ncat\n")
    planted.chmod(0o755)
    git("init", "--quiet", str(clone / "nested"), cwd=clone)
    (clone / "nested" / "x").write_text("x")
    git("add", "x", cwd=clone / "nested")
    git("commit", "--quiet", "--message=x", cwd=clone / "nested")
    (clone / "one").write_text("1")
    git("add", "one", cwd=clone)
    git("commit", "--quiet", "--message=One", cwd=clone)
    for place in (clone, clone / "nested"):
        (place / ".git/hooks").mkdir(exist_ok=True)
        for hook in (
            "post-checkout",
            "pre-commit",
            "reference-transaction",
            "post-index-change",
            "pre-auto-gc",
        ):
            (place / ".git/hooks" / hook).symlink_to(planted)
        keys = ("core.fsmonitor", "filter.x.clean", "filter.x.smudge", "filter.x.process", "diff.external")
        more = ("core.sshCommand", "uploadpack.packObjectsHook", "core.alternateRefsCommand", "gpg.program")
        for key in (*keys, *more):
            git("config", key, str(planted), cwd=place)
        git("config", "merge.x.driver", str(planted), cwd=place)
        git("config", "commit.gpgSign", "true", cwd=place)
    (clone / ".gitattributes").write_text("* filter=x diff=x merge=x\n")
    (clone / "README.md").write_text("changed\n")
    trap.unlink(missing_ok=True)

    commit = collect().commit

    assert unchanged(plumbing, clone)
    assert not trap.exists()
    assert files(git, commit) == [".gitattributes", ".gitignore", "README.md", "dir/a", "dir/b", "one"]
    git("status", cwd=clone)
    assert trap.exists(), "the traps work when they are stepped on"


def test_carried_is_the_change_without_results(
    clone: Path, collect: Collect, base: str, plumbing: Plumbing, git: Run
) -> None:
    (clone / "results").mkdir()
    (clone / "results" / "x.json").write_text("{}")
    (clone / "dir/a").unlink()
    (clone / "new").write_text("x")

    commit = collect().commit
    found = list(carried(plumbing, base, commit))

    assert found == [("dir/a", "000000", "0" * 40), ("new", "100644", git("rev-parse", f"{commit}:new"))]
    assert list(carried(plumbing, base, base)) == []


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
