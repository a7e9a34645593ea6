"""Waits until an attempt ends, somebody wakes it, or time is up; which of them, the loop finds out itself."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watchfiles._rust_notify import RustNotify

_BRISK, _CALM = (5, 1), (10, 4)
"""(debounce, step) of watchfiles in milliseconds: how long events are gathered, and how often it looks.

Where one task has just ended, the next may follow soon: the moments after a change are brisk and cost 1.7 %
of a core, later ones 0.5 %.
"""
_BRISK_FOR = 0.25

_DELETED = 3
_POLL = 0.02
_REMOTE = {"9p", "afs", "ceph", "cifs", "fuse.sshfs", "nfs", "nfs4", "smb3", "smbfs", "vboxsf", "virtiofs"}


class Wakes:
    """Watches one flat folder, which has to exist; after each wake-up everything has to be looked at."""

    def __init__(self, done: Path) -> None:
        self._done = done
        self._woken = _Flag()
        self._notify = _notifier(done)
        self._seen = _stamp(done)
        self._calm_from = time.monotonic() + _BRISK_FOR
        self.woken = False
        """Whether the last wait ended for a reason: a change or `wake`, not the time."""

    def wait(self, timeout: float) -> None:
        """Return when the folder has changed, after `wake`, or after `timeout` seconds.

        What changed between two waits ends the second one at once; a name that vanishes ends none, since that
        is the waiter's own doing. Signal handlers run at once; an exception of theirs comes out as
        KeyboardInterrupt.
        """
        until = time.monotonic() + timeout
        changed = False
        while not changed and not self._woken.value and (left := until - time.monotonic()) > 0:
            changed = self._changes(left)
        self.woken = changed or self._woken.value
        self._woken.value = False
        if self.woken:
            self._calm_from = time.monotonic() + _BRISK_FOR

    def wake(self) -> None:
        """End the wait of now, or else the next one, within milliseconds; a signal handler may call this."""
        self._woken.value = True

    def close(self) -> None:
        """Watch no more."""
        if self._notify is not None:
            self._notify.close()
            self._notify = None

    def _changes(self, longest: float) -> bool:
        """Wait for a change, at most `longest` seconds or as long as the pace stays the same."""
        if self._notify is None:
            return self._stamp_changes(longest)
        brisk = self._calm_from - time.monotonic()
        pace, seconds = (_BRISK, min(longest, brisk)) if brisk > 0 else (_CALM, longest)
        seen = self._notify.watch(*pace, max(1, round(seconds * 1000)), self._woken)
        if seen == "signal":
            raise KeyboardInterrupt
        return not isinstance(seen, str) and any(kind != _DELETED for kind, _ in seen)

    def _stamp_changes(self, longest: float) -> bool:
        now = _stamp(self._done)
        if now != self._seen:
            self._seen = now
            return True
        time.sleep(min(_POLL, longest))
        return False


def wakes(done: Path, every: float = 2.0) -> Iterator[None]:
    """Yield at each change of the folder, and every `every` seconds (of waiting) without one."""
    watch = Wakes(done)
    try:
        while True:
            watch.wait(every)
            yield
    finally:
        watch.close()


class _Flag:
    """Says stop to watchfiles; setting it takes no lock, so a signal handler may."""

    def __init__(self) -> None:
        self.value = False

    def is_set(self) -> bool:
        return self.value


def _notifier(done: Path) -> RustNotify | None:
    """Answer the kernel's notifications, None where there are none: a remote disk, or all of them in use."""
    if is_remote(done):
        return None
    from watchfiles._rust_notify import RustNotify, WatchfilesRustInternalError

    try:
        return RustNotify([str(done)], False, False, 0, False, False)  # noqa: FBT003 - takes no names
    except (OSError, WatchfilesRustInternalError):
        if not done.is_dir():
            raise
        return None


def _stamp(done: Path) -> int:
    try:
        return done.stat().st_mtime_ns
    except OSError:
        return 0


def is_remote(folder: Path) -> bool:
    """Whether changes may be made by another machine, of which the kernel here would not tell."""
    return _file_system(os.path.realpath(folder), _mounts()) in _REMOTE


def _file_system(path: str, mounts: list[tuple[str, str]]) -> str:
    """Answer the type of the mount (point, type) that a path lies on."""
    over = [(len(point), kind) for point, kind in mounts if f"{path}/".startswith(f"{point.rstrip('/')}/")]
    return max(over)[1] if over else ""


def _mounts() -> list[tuple[str, str]]:
    """Answer mount points and types, later ones last; nothing where /proc does not tell."""
    try:
        rows = Path("/proc/self/mounts").read_text(errors="replace").splitlines()
    except OSError:
        return []
    fields = (row.split() for row in rows)
    return [(field[1].replace("\\040", " "), field[2]) for field in fields]
