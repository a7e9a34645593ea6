"""Makes the folder where the CLI of an attempt finds its configuration and keeps its conversation."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

PRIVATE = 0o700


def furnish(home: Path, files: Mapping[str, str], earlier: Path | None) -> None:
    """Make the folder with `files` by relative path; what `earlier` holds is taken over first.

    Raises OSError, and ValueError for a path that leads out of the folder.
    """
    if earlier is not None and earlier.is_dir():
        shutil.copytree(earlier, home, symlinks=True, ignore=_odd)
    home.mkdir(mode=PRIVATE, exist_ok=True)
    home.chmod(PRIVATE)
    for name, text in files.items():
        path = home / name
        if Path(os.path.normpath(path)) == home or not Path(os.path.normpath(path)).is_relative_to(home):
            raise ValueError(f"{name} leads out of the configuration folder")
        path.parent.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_text(text)
        path.chmod(0o600)


def clear(home: Path) -> None:
    """Remove the folder as far as that is possible; nobody needs it any more."""
    shutil.rmtree(home, ignore_errors=True)


def _odd(folder: str, names: list[str]) -> list[str]:
    """Name what cannot be copied: sockets and pipes of programs that have ended."""
    return [name for name in names if not _plain(os.path.join(folder, name))]  # noqa: PTH118 - as copytree gives it


def _plain(path: str) -> bool:
    return os.path.islink(path) or os.path.isfile(path) or os.path.isdir(path)  # noqa: PTH112, PTH113, PTH114
