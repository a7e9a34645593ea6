"""Puts the first files of specrun into a repo; what is there already is never overwritten."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from specrun.errors import EnvironmentProblem
from specrun.store.documents import writing
from specrun.store.git import Git
from specrun.store.records import READABLE
from specrun.system.files import write_bytes

IGNORE = ".gitignore"
_FIX = "let this user write there, or free some space"


class State(StrEnum):
    """What becomes of a file."""

    NEW = "new"
    KEPT = "kept"
    RENEWED = "renewed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One file (path from the repo root) and what it is to hold; one that is `made` by specrun is renewed."""

    path: str
    data: bytes
    made: bool = False
    state: State = State.NEW


def ignoring(git: Git, folder: str) -> Sheet:
    """Answer .gitignore with a line for a folder at the top, unless git leaves that out already.

    Raises EnvironmentProblem where the file is a link or cannot be read.
    """
    before = _contents(git.root / IGNORE)
    asked = ("check-ignore", "--quiet", "--no-index", "--", f"{folder}/file")
    # It takes paths, and refuses to be told that they are no patterns.
    if git.run(*asked, env={"GIT_LITERAL_PATHSPECS": "0"}, codes=(0, 1)).code == 0:
        return Sheet(path=IGNORE, data=before, state=State.KEPT)
    end = b"\r\n" if b"\r\n" in before else b"\n"
    gap = end if before and not before.endswith(b"\n") else b""
    return Sheet(path=IGNORE, data=before + gap + f"/{folder}/".encode() + end, made=True)


def _contents(path: Path) -> bytes:
    if path.is_symlink():
        raise EnvironmentProblem(f"{path.name} is a link", "put a real file there")
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as exc:
        fix = "put a file there that this user may read"
        raise EnvironmentProblem(f"{path.name} cannot be read: {exc.strerror}", fix) from exc


def judged(root: Path, sheets: Sequence[Sheet]) -> tuple[Sheet, ...]:
    """Answer what becomes of each file, before anything is written.

    Raises EnvironmentProblem for what is in the way: links, files where folders are needed, closed folders.
    """
    return tuple(_judged(root, sheet) for sheet in sheets)


def _judged(root: Path, sheet: Sheet) -> Sheet:
    if sheet.state is State.KEPT:
        return sheet
    path = root / sheet.path
    folder = root
    for part in Path(sheet.path).parts[:-1]:
        folder /= part
        _passable(root, folder)
    if os.path.lexists(path):
        return _there(sheet, path)
    nearest = next(above for above in path.parents if above.exists())
    if not os.access(nearest, os.W_OK | os.X_OK):
        where = "the top folder of the repository" if nearest == root else str(nearest.relative_to(root))
        raise EnvironmentProblem(f"{sheet.path} cannot be written: {where} is closed to this user", _FIX)
    return sheet


def _passable(root: Path, folder: Path) -> None:
    name = folder.relative_to(root)
    if folder.is_symlink():
        raise EnvironmentProblem(f"{name} is a link", "put a real folder there")
    if folder.exists() and not folder.is_dir():
        raise EnvironmentProblem(f"{name} is a file where a folder is needed", "rename it")


def _there(sheet: Sheet, path: Path) -> Sheet:
    """Answer what becomes of a file that is there."""
    if not path.exists():
        raise EnvironmentProblem(f"{sheet.path} is a link that leads nowhere", "remove the link")
    if not path.is_file():
        raise EnvironmentProblem(f"{sheet.path} is no file", "rename what lies there")
    if not sheet.made or _contents(path) == sheet.data:
        return replace(sheet, state=State.KEPT)
    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK | os.X_OK):
        raise EnvironmentProblem(f"{sheet.path} is closed to this user", _FIX)
    return replace(sheet, state=State.RENEWED)


def put(root: Path, sheets: Sequence[Sheet]) -> None:
    """Write what is new or renewed, each file in one step. Raises EnvironmentProblem."""
    for sheet in sheets:
        if sheet.state is State.KEPT:
            continue
        path = root / sheet.path
        with writing(Path(sheet.path), _FIX):
            path.parent.mkdir(parents=True, exist_ok=True)
            mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else READABLE
            write_bytes(path, sheet.data, mode)
