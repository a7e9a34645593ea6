"""Takes trees away, whatever somebody has done to them, without following a link."""

from __future__ import annotations

import os
import shutil
import stat
from contextlib import suppress
from pathlib import Path

_GRAVE = ".gone-"
_OPEN = 0o700


def bury(path: Path, yard: Path) -> None:
    """Take a tree away in one step and delete it then, below `yard`; a missing one is fine.

    What an interrupted burial left goes with the next. Raises OSError.
    """
    grave = yard / f"{_GRAVE}{os.urandom(4).hex()}"
    with suppress(FileNotFoundError):
        _open(str(path))  # a closed folder cannot be moved into another one
        path.rename(grave)
    erase(grave)
    sweep(yard)


def sweep(yard: Path) -> None:
    """Delete what interrupted burials have left below `yard`, as far as that is possible."""
    for left in yard.glob(f"{_GRAVE}*"):
        with suppress(OSError):  # somebody else may be at it
            erase(left)


def erase(path: Path) -> None:
    """Delete a tree, closed folders and bottomless ones in it too; a link itself; a missing one is fine.

    Raises OSError.
    """
    with suppress(RecursionError):
        shutil.rmtree(path, ignore_errors=True)
    with suppress(FileNotFoundError):
        if stat.S_ISDIR(path.lstat().st_mode):
            _flatten(str(path))
        else:
            path.unlink()


def open_folders(path: Path) -> None:
    """Give the owner every right on all folders of a tree, each before it is listed; no link is followed."""
    path.chmod(_OPEN)
    for folder, names, _ in os.walk(path):
        for name in names:
            inner = Path(folder) / name
            if not inner.is_symlink():
                inner.chmod(_OPEN)


def _flatten(top: str) -> None:
    """Delete a tree from above, lifting what lies deeper, so that no path gets too long."""
    _open(top)
    while folders := _folders(top):
        for folder in folders:
            _open(folder)
            for inner in _folders(folder):
                _open(inner)
                os.rename(inner, f"{top}/{os.urandom(8).hex()}")  # noqa: PTH104 - as plain as the names around it
            os.rmdir(folder)  # noqa: PTH106
    os.rmdir(top)  # noqa: PTH106


def _folders(path: str) -> list[str]:
    """Answer the folders in a folder, and delete everything else in it."""
    with os.scandir(path) as entries:
        found = [(entry.path, entry.is_dir(follow_symlinks=False)) for entry in entries]
    for name, is_folder in found:
        if not is_folder:
            os.unlink(name)  # noqa: PTH108
    return [name for name, is_folder in found if is_folder]


def _open(path: str) -> None:
    if stat.S_ISDIR(os.lstat(path).st_mode):
        os.chmod(path, _OPEN)  # noqa: PTH101
