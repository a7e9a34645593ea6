"""Makes the folder where the CLI of an attempt finds its configuration and keeps its conversation."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

PRIVATE = 0o700


def furnish(home: Path, files: Mapping[str, str], earlier: Path | None) -> None:
    """Make the folder with `files` by relative path; what `earlier` holds is taken over first.

    Agents wrote what is in there, so no link in it is followed. Raises OSError, and ValueError for a path
    that leads out of the folder.
    """
    if earlier is not None and not earlier.is_symlink() and earlier.is_dir():
        _unlock(earlier)
        shutil.copytree(earlier, home, symlinks=True, ignore=_odd)
    home.mkdir(mode=PRIVATE, exist_ok=True)
    home.chmod(PRIVATE)
    for name, text in files.items():
        path = Path(os.path.normpath(home / name))
        if path == home or not path.is_relative_to(home):
            raise ValueError(f"{name} leads out of the configuration folder")
        _make_way(home, path)
        path.write_text(text)
        path.chmod(0o600)


def clear(home: Path) -> None:
    """Remove the folder as far as that is possible; nobody needs it any more."""
    if home.is_symlink():
        with suppress(OSError):
            home.unlink()
        return
    _unlock(home)
    shutil.rmtree(home, ignore_errors=True)


def _make_way(home: Path, path: Path) -> None:
    """Make real folders down to `path`, and remove what lies there."""
    for folder in reversed(path.parents):
        if folder != home and folder.is_relative_to(home):
            if folder.is_symlink() or not folder.is_dir():
                folder.unlink(missing_ok=True)
            folder.mkdir(mode=PRIVATE, exist_ok=True)
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)


def _unlock(folder: Path) -> None:
    """Let the owner into all of a folder, whatever an agent has closed."""
    places = [os.fspath(folder)]
    while places:
        place = places.pop()
        with suppress(OSError):
            os.chmod(place, PRIVATE)  # noqa: PTH101 - a folder may hold very many
            with os.scandir(place) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        places.append(entry.path)
                    elif entry.is_file(follow_symlinks=False):
                        os.chmod(entry.path, entry.stat(follow_symlinks=False).st_mode | 0o600)  # noqa: PTH101 - as above


def _odd(folder: str, names: list[str]) -> list[str]:
    """Name what cannot be copied: sockets and pipes of programs that have ended."""
    return [name for name in names if not _plain(os.path.join(folder, name))]  # noqa: PTH118 - as copytree gives it


def _plain(path: str) -> bool:
    return os.path.islink(path) or os.path.isfile(path) or os.path.isdir(path)  # noqa: PTH112, PTH113, PTH114 - as above
