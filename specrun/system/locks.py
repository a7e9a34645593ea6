"""Kernel locks that end with their holder, however it dies."""

from __future__ import annotations

import fcntl
import os
import struct

TYPE_CHECKING = False  # `typing` is slow to import, and the shim pays for it at every start
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    Place = str | os.PathLike[str]

OFD = hasattr(fcntl, "F_OFD_SETLK")
"""Whether locks belong to open files and can be probed without taking anything (Linux); else flock(2)."""

_LAYOUT = "hhqqi"  # struct flock: type, whence, start, length, pid


class Lock:
    """A held lock; it ends with `close`, with the process, or on leaving a `with` block.

    The file stays: a removed lock file could be made anew and locked by a second holder.
    """

    __slots__ = ("_handle",)

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def stands(self, path: Place) -> bool:
        """Whether the file at `path` is still the one that is locked, not gone and not another one."""
        try:
            return os.path.samestat(os.fstat(self._handle), os.stat(path))
        except OSError:
            return False

    def close(self) -> None:
        """Let go; harmless when repeated."""
        handle, self._handle = self._handle, -1
        if handle >= 0:
            os.close(handle)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def acquire(path: Place) -> Lock | None:
    """Take the lock at once or answer None; programs that are started later do not inherit it.

    Without `OFD` a probe of someone else may hold it for microseconds: try again. Raises OSError.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _take(handle)
    except BlockingIOError:
        os.close(handle)
        return None
    except BaseException:
        os.close(handle)
        raise
    return Lock(handle)


def held(path: Place) -> bool:
    """Whether somebody (this process too) holds the lock; a missing file is free. Raises OSError."""
    try:
        # Whoever may only read, e.g. on a read-only file system, may ask as well.
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        return _taken(handle)
    finally:
        os.close(handle)


def _take(handle: int) -> None:
    if OFD:
        fcntl.fcntl(handle, fcntl.F_OFD_SETLK, struct.pack(_LAYOUT, fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0))
    else:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _taken(handle: int) -> bool:
    if OFD:
        asked = struct.pack(_LAYOUT, fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
        kind = struct.unpack(_LAYOUT, fcntl.fcntl(handle, fcntl.F_OFD_GETLK, asked))[0]
        return bool(kind != fcntl.F_UNLCK)
    try:
        _take(handle)
    except BlockingIOError:
        return True
    return False
