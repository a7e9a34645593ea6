"""Reads and writes JSON files of state, and turns what is wrong with them into one line for people."""

from __future__ import annotations

import copy
import errno
import hashlib
import json
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from specrun.core.task import Json
from specrun.errors import EnvironmentProblem
from specrun.store.printable import one_line

FORMAT = 1
LARGEST = 64 * 1024 * 1024
"""Bytes of a file of state that are read at most; prompts and their values may be long."""

LATEST = 253_402_300_800
"""The year 10000 in seconds since the epoch, which no moment reaches."""


@contextmanager
def writing(place: Path, fix: str) -> Iterator[None]:
    """Turn an OSError inside into an EnvironmentProblem that names `place`."""
    try:
        yield
    except OSError as exc:
        raise EnvironmentProblem(f"cannot write {place}: {exc.strerror or exc}", fix) from exc


def parse(raw: bytes) -> Json:
    """Read strict JSON: UTF-8, finite numbers. Raises ValueError, also for what is nested too deeply."""
    try:
        value: Json = json.loads(raw.decode("utf-8"), parse_constant=_refuse, parse_float=_finite)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    return value


def dump(value: Json) -> bytes:
    """Write JSON that people can read and diff: sorted keys, two spaces, a newline at the end."""
    text = json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    # Half a surrogate pair (an undecodable file name) becomes its own JSON escape, e.g. \udcff.
    return text.encode("utf-8", "backslashreplace") + b"\n"


def contents(path: Path, limit: int) -> bytes:
    """Answer what a regular file of at most `limit` bytes holds; for nothing else is waited. Raises OSError.

    Workers can write where specrun reads: what they put there may be a pipe, a link, or without end.
    """
    with opened(path) as (handle, size):
        if size > limit:
            raise OSError(errno.EFBIG, f"it has more than {limit} bytes", str(path))
        data = b""
        while part := os.read(handle, size - len(data)):
            data += part
        return data


@contextmanager
def opened(path: Path) -> Iterator[tuple[int, int]]:
    """Yield the descriptor of a regular file, and its bytes by now; see `contents`. Raises OSError."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "it is not a regular file", str(path))
        yield handle, found.st_size
    finally:
        os.close(handle)


class Document:
    """A JSON object from a file; every look says which file is wrong, and what to do about it."""

    def __init__(self, path: Path, fix: str) -> None:
        self.path = path
        self.digest = ""
        """The hex SHA-256 of the file."""
        self._fix = fix
        self._place = ""
        self._values = self._read()

    def text(self, name: str) -> str:
        """Answer a string."""
        value = self._values.get(name)
        return value if isinstance(value, str) else self._wrong(name, "a string")

    def text_or_none(self, name: str) -> str | None:
        """Answer a string or null; a missing key is null."""
        return None if self._values.get(name) is None else self.text(name)

    def texts(self, name: str) -> tuple[str, ...]:
        """Answer a list of strings."""
        value = self._values.get(name)
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return tuple(str(one) for one in value)
        return self._wrong(name, "a list of strings")

    def texts_or_none(self, name: str) -> tuple[str, ...] | None:
        """Answer a list of strings or null; a missing key is null."""
        return None if self._values.get(name) is None else self.texts(name)

    def number(self, name: str) -> float:
        """Answer a moment in seconds since the epoch, before the year 10000."""
        value = self._values.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < LATEST:
            return float(value)
        return self._wrong(name, "a number")

    def number_or_none(self, name: str) -> float | None:
        """Answer a moment or null; a missing key is null."""
        return None if self._values.get(name) is None else self.number(name)

    def whole(self, name: str) -> int:
        """Answer an integer."""
        value = self._values.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        return self._wrong(name, "an integer")

    def whole_or_none(self, name: str) -> int | None:
        """Answer an integer or null; a missing key is null."""
        return None if self._values.get(name) is None else self.whole(name)

    def mapping(self, name: str) -> Mapping[str, Json]:
        """Answer an object."""
        value = self._values.get(name)
        return value if isinstance(value, dict) else self._wrong(name, "an object")

    def mapping_or_none(self, name: str) -> Mapping[str, Json] | None:
        """Answer an object or null; a missing key is null."""
        return None if self._values.get(name) is None else self.mapping(name)

    def words_or_none(self, name: str) -> Mapping[str, str] | None:
        """Answer an object of strings or null; a missing key is null."""
        values = self.mapping_or_none(name)
        if values is None:
            return None
        words = {key: value for key, value in values.items() if isinstance(value, str)}
        return words if len(words) == len(values) else self._wrong(name, "an object of strings")

    def flag(self, name: str) -> bool:
        """Answer a boolean; a missing key is false."""
        value = self._values.get(name, False)
        return value if isinstance(value, bool) else self._wrong(name, "a boolean")

    def part(self, name: str) -> Document:
        """Answer an object as a document of its own, which tells the place of what is wrong in it."""
        return self._part(name, self.mapping(name))

    def part_or_none(self, name: str) -> Document | None:
        """Answer an object or null as `part` does; a missing key is null."""
        return None if self._values.get(name) is None else self.part(name)

    def parts(self, name: str) -> tuple[Document, ...]:
        """Answer a list of objects as `part` does."""
        values = self._values.get(name)
        if not isinstance(values, list):
            return self._wrong(name, "a list of objects")
        found = [self._part(f"{name}.{at}", one) for at, one in enumerate(values) if isinstance(one, dict)]
        return tuple(found) if len(found) == len(values) else self._wrong(name, "a list of objects")

    def parts_or_none(self, name: str) -> tuple[Document, ...] | None:
        """Answer a list of objects or null as `part` does; a missing key is null."""
        return None if self._values.get(name) is None else self.parts(name)

    def wrong(self, name: str, problem: str) -> EnvironmentProblem:
        """Answer the error for a value that means nothing."""
        return EnvironmentProblem(f"{self.path}: {self._place}{name} {problem}", self._fix)

    def _part(self, place: str, values: Mapping[str, Json]) -> Document:
        part = copy.copy(self)
        part._place, part._values = f"{self._place}{place}.", values  # noqa: SLF001 - one of its own kind
        return part

    def _read(self) -> Mapping[str, Json]:
        try:
            raw = contents(self.path, LARGEST)
            self.digest = hashlib.sha256(raw).hexdigest()
            # Written by specrun itself, read at every start: no need for the care of `parse`.
            value = json.loads(raw)
        except OSError as exc:
            raise EnvironmentProblem(f"cannot read {self.path}: {exc.strerror}", self._fix) from exc
        except (ValueError, RecursionError) as exc:
            problem = f"{self.path} is not whole: {one_line(str(exc))}"
            raise EnvironmentProblem(problem, self._fix) from exc
        if not isinstance(value, dict):
            raise EnvironmentProblem(f"{self.path} is not whole: an object is expected", self._fix)
        if value.get("format", FORMAT) != FORMAT:
            problem = f"{self.path} has format {json.dumps(value['format'])}; this specrun knows {FORMAT}"
            raise EnvironmentProblem(problem, "use the specrun that wrote it, or a newer one")
        return value

    def _wrong(self, name: str, expected: str) -> NoReturn:
        found = one_line(json.dumps(self._values.get(name)), 60)
        raise self.wrong(name, f"is {found} where {expected} is expected")


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is not JSON")


def _finite(digits: str) -> float:
    value = float(digits)
    if value in {float("inf"), float("-inf")}:
        raise ValueError(f"{digits[:20]} is too large")
    return value
