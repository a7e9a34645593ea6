"""Reads git's references straight from their files, never following what they do not name plainly."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

OBJECT_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_NAME = re.compile(r"refs/[^\x00-\x20\x7f~^:?*\[\\]+")
_HEADS = "refs/heads"
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
    stash = resolve(git_dir, "refs/stash")
    return below(git_dir, _HEADS) | ({"refs/stash": stash} if stash else {})


def below(common_dir: Path, prefix: str) -> dict[str, str]:
    """Read all references below a prefix such as `refs/heads`: name → object; symbolic ones are left out."""
    found = {}
    for folder, _, files in os.walk(common_dir / prefix):
        for file in files:
            name = (Path(folder) / file).relative_to(common_dir).as_posix()
            line = _read(common_dir / name, _SMALL)
            if _plain(name, prefix) and line is not None:
                found[name] = line.strip()
    # After the others: what is packed meanwhile is then seen at least once, and what is in a file wins.
    for line in (_read(common_dir / "packed-refs", _PACKED) or "").splitlines():
        commit, _, name = line.partition(" ")
        if _plain(name, prefix):
            found.setdefault(name, commit)
    return {name: commit for name, commit in found.items() if OBJECT_ID.fullmatch(commit)}


def stored_otherwise(common_dir: Path) -> bool:
    """Whether references are in no plain files, so that only git can read them."""
    return (common_dir / "reftable").is_dir()


def checked_out(common_dir: Path, name: str) -> Path | None:
    """Answer the git dir of a worktree that is on the branch `name`, or rebases it; None when none is."""
    places = [common_dir, *sorted(common_dir.glob("worktrees/*"))]
    return next((place for place in places if _on(place, name)), None)


def _on(git_dir: Path, name: str) -> bool:
    if (_read(git_dir / "HEAD", _SMALL) or "").strip() == f"ref: {name}":
        return True
    # At the end of a rebase its branch is moved, and HEAD goes back to it.
    files = (git_dir / kind / "head-name" for kind in ("rebase-merge", "rebase-apply"))
    return any((_read(file, _SMALL) or "").strip() == name for file in files)


def _plain(name: str, prefix: str = _HEADS) -> bool:
    if not name.startswith(f"{prefix}/") or not _NAME.fullmatch(name):
        return False
    return not any(part in {"", ".", ".."} or part.endswith(".lock") for part in name.split("/"))


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
