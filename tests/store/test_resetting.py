"""Tests that a check finds the tree as the one before it did."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from specrun.store.plumbing import Plumbing
from specrun.store.resetting import reset

Run = Callable[..., str]
GLOBS = ("**/conftest.py", "ruff.toml", "node_modules")


@pytest.fixture
def put_back(plumbing: Plumbing, clone: Path, base: str) -> Callable[[], None]:
    """Reset the clone to its commit."""
    return lambda: reset(plumbing, clone, base, GLOBS)


def test_changed_and_missing_files_come_back_and_others_keep_their_times(
    put_back: Callable[[], None], clone: Path
) -> None:
    before = (clone / "dir/b").stat().st_mtime_ns
    readme = (clone / "README.md").read_text()
    (clone / "README.md").write_text("# Another\n")
    (clone / "dir/a").unlink()
    put_back()
    assert (clone / "README.md").read_text() == readme
    assert (clone / "dir/a").is_file()
    assert (clone / "dir/b").stat().st_mtime_ns == before


def test_protected_files_go_and_what_was_built_stays(put_back: Callable[[], None], clone: Path) -> None:
    for name in (
        "ruff.toml",
        "dir/Conftest.py",
        "new/conftest.py",
        "build/out.o",
        "node_modules/x/conftest.py",
    ):
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        (clone / name).write_text("x")
    (clone / "x.o").write_text("ignored")
    put_back()
    left = {str(path.relative_to(clone)) for path in clone.rglob("*") if path.is_file()}
    assert {"build/out.o", "node_modules/x/conftest.py", "x.o"} <= left
    assert not {"ruff.toml", "dir/Conftest.py", "new/conftest.py"} & left


def test_a_folder_that_became_a_link_is_a_folder_again(
    put_back: Callable[[], None], clone: Path, tmp_path: Path
) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "a").write_text("mine")
    shutil.rmtree(clone / "dir")
    (clone / "dir").symlink_to(mine)
    put_back()
    assert not (clone / "dir").is_symlink()
    assert (clone / "dir/a").is_file()
    assert (mine / "a").read_text() == "mine"


def test_nothing_planted_in_the_tree_runs(
    put_back: Callable[[], None], clone: Path, git: Run, tmp_path: Path
) -> None:
    canary = tmp_path / "canary"
    git("config", "filter.x.smudge", f"touch {canary}; cat", cwd=clone)
    git("config", "core.fsmonitor", f"touch {canary}", cwd=clone)
    (clone / ".git/info").mkdir(exist_ok=True)
    (clone / ".git/info/attributes").write_text("* filter=x\n")
    (clone / "README.md").write_text("# Another\n")
    put_back()
    assert not canary.exists()
    assert (clone / "README.md").read_text() != "# Another\n"
