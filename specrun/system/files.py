"""Writes files so that a crash leaves either the old content or the new, and reads them back."""

from __future__ import annotations

import fcntl
import os
import time

TYPE_CHECKING = False  # `typing` and `json` are slow to import, and the shim pays for it at every start
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    Place = str | os.PathLike[str]

PRIVATE = 0o600

LEFT_BEHIND = ".specrun-*.tmp"
"""Names of what a killed process was writing."""


def sync_folder(path: Place) -> None:
    """Make the names in a folder durable. Raises OSError."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_bytes(path: Place, data: bytes, mode: int = PRIVATE) -> None:
    """Replace a file in one step, durable on return.

    Raises OSError, e.g. ENOSPC; then the old content stands and no temporary file is left behind.
    """
    temporary = _temporary(path, data, mode)
    try:
        os.rename(temporary, path)
    except OSError:
        _remove(temporary)
        raise
    sync_folder(_folder(path))


def write_passing(path: Place, value: Mapping[str, Any], mode: int = PRIVATE) -> None:
    """Replace a file by a JSON object in one step, without waiting for the disk.

    Only for what may be forgotten when the machine loses power, because it can be found out again.
    """
    temporary = _temporary(path, _encode(value), mode, sync=False)
    try:
        os.rename(temporary, path)
    except OSError:
        _remove(temporary)
        raise


def write_text(path: Place, text: str, mode: int = PRIVATE) -> None:
    """Replace a file by UTF-8 text; see write_bytes."""
    write_bytes(path, text.encode(), mode)


def write_json(path: Place, value: Mapping[str, Any], mode: int = PRIVATE) -> None:
    """Replace a file by a JSON object; see write_bytes."""
    write_bytes(path, _encode(value), mode)


def create_json(path: Place, value: Mapping[str, Any], mode: int = PRIVATE) -> bool:
    """Create a file, complete from its first moment, or answer False because it is there already.

    Of many processes that try, exactly one gets True. Raises OSError.
    """
    return create_bytes(path, _encode(value), mode)


def create_bytes(path: Place, data: bytes, mode: int = PRIVATE) -> bool:
    """Create a file of any content, or answer False because it is there already; see create_json."""
    temporary = _temporary(path, data, mode)
    try:
        os.link(temporary, path)
    except FileExistsError:
        return False
    finally:
        _remove(temporary)
    sync_folder(_folder(path))
    return True


def same(path: Place, data: bytes) -> bool:
    """Whether the file holds exactly these bytes; False when there is none."""
    try:
        with open(path, "rb") as file:
            return file.read() == data
    except FileNotFoundError:
        return False


def replace_if_changed(path: Place, data: bytes, mode: int = PRIVATE) -> bool:
    """Write only what differs, so that equal content keeps its times; answers whether it wrote."""
    if same(path, data):
        return False
    write_bytes(path, data, mode)
    return True


def append_line(path: Place, text: str, mode: int = PRIVATE) -> None:
    """Add one line durably; an incomplete last line from an earlier crash is cut off first.

    Safe between processes. Raises OSError, and then the file is as it was.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, mode)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        size = _whole(handle)
        os.ftruncate(handle, size)
        try:
            _write_all(handle, text.encode() + b"\n")
            os.fsync(handle)
        except OSError:
            os.ftruncate(handle, size)
            raise
    finally:
        os.close(handle)


def append_passing(path: Place, text: str, mode: int = PRIVATE) -> None:
    """Add one line without waiting for the disk; see write_passing. Raises OSError."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, mode)
    try:
        _write_all(handle, text.encode() + b"\n")
    finally:
        os.close(handle)


def read_lines(path: Place) -> list[str]:
    """Answer the complete lines of a file, none when it is missing; bytes that are not UTF-8 are replaced."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except FileNotFoundError:
        return []
    whole, _, _ = data.rpartition(b"\n")
    return whole.decode(errors="replace").split("\n") if whole else []


def read_json(path: Place) -> dict[str, Any]:
    """Read back an object. Raises OSError, and ValueError when the content is not a JSON object."""
    import json

    with open(path, "rb") as file:
        value = json.loads(file.read())
    if isinstance(value, dict):
        return value
    raise ValueError(f"{os.fspath(path)} holds a {type(value).__name__} where an object is expected")


def _encode(value: Mapping[str, Any]) -> bytes:
    import json

    # On one line: only then does the quick encoder, written in C, serve.
    return json.dumps(value, sort_keys=True).encode() + b"\n"


def _folder(path: Place) -> str:
    return os.path.dirname(os.fspath(path)) or "."


def _temporary(path: Place, data: bytes, mode: int, *, sync: bool = True) -> str:
    """Write a (durable) file beside `path`, of a short name, since `path` may be as long as names can be."""
    name = os.path.join(_folder(path), f".specrun-{os.getpid()}-{time.monotonic_ns()}.tmp")
    handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        _write_all(handle, data)
        if sync:
            os.fsync(handle)
    except OSError:
        _remove(name)
        raise
    finally:
        os.close(handle)
    return name


def _write_all(handle: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]


def _whole(handle: int, step: int = 65536) -> int:
    """Answer the size up to and with the last newline."""
    end = os.fstat(handle).st_size
    while end > 0:
        start = max(0, end - step)
        found = os.pread(handle, end - start, start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        pass
