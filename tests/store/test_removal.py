"""Tests that trees go away whatever was done to them, and nothing else does."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from specrun.store.removal import bury, erase, open_folders
from tests.rights import passed_without_rights


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A closed folder elsewhere that links may lead to."""
    folder = tmp_path / "kept"
    folder.mkdir()
    (folder / "file").touch()
    folder.chmod(0o500)
    return folder


def spoilt(tree: Path, kept: Path) -> Path:
    """Make a tree with everything that makes removal hard but its depth."""
    (tree / "closed" / "deep").mkdir(parents=True)
    (tree / "closed" / "deep" / "file").touch()
    (tree / "closed" / "link").symlink_to(kept)
    (tree / "link").symlink_to(kept)
    (tree / "file").symlink_to(kept / "file")
    (tree / "odd\n\udcff").touch()
    os.mkfifo(tree / "pipe")
    (tree / "closed" / "deep").chmod(0)
    (tree / "closed").chmod(0o500)
    tree.chmod(0o500)
    return tree


@contextmanager
def bottomless(tree: Path, levels: int) -> Iterator[Path]:
    """Make a tree so deep that no path leads to its bottom; pytest could not take it away."""
    tree.mkdir()
    place = os.open(tree, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir("down", dir_fd=place)
        inner = os.open("down", os.O_RDONLY, dir_fd=place)
        os.close(os.open("file", os.O_CREAT | os.O_WRONLY, dir_fd=inner))
        os.close(place)
        place = inner
    os.close(place)
    try:
        yield tree
    finally:
        subprocess.run(["rm", "-rf", str(tree)], check=True)


def test_erase_takes_closed_folders_but_follows_no_link(tmp_path: Path, kept: Path) -> None:
    tree = spoilt(tmp_path / "tree", kept)

    erase(tree)
    erase(tree)

    assert not tree.exists()
    assert (kept / "file").exists()
    assert kept.stat().st_mode & 0o777 == 0o500


def test_closed_folders_are_opened(tmp_path: Path, kept: Path, request: pytest.FixtureRequest) -> None:
    if passed_without_rights(request, tmp_path):
        return
    one, other = spoilt(tmp_path / "one", kept), spoilt(tmp_path / "other", kept)
    (tmp_path / "yard").mkdir()

    erase(one)
    bury(other, tmp_path / "yard")

    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["home", "kept", "yard"]
    assert list((tmp_path / "yard").iterdir()) == []
    assert kept.stat().st_mode & 0o777 == 0o500


def test_a_tree_that_is_deeper_than_any_path(tmp_path: Path) -> None:
    with bottomless(tmp_path / "tree", 1200) as tree:
        erase(tree)

        assert not tree.exists()


def test_a_link_is_deleted_itself(tmp_path: Path, kept: Path) -> None:
    for place in ("erased", "buried"):
        (tmp_path / place).symlink_to(kept)
    (tmp_path / "file").touch()
    (tmp_path / "yard").mkdir()

    erase(tmp_path / "erased")
    erase(tmp_path / "file")
    bury(tmp_path / "buried", tmp_path / "yard")

    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["home", "kept", "yard"]
    assert list((tmp_path / "yard").iterdir()) == []
    assert (kept / "file").exists()
    assert kept.stat().st_mode & 0o777 == 0o500


def test_what_an_interrupted_burial_left_goes_with_the_next(tmp_path: Path) -> None:
    (tmp_path / ".gone-abc" / "deep").mkdir(parents=True)
    (tmp_path / "kept").touch()

    bury(tmp_path / "missing", tmp_path)

    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["home", "kept"]


def test_a_tree_that_cannot_be_moved_stays(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    (tree / "yard").mkdir(parents=True)

    with pytest.raises(OSError, match="Invalid argument"):
        bury(tree, tree / "yard")

    assert tree.exists()


def test_open_folders_opens_each_before_it_is_listed(
    tmp_path: Path, kept: Path, request: pytest.FixtureRequest
) -> None:
    if passed_without_rights(request, tmp_path):
        return
    tree = spoilt(tmp_path / "tree", kept)

    open_folders(tree)

    assert (tree / "closed" / "deep" / "file").exists()
    assert kept.stat().st_mode & 0o777 == 0o500
