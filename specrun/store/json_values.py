"""Picks values of the expected kind out of parsed JSON, and says which key is wrong."""

from __future__ import annotations

from collections.abc import Callable
from decimal import InvalidOperation
from typing import TypeVar

from specrun.core.task import Json

T = TypeVar("T")
Reader = Callable[[Json], T]

_LONGEST = 1e9


def get(item: dict[str, Json], name: str, read: Reader[T]) -> T:
    """Read the value of a key. Raises ValueError that begins with the key."""
    if name not in item:
        raise ValueError(f"{name} is missing")
    try:
        return read(item[name])
    except (ValueError, InvalidOperation) as exc:
        raise ValueError(f"{name} is {str(item[name])[:60]!r}: {exc}") from exc


def newer(item: dict[str, Json], name: str, read: Reader[T], without: T) -> T:
    """Read the value of a key that earlier releases did not write; `without` stands for it then."""
    return get(item, name, read) if name in item else without


def newer_items(item: dict[str, Json], name: str, read: Reader[T]) -> tuple[T, ...]:
    """Read each item of a list that earlier releases did not write; errors begin with the key inside."""
    rows = get(item, name, listed) if name in item else []
    return tuple(read(row) for row in rows)


def mapping(name: str, value: Json) -> dict[str, Json]:
    """Answer an object; `name` says what it is."""
    if not isinstance(value, dict):
        raise ValueError(f"{name} is not an object")  # noqa: TRY004 - a wrong file, not a wrong program
    return value


def optional(read: Reader[T]) -> Reader[T | None]:
    """Answer a reader that lets null pass."""
    return lambda value: None if value is None else read(value)


def each(read: Reader[T]) -> Reader[tuple[T, ...]]:
    """Answer a reader of lists."""
    return lambda value: tuple(read(item) for item in listed(value))


def listed(value: Json) -> list[Json]:
    """Answer a list."""
    if isinstance(value, list):
        return value
    raise ValueError("a list is expected")


def text(value: Json) -> str:
    """Answer a string."""
    if isinstance(value, str):
        return value
    raise ValueError("a string is expected")


def whole(value: Json) -> int:
    """Answer an integer."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ValueError("an integer is expected")


def amount(value: Json) -> int:
    """Answer an integer that is not negative."""
    number = whole(value)
    if number >= 0:
        return number
    raise ValueError("at least 0 is expected")


def duration(value: Json) -> float:
    """Answer a number of seconds."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _LONGEST:
        return float(value)
    raise ValueError("a number of seconds is expected")
