"""Looks which files of the repo itself some globs mean and what is in them, so that changes can be told."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum
from pathlib import Path

from specrun.core.glob import ANY, NOT, matches

_MOST = 20_000
"""Files that are watched at most, and entries that are looked at: what lies near the top comes first."""
_LOOKED_AT = 500_000

_READ = 1 << 20
"""Bytes up to which content tells; of a larger file, size and the time of its last change do."""

_CLOSED = "closed"
_REPOSITORY = "repository"


class _Meant(IntEnum):
    """What the globs say of a path: no word yet, a name of it fits, it is meant."""

    FAR = 0
    NEAR = 1
    YES = 2


def watched(root: Path, globs: Sequence[str]) -> Mapping[str, str]:
    """Answer path and digest (of kind, mode and content) of the files below `root` that globs mean.

    Capitals are no matter, nor is what git thinks of a file: a test tool loads ignored ones too. What is not
    looked into is told whatever its name, for anything may be loaded from there: repositories inside this one
    (as their `.git`), links to folders, closed folders.
    """
    found: dict[str, str] = {}
    if not globs:
        return found
    for path, entry, meant in _walk(root, _Globs(globs)):
        if isinstance(entry, str):
            found[path] = entry
        elif meant is _Meant.YES or _leads_to_folder(entry):
            found[path] = _digest(entry.path)
        if len(found) >= _MOST:
            break
    return {path: digest for path, digest in sorted(found.items()) if digest}


class _Globs:
    """Globs, asked level by level, so that few paths have to be held against all of them."""

    def __init__(self, globs: Sequence[str]) -> None:
        self._globs = globs
        self._likely = _likely(globs)
        self._final = not any(glob.startswith(NOT) for glob in globs)

    def of(self, above: _Meant, name: str, path: str) -> _Meant:
        """What they say of a file; `above` is what they said of its folder."""
        if above is _Meant.YES or (above is _Meant.FAR and not self._likely.fullmatch(name)):
            return above
        return _Meant.YES if matches(self._globs, path, case=False) else _Meant.NEAR

    def of_folder(self, above: _Meant, name: str, path: str) -> _Meant:
        """The same of a folder, which covers what is in it, unless there are exceptions."""
        meant = self.of(above, name, path)
        return meant if self._final else min(meant, _Meant.NEAR)


def _likely(globs: Sequence[str]) -> re.Pattern[str]:
    """Answer what one name at least has to be like in every path that the globs mean."""
    hints = set()
    for glob in globs:
        if not glob.startswith(NOT):
            names = [name for name in glob.split("/") if name not in {"", ".", ANY}]
            hints.add(_hint(names[-1]) if names else ".*")
    return re.compile("|".join(sorted(hints)) or r"(?!)", re.DOTALL | re.IGNORECASE)


def _hint(name: str) -> str:
    head, *rest = re.split(r"[*?\[]", name, maxsplit=1)
    if not rest:
        return re.escape(name)
    tail = "" if "[" in name else re.split(r"[*?]", name)[-1]
    return f"{re.escape(head)}.*{re.escape(tail)}"


def _walk(root: Path, globs: _Globs) -> Iterator[tuple[str, os.DirEntry[str] | str, _Meant]]:
    """Yield, level by level, path and entry of all that is no folder, and whether it is meant.

    A word stands for the entry of what is not looked into.
    """
    waiting = deque([("", _Meant.FAR)])
    room = _LOOKED_AT
    while waiting and room > 0:
        folder, above = waiting.popleft()
        entries = _entries(f"{root}/{folder}")
        room -= len(entries or ())
        prefix = f"{folder}/" if folder else ""
        if entries is None:
            yield folder, _CLOSED, above
        elif folder and any(_is_git(entry) for entry in entries):
            yield f"{prefix}.git", _REPOSITORY, above
        else:
            for entry in entries:
                path = f"{prefix}{entry.name}"
                if not entry.is_dir(follow_symlinks=False):
                    yield path, entry, globs.of(above, entry.name, path)
                elif not _is_git(entry):
                    waiting.append((path, globs.of_folder(above, entry.name, path)))


def _entries(folder: str) -> list[os.DirEntry[str]] | None:
    """List a folder in order; None for one that cannot be listed."""
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except FileNotFoundError:
        return []
    except OSError:
        return None


def _is_git(entry: os.DirEntry[str]) -> bool:
    return entry.name.lower() == ".git"


def _leads_to_folder(entry: os.DirEntry[str]) -> bool:
    return entry.is_symlink() and os.path.isdir(entry.path)  # noqa: PTH112 - is_dir() of entries may raise


def _digest(path: str) -> str:
    """Answer a hex SHA-256, a word for what cannot be read, "" for what is gone meanwhile."""
    try:
        seen = os.lstat(path)
        hashed = hashlib.sha256(f"{seen.st_mode:o} {seen.st_size} ".encode())
        if stat.S_ISLNK(seen.st_mode):
            hashed.update(os.fsencode(os.readlink(path)))  # noqa: PTH115 - a str in, a str out
        elif stat.S_ISREG(seen.st_mode):
            hashed.update(_content(path, seen))
    except FileNotFoundError:
        return ""
    except OSError:
        return _CLOSED
    return hashed.hexdigest()


def _content(path: str, seen: os.stat_result) -> bytes:
    """Answer what stands for the content of a regular file."""
    if seen.st_size > _READ:
        return f"{seen.st_ctime_ns}".encode()
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        return file.read(_READ)
