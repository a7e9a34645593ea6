"""Tests checking out work that means harm: nothing planted runs, and what is protected is as it was."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from specrun.core.task import TaskId
from specrun.errors import ResultMissing
from specrun.ports import AttemptKey
from specrun.store.layout import Layout
from specrun.store.workspaces import GitWorkspaces
from tests.store.living import Place

Run = Callable[..., str]
API = TaskId("auth/api")
KEY = AttemptKey(API, 1)
HOOKS = ("post-checkout", "post-index-change", "reference-transaction", "pre-commit", "pre-auto-gc")
PROGRAMS = (
    *("core.fsmonitor", "filter.x.clean", "filter.x.smudge", "filter.x.process", "diff.external"),
    *("core.sshCommand", "uploadpack.packObjectsHook", "core.alternateRefsCommand", "gpg.program"),
)


@pytest.fixture
def place(workspaces: GitWorkspaces, layout: Layout, base: str) -> Place:
    """The workspace of a worker that means harm."""
    made = Place(workspaces, layout, API)
    assert made.prepare() == base
    return made


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    """A program that tells when it was run."""
    program = tmp_path / "planted"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path / 'sprung'}\ncat\n")
    program.chmod(0o755)
    return program


def sprung(trap: Path) -> bool:
    return trap.with_name("sprung").exists()


def rig(tree: Path, trap: Path, git: Run) -> None:
    """Plant every program that a git could run in a repository."""
    (tree / ".git/hooks").mkdir(exist_ok=True)
    for hook in HOOKS:
        (tree / ".git/hooks" / hook).symlink_to(trap)
    for key in PROGRAMS:
        git("config", key, str(trap), cwd=tree)
    git("config", "merge.x.driver", str(trap), cwd=tree)
    git("config", "submodule.sub.update", f"!{trap}", cwd=tree)
    (tree / ".git/info/attributes").write_text("* filter=x diff=x merge=x\n")


def test_nothing_planted_runs_while_work_is_checked_out(
    place: Place, base: str, git: Run, trap: Path
) -> None:
    tree = place.path
    git("init", "--quiet", str(tree / "nested"), cwd=tree)
    (tree / "nested/x").write_text("x")
    git("add", "x", cwd=tree / "nested")
    git("commit", "--quiet", "--message=x", cwd=tree / "nested")
    pinned = git("rev-parse", "HEAD", cwd=tree / "nested")
    git("update-index", "--add", "--cacheinfo", f"160000,{pinned},sub", cwd=tree)
    (tree / "sub").mkdir()
    (tree / ".gitmodules").write_text(f'[submodule "sub"]\n\tpath = sub\n\turl = ext::{trap}\n')
    (tree / ".gitattributes").write_text("* filter=x diff=x merge=x\n")
    (tree / "README.md").write_text("changed\n")
    git("add", ".gitmodules", ".gitattributes", "README.md", cwd=tree)
    git("commit", "--quiet", "--message=Planted", cwd=tree)
    for repository in (tree, tree / "nested"):
        rig(repository, trap, git)
    trap.with_name("sprung").unlink(missing_ok=True)

    path = place.workspaces.check_out(KEY, place.collect(base), {"README.md": base})

    assert not sprung(trap)
    git("status", cwd=path)
    git("diff", base, cwd=path)
    assert not sprung(trap), "nor when a check asks git"
    assert (path / "README.md").read_text() == "# A repo\n"
    assert list((path / "sub").iterdir()) == []
    assert not (path / "nested").exists()
    assert not (path / ".git/hooks").exists()
    place.workspaces.sweep_up(KEY)
    assert not sprung(trap)
    git("status", cwd=tree)
    assert sprung(trap), "the traps work when they are stepped on"


def test_what_checks_planted_does_not_run_when_it_is_swept_up_or_replaced(
    place: Place, base: str, git: Run, trap: Path
) -> None:
    commit = place.collect(base)
    path = place.workspaces.check_out(KEY, commit, {})
    rig(path, trap, git)
    trap.with_name("sprung").unlink(missing_ok=True)

    place.workspaces.check_out(KEY, commit, {})
    place.workspaces.sweep_up(KEY)

    assert not sprung(trap)


def test_filters_of_the_person_do_not_run(
    place: Place, base: str, git: Run, trap: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place.path / ".gitattributes").write_text("* filter=x\n")
    commit = place.collect(base)
    settings = trap.with_name("global")
    settings.write_text(f'[filter "x"]\n\tsmudge = {trap}\n\trequired = true\n')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    git("config", "filter.x.smudge", str(trap))

    place.workspaces.check_out(KEY, commit, {})

    assert not sprung(trap)


def test_a_folder_that_became_a_link_is_a_folder_again(place: Place, base: str, tmp_path: Path) -> None:
    evil = tmp_path / "evil"
    evil.mkdir()
    for name in ("a", "b"):
        (evil / name).write_text("always fine\n")
    shutil.rmtree(place.path / "dir")
    (place.path / "dir").symlink_to(evil)
    work = place.workspaces.collect(KEY, place.path, base, 1700000000.0, "Work")
    assert work.outside == (f"dir -> {evil}",)

    path = place.workspaces.check_out(KEY, work.commit, {"dir/a": base})

    assert not (path / "dir").is_symlink()
    assert {entry.name: entry.read_text() for entry in (path / "dir").iterdir()} == {"a": "a\n"}
    assert {entry.read_text() for entry in evil.iterdir()} == {"always fine\n"}


def test_a_file_that_became_a_folder_is_a_file_again(place: Place, base: str) -> None:
    (place.path / "README.md").unlink()
    (place.path / "README.md").mkdir()
    (place.path / "README.md" / "__init__.py").write_text("x")

    path = place.workspaces.check_out(KEY, place.collect(base), {"README.md": base})

    assert (path / "README.md").read_text() == "# A repo\n"


def test_only_what_was_collected_is_checked(place: Place, base: str, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("1")
    (place.path / "linked").hardlink_to(outside)
    os.mkfifo(place.path / "pipe")
    (place.path / "ignored.o").write_text("x")
    (place.path / "README.md").unlink()
    os.mkfifo(place.path / "README.md")
    commit = place.collect(base)
    outside.write_text("2")

    path = place.workspaces.check_out(KEY, commit, {"README.md": base})

    assert sorted(entry.name for entry in path.iterdir()) == [
        ".git",
        ".gitignore",
        "README.md",
        "dir",
        "linked",
    ]
    assert (path / "linked").read_text() == "1"
    (path / "linked").write_text("3")
    assert outside.read_text() == "2"
    assert {entry.stat().st_nlink for entry in path.rglob("*") if entry.is_file()} == {1}


def test_a_restored_submodule_is_an_empty_folder(place: Place, base: str, git: Run, repo: Path) -> None:
    git("update-index", "--add", "--cacheinfo", f"160000,{base},sub")
    git("commit", "--quiet", "--message=Submodule")
    good = git("rev-parse", "HEAD")
    (place.path / "sub").mkdir()
    (place.path / "sub" / "planted").write_text("x")

    path = place.workspaces.check_out(KEY, place.collect(base), {"sub/planted": good, "sub": good})

    assert list((path / "sub").iterdir()) == []
    assert git("ls-tree", "HEAD", "sub", cwd=path) == f"160000 commit {base}\tsub"


def test_attributes_that_are_put_back_say_how_files_are_written(place: Place, base: str) -> None:
    (place.path / ".gitattributes").write_text(
        "README.md text eol=crlf working-tree-encoding=UTF-7\n* ident\n"
    )
    commit = place.collect(base)
    restored = {"README.md": base}

    path = place.workspaces.check_out(KEY, commit, restored)
    assert (path / "README.md").read_bytes() != b"# A repo\n", "they say much"
    place.workspaces.check_out(KEY, commit, {**restored, ".gitattributes": base})

    assert (path / "README.md").read_bytes() == b"# A repo\n"


def test_a_name_that_no_file_system_takes(place: Place, base: str, git: Run) -> None:
    blob = git("hash-object", "-w", "README.md", cwd=place.path)
    git("update-index", "--add", "--cacheinfo", f"100644,{blob},{'x' * 300}", cwd=place.path)
    git("commit", "--quiet", "--message=Long", cwd=place.path)
    commit = git("rev-parse", "HEAD", cwd=place.path)
    git("fetch", "--quiet", str(place.path), commit)

    with pytest.raises(ResultMissing, match=r"auth/api: commit .* cannot be written here: xxx"):
        place.workspaces.check_out(KEY, commit, {})
