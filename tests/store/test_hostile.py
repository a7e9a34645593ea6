"""Tests collecting from clones that mean harm: planted programs, forged objects, links, nested repos."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from specrun.errors import EnvironmentProblem
from specrun.store.harvest import Harvest, unchanged
from specrun.store.plumbing import Plumbing
from tests.store.full import full_disk

Run = Callable[..., str]
Collect = Callable[[], Harvest]


def files(git: Run, commit: str) -> list[str]:
    return git("ls-tree", "-r", "--name-only", commit).split("\n")


def plumbing_leftovers(clone: Path) -> list[Path]:
    """Temporary git dirs and index files that a collection should have removed."""
    state = clone.parents[3]
    return [*state.glob("git/source-*"), *clone.parent.glob("*.index-*")]


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


def test_nested_repositories_are_left_alone(collect: Collect, clone: Path, git: Run, base: str) -> None:
    for name in ("nested", "dir/inner"):
        git("init", "--quiet", str(clone / name), cwd=clone)
        (clone / name / "file").write_text("x")
        git("add", "file", cwd=clone / name)
        git("commit", "--quiet", "--message=Inner", cwd=clone / name)
    (clone / "README.md").unlink()
    git("init", "--quiet", str(clone / "README.md"), cwd=clone)

    assert collect().commit == base


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


HOOKS = ("post-checkout", "pre-commit", "reference-transaction", "post-index-change", "pre-auto-gc")


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
        for hook in HOOKS:
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


def test_a_full_disk_while_commits_are_fetched(collect: Collect, clone: Path, git: Run) -> None:
    git("commit", "--quiet", "--allow-empty", "--message=One", cwd=clone)

    with full_disk(), pytest.raises(EnvironmentProblem, match="cannot write"):
        collect()
    assert plumbing_leftovers(clone) == []
