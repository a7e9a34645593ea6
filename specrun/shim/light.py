"""Stands in for signal, json and others, whose imports would double the time that a shim takes to start."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # `typing` is one of the slow imports too
if TYPE_CHECKING:
    import signal
    from collections.abc import Mapping
    from hashlib import sha256
    from typing import Any

    Word = str | float | bool | Mapping[str, Any] | None
else:
    try:
        import _signal as signal
    except ImportError:
        import signal
    try:
        from _sha2 import sha256  # since Python 3.12
    except ImportError:
        try:
            from _sha256 import sha256
        except ImportError:
            from hashlib import sha256

__all__ = ["adopt_descendants", "die_with_parent", "digest", "dumps", "loads", "signal"]

_PDEATHSIG = 1
_CHILD_SUBREAPER = 36


def loads(data: bytes) -> dict[str, Any]:
    """Read a JSON object. Raises ValueError."""
    text = data.decode()
    try:
        value = _scan(text)
    except Exception:  # noqa: BLE001 - the bare scanner reports errors oddly; the original does it well
        import json

        value = json.loads(text)
    if isinstance(value, dict):
        return value
    raise ValueError("not a JSON object")


def digest(data: bytes) -> str:
    """Answer the hex SHA-256."""
    return sha256(data).hexdigest()


def dumps(values: Mapping[str, Word]) -> bytes:
    """Answer a JSON object, one pair per line. Values that are objects themselves cost the import of json."""
    return (
        "{\n" + ",\n".join(f' "{name}": {_word(value)}' for name, value in values.items()) + "\n}\n"
    ).encode()


def die_with_parent() -> None:
    """Have the kernel kill this process when the one that forked it ends (only Linux can)."""
    _prctl(_PDEATHSIG, int(signal.SIGKILL))


def adopt_descendants() -> bool:
    """Become the parent of every descendant whose own parent ends; False where the kernel cannot."""
    return _prctl(_CHILD_SUBREAPER, 1)


class _Options:
    """What the C scanner asks its decoder for."""

    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = float
    memo: dict[str, str] = {}  # noqa: RUF012 - typing.ClassVar would cost the import that this module avoids


def _scan(text: str) -> object:
    from _json import make_scanner

    make: Any = make_scanner  # it reads attributes; its stub wants a decoder
    value, end = make(_Options)(text, len(text) - len(text.lstrip(" \t\r\n")))
    if text[end:].strip(" \t\r\n"):
        raise ValueError("something follows the value")
    return value


def _word(value: Word) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, int | float):
        return repr(value)
    import json

    return json.dumps(value)


def _quoted(text: str) -> str:
    return '"' + "".join(c if " " <= c <= "~" and c not in '"\\' else _escaped(c) for c in text) + '"'


def _escaped(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at] << 8 | units[at + 1]:04x}" for at in range(0, len(units), 2))


def _prctl(option: int, value: int) -> bool:
    if sys.platform != "linux":
        return False
    try:
        from _ctypes import call_cdeclfunction, dlopen, dlsym
    except ImportError:
        import ctypes

        return bool(ctypes.CDLL(None).prctl(option, value, 0, 0, 0) == 0)
    here = dlopen(None, os.RTLD_NOW)  # type: ignore[arg-type]  # None is this very program, as in dlopen(3)
    return bool(call_cdeclfunction(dlsym(here, "prctl"), (option, value, 0, 0, 0)) == 0)
