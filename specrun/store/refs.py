"""Reads git's references straight from their files, never following what they do not name plainly."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

OBJECT_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_NAME = re.compile(r"refs/heads/[^\x00-\x20\x7f~^:?*\[\\]+")
_SMALL = 4096
_PACKED = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Head:
    """What HEAD says: its branch ("" when detached) and commit ("" when that is not in plain files)."""

    branch: str
    commit: str


def read_head(git_dir: Path, common_dir: Path) -> Head | None:
    """Read HEAD; None when its file is missing or says something unusual."""
    line = _read(git_dir / "HEAD", _SMALL)
    if line is None:
        return None
    if OBJECT_ID.fullmatch(line.strip()):
        return Head("", line.strip())
    name = line.removeprefix("ref: ").strip()
    if not line.startswith("ref: ") or not _plain(name):
        return None
    return Head(name.removeprefix("refs/heads/"), resolve(common_dir, name) or "")


def resolve(common_dir: Path, name: str) -> str | None:
    """Answer the object that a reference names; None when it is missing, symbolic or stored otherwise."""
    line = _read(common_dir / name, _SMALL)
    if line is not None:
        commit = line.strip()
        return commit if OBJECT_ID.fullmatch(commit) else None
    text = _read(common_dir / "packed-refs", _PACKED) or ""
    found = re.search(rf"^({OBJECT_ID.pattern}) {re.escape(name)}$", text, re.MULTILINE)
    return found[1] if found else None


def branches(git_dir: Path) -> dict[str, str]:
    """Read all branches, and the stash, of a repository that may be hostile: name → commit."""
    packed = (_read(git_dir / "packed-refs", _PACKED) or "").splitlines()
    pairs = (line.split(" ", 1) for line in packed if " " in line)
    found = {name: commit for commit, name in pairs if OBJECT_ID.fullmatch(commit) and _plain(name)}
    top = git_dir / "refs" / "heads"
    for folder, _, files in os.walk(top):
        for file in files:
            name = (Path(folder) / file).relative_to(git_dir).as_posix()
            line = _read(git_dir / name, _SMALL)
            if _plain(name) and line is not None and OBJECT_ID.fullmatch(line.strip()):
                found[name] = line.strip()
    stash = resolve(git_dir, "refs/stash")
    return found | ({"refs/stash": stash} if stash else {})


def checked_out(common_dir: Path, name: str) -> Path | None:
    """Answer the git dir of a worktree whose HEAD is on the reference `name`, None when there is none."""
    places = [common_dir, *sorted(common_dir.glob("worktrees/*"))]
    wanted = f"ref: {name}"
    return next((place for place in places if (_read(place / "HEAD", _SMALL) or "").strip() == wanted), None)


def _plain(name: str) -> bool:
    parts = name.split("/")
    return bool(_NAME.fullmatch(name)) and not any(part in {"", ".", ".."} for part in parts)


def _read(path: Path, limit: int) -> str | None:
    """Read a small regular file; a link, pipe or anything else counts as missing."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError):
        return None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return os.fsdecode(file.read(limit))
    finally:
        os.close(descriptor)
