"""Reads and writes JSON files of state, and turns what is wrong with them into one line for people."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from specrun.core.task import Json
from specrun.errors import EnvironmentProblem
from specrun.store.printable import one_line

FORMAT = 1
_LATEST = 253_402_300_800


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


class Document:
    """A JSON object from a file; every look says which file is wrong, and what to do about it."""

    def __init__(self, path: Path, fix: str) -> None:
        self.path = path
        self._fix = fix
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

    def number(self, name: str) -> float:
        """Answer a moment in seconds since the epoch, before the year 10000."""
        value = self._values.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < _LATEST:
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

    def flag(self, name: str) -> bool:
        """Whether a key is there and true."""
        return self._values.get(name) is True

    def _read(self) -> Mapping[str, Json]:
        try:
            # Written by specrun itself, read at every start: no need for the care of `parse`.
            value = json.loads(self.path.read_bytes())
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
        raise EnvironmentProblem(f"{self.path}: {name} is {found} where {expected} is expected", self._fix)


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is not JSON")


def _finite(digits: str) -> float:
    value = float(digits)
    if value in {float("inf"), float("-inf")}:
        raise ValueError(f"{digits[:20]} is too large")
    return value
