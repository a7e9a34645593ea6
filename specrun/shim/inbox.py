"""Takes in the files that a program left for specrun: regular files only, small, and free of secrets."""

from __future__ import annotations

import json
import os
import stat
import time

from specrun.shim.redact import redacted
from specrun.system import files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import NoReturn

OUTPUT_LIMIT = 64 * 1024
VERDICT_LIMIT = 4 * 1024


class Unfit(Exception):
    """What was left cannot be taken; the message is a sentence for the user."""


def take_output(directory: str, secrets: Collection[str]) -> str:
    """Copy SPECRUN_OUTPUT to `output.json`; answers what is wrong with it. Raises OSError of the disk."""
    try:
        data = _left(directory, "output", "SPECRUN_OUTPUT", OUTPUT_LIMIT)
        if data is not None:
            files.write_bytes(f"{directory}/output.json", _json(data, secrets))
    except Unfit as unfit:
        return str(unfit)
    return ""


def take_verdict(directory: str, secrets: Collection[str]) -> str:
    """Copy SPECRUN_VERDICT to `verdict`; answers what is wrong with it. Raises OSError of the disk."""
    try:
        data = _left(directory, "verdict", "SPECRUN_VERDICT", VERDICT_LIMIT)
        if data is not None:
            files.write_bytes(
                f"{directory}/verdict", redacted(_utf8(data, "SPECRUN_VERDICT").encode(), secrets)
            )
    except Unfit as unfit:
        return str(unfit)
    return ""


def clear(directory: str) -> None:
    """Remove what lies where the copies belong: the program itself put it there. Raises OSError."""
    for name in ("output.json", "verdict"):
        path = f"{directory}/{name}"
        if os.path.isdir(path) and not os.path.islink(path):
            os.rename(path, f"{path}.{time.monotonic_ns()}")  # it may be closed, and then nobody can empty it
        elif os.path.lexists(path):
            os.unlink(path)


def forget(directory: str) -> None:
    """Remove what was left, taken or not: unlike the copies it may hold secrets."""
    for name in ("output", "verdict"):
        try:
            os.unlink(f"{directory}/inbox/{name}")
        except OSError:  # none, or a folder, or on a disk that refuses; nobody reads it again
            continue


def _left(directory: str, name: str, variable: str, limit: int) -> bytes | None:
    """Read a file of the inbox without following links or waiting for anybody; None when there is none."""
    try:
        inbox = os.open(f"{directory}/inbox", os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        raise Unfit(f"the folder of {variable} was removed or replaced") from None
    try:
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
        handle = os.open(name, flags, dir_fd=inbox)
    except FileNotFoundError:
        return None
    except OSError:
        raise Unfit(f"{variable} is not a regular file that can be read") from None
    finally:
        os.close(inbox)
    try:
        return _content(handle, variable, limit)
    finally:
        os.close(handle)


def _content(handle: int, variable: str, limit: int) -> bytes:
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        raise Unfit(f"{variable} is not a regular file that can be read")
    data = b""
    while len(data) <= limit and (part := os.read(handle, limit + 1 - len(data))):
        data += part
    if len(data) > limit:
        raise Unfit(f"{variable} has {max(status.st_size, len(data))} bytes; at most {limit} are taken")
    return data


def _utf8(data: bytes, variable: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise Unfit(f"{variable} is not UTF-8 text (byte {error.start})") from None


def _json(data: bytes, secrets: Collection[str]) -> bytes:
    """Answer sound bytes without a secret as they are, and those with one written anew without it."""
    text = _utf8(data, "SPECRUN_OUTPUT")
    plain = _normal(text)
    clean = redacted(plain, secrets)
    if clean == plain and redacted(data, secrets) == data:
        return data
    try:
        return _normal(clean.decode())
    except Unfit:
        raise Unfit("SPECRUN_OUTPUT holds a secret value where it cannot be taken out") from None


def _normal(text: str) -> bytes:
    try:
        return json.dumps(json.loads(text, parse_constant=_refuse), ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        where = f"line {error.lineno} column {error.colno}"
        raise Unfit(f"SPECRUN_OUTPUT is not JSON: {error.msg} at {where}") from None
    except (ValueError, RecursionError) as error:
        raise Unfit(f"SPECRUN_OUTPUT is not JSON that can be kept: {error}") from None


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON number")
