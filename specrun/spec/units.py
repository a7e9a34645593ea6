"""Durations, money and sizes as people write them: always with a unit."""

from __future__ import annotations

import re
from decimal import Decimal

DURATION = (
    r"^(?:[0-9]{1,6}ms|(?:[0-9]{1,6}d)?(?:[0-9]{1,6}h)?(?:[0-9]{1,6}m)?(?:[0-9]{1,6}(?:\.[0-9]{1,3})?s)?)$"
)
MONEY = r"^[0-9]{1,9}(\.[0-9]{1,4})? USD$"
SIZE = r"^[1-9][0-9]{0,8}(B|KB|MB|GB|KiB|MiB|GiB)$"

_PART = re.compile(r"([0-9.]+)(ms|[dhms])")
_SECONDS = {
    "ms": Decimal("0.001"),
    "s": Decimal(1),
    "m": Decimal(60),
    "h": Decimal(3600),
    "d": Decimal(86400),
}
_BYTES = {"B": 1, "KB": 1000, "MB": 1000**2, "GB": 1000**3, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}


def seconds(text: str) -> float:
    """Answer a duration such as `1h30m` in seconds. Raises ValueError."""
    if not text or not re.match(DURATION, text):
        raise ValueError(text)
    return float(sum((Decimal(number) * _SECONDS[unit] for number, unit in _PART.findall(text)), Decimal(0)))


def dollars(text: str) -> Decimal:
    """Answer an amount such as `2.50 USD`. Raises ValueError."""
    if not re.match(MONEY, text):
        raise ValueError(text)
    return Decimal(text.split(maxsplit=1)[0])


def size(text: str) -> int:
    """Answer a size such as `64MB` in bytes. Raises ValueError."""
    found = re.match(r"([0-9]+)([A-Za-z]+)$", text) if re.match(SIZE, text) else None
    if found is None:
        raise ValueError(text)
    return int(found[1]) * _BYTES[found[2]]
