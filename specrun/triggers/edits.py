"""Tells when files that people edit have changed and been left alone; what that means, others find out."""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from specrun.triggers.wakes import is_remote

if TYPE_CHECKING:
    from watchfiles._rust_notify import RustNotify

QUIET = 0.2
"""Seconds without another change after which an edit is over: editors write a file in several steps."""
LONGEST = 2.0
"""Seconds after which an edit is looked at even if changes go on."""
POLL = 0.5
"""Seconds between two looks where the kernel does not tell of changes."""

_DRAIN = 1
"""Milliseconds for each of watchfiles' limits, so that it answers at once what has gathered."""
_MOST = 1_000
"""Folders below the trees that are watched."""
_REPEATS = 3

Stamps = Mapping[str, tuple[int, int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """What counts as an edit, as paths relative to the root.

    `files` themselves, wherever links lead; what lies right in `folders` and has one of the `endings`; and
    everything below `trees`. None of them has to exist.
    """

    files: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    trees: tuple[str, ...] = ()


class Edits:
    """Watches the folders of some places below `root`, which has to be a real path.

    Folders, since editors replace files: a file that is watched itself would be lost then. What lies in the
    folders `ignored` (absolute) never counts, nor does anything outside of the root. `blind` says why the
    kernel does not tell of changes, so that files are looked at again and again; "" where it does.
    """

    def __init__(
        self,
        root: Path,
        places: Places,
        *,
        ignored: Iterable[Path] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._root = str(root)
        self._ignored = tuple(str(folder) for folder in ignored)
        self._clock = clock
        self._notify: RustNotify | None = None
        self._watched: dict[str, tuple[int, int]] = {}
        self._seen: Stamps = {}
        self._looked = clock()
        self._first: float | None = None
        self._last = 0.0
        self.blind = "it lies on a disk that other machines write to" if is_remote(root) else ""
        self.follow(places)

    def follow(self, places: Places) -> None:
        """Watch these places from now on; whatever has happened there until now counts as an edit."""
        self._first = self._last = self._clock()
        self._places = places
        self._open = frozenset(self._real(places.folders))
        self._trees = tuple(self._real(places.trees))
        self._names = frozenset(self._named(places))
        self._watch()

    def _watch(self) -> None:
        """Watch the folders that are there now: some may have been made or replaced."""
        for _ in range(_REPEATS):
            folders = dict(self._folders())
            if self._notify is not None and folders == self._watched:
                return
            with suppress(FileNotFoundError):  # a folder has just gone
                self._renew(folders)
                break
        self._seen = self._stamps() if self._notify is None else {}

    def settled(self) -> bool:
        """Whether something was edited since this was last asked with a yes, and is left alone by now.

        Takes a few milliseconds at most, and never waits.
        """
        now = self._clock()
        if self._changed(now):
            self._first = now if self._first is None else self._first
            self._last = now
        if self._first is None or (now - self._last < QUIET and now - self._first < LONGEST):
            return False
        # What comes from here on is seen by those who look now, or makes the next edit.
        self._first = None
        self._watch()
        return True

    def stir(self) -> None:
        """Count something that was noticed elsewhere as a change, unless there is one already."""
        if self._first is None:
            self._first = self._last = self._clock()

    def close(self) -> None:
        """Watch no more."""
        if self._notify is not None:
            self._notify.close()
            self._notify = None

    def _renew(self, folders: dict[str, tuple[int, int]]) -> None:
        """Have the kernel tell of what happens in the folders; the former watch goes on until then."""
        former, made = self._notify, None if self.blind else self._notifier(folders)
        self._notify, self._watched = made, folders
        if former is not None:
            former.close()

    def _notifier(self, folders: Iterable[str]) -> RustNotify | None:
        from watchfiles._rust_notify import RustNotify, WatchfilesRustInternalError

        try:
            return RustNotify(list(folders), False, False, 0, False, False)  # noqa: FBT003 - takes no names
        except FileNotFoundError:
            raise
        except (OSError, WatchfilesRustInternalError) as error:
            spent = isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EMFILE}
            self.blind = "all watches of this system are in use" if spent else f"{error}"
            return None

    def _changed(self, now: float) -> bool:
        if self._notify is not None:
            told = self._notify.watch(_DRAIN, _DRAIN, _DRAIN, None)
            if told == "signal":
                raise KeyboardInterrupt
            return not isinstance(told, str) and any(self._counts(path) for _, path in told)
        if now - self._looked < POLL:
            return False
        self._looked = now
        before, self._seen = self._seen, self._stamps()
        return before != self._seen

    def _counts(self, path: str) -> bool:
        folder, _, name = path.rpartition("/")
        return (
            path in self._names
            or (folder in self._open and name.endswith(self._places.endings))
            or any(path.startswith(f"{tree}/") for tree in self._trees)
        )

    def _out(self, path: str) -> bool:
        inside = path == self._root or path.startswith(f"{self._root}/")
        return not inside or any(f"{path}/".startswith(f"{folder}/") for folder in self._ignored)

    def _named(self, places: Places) -> Iterator[str]:
        """Answer the paths that count by themselves, with the folders on the way: these may be replaced."""
        for path in self._real((*places.files, *places.folders, *places.trees)):
            if path.startswith(f"{self._root}/"):
                steps = path[len(self._root) :].split("/")
                yield from (self._root + "/".join(steps[:end]) for end in range(2, len(steps) + 1))

    def _real(self, names: Iterable[str]) -> list[str]:
        """Answer whole paths, each as it is named and where it leads: the kernel may tell of either."""
        paths = [os.path.normpath(f"{self._root}/{name}") for name in names]
        return list(dict.fromkeys([*paths, *map(os.path.realpath, paths)]))

    def _folders(self) -> Iterator[tuple[str, tuple[int, int]]]:
        """Answer the folders to be watched, each with what tells it from another one in its place."""
        wanted = {self._root, *self._names}
        for tree in self._trees:
            wanted.update(_below(tree))
        for folder in sorted(one for one in wanted if not self._out(one)):
            if self._out(os.path.realpath(folder)):
                continue
            with suppress(OSError):
                seen = Path(folder).stat()
                if stat.S_ISDIR(seen.st_mode):
                    yield folder, (seen.st_dev, seen.st_ino)

    def _stamps(self) -> Stamps:
        """Answer what tells of changes in all that counts: time, size and identity."""
        found = {}
        for folder in dict(self._folders()):
            for path in _entries(folder):
                if self._counts(path):
                    with suppress(OSError):
                        seen = Path(path).stat()
                        # A folder changes with every name in it; those that count have their own stamps.
                        told = (0, 0) if stat.S_ISDIR(seen.st_mode) else (seen.st_mtime_ns, seen.st_size)
                        found[path] = (*told, seen.st_ino)
        return found


def _entries(folder: str) -> list[str]:
    try:
        return [f"{folder}/{name}" for name in os.listdir(folder)]  # noqa: PTH208 - strings go in and out
    except OSError:
        return []


def _below(tree: str) -> list[str]:
    """Answer a folder and all below it, of very many only the first; links are not followed."""
    found = []
    for folder, names, _ in os.walk(tree):
        found.append(folder)
        names.sort()
        if len(found) >= _MOST:
            break
    return found
