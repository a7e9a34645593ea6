"""Reads what the meter of an attempt told: at its end, while it runs, or once more from the log."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path

from specrun.core.task import Json
from specrun.ports import Metered
from specrun.store.documents import Document, contents, parse
from specrun.store.printable import one_line, printable
from specrun.system.meter import KINDS, STRUCTURED_LIMIT, Meter
from specrun.system.scope import sane

_MESSAGE = 2000
_NOTE = 1 << 20
"""Bytes of a meter's note; more is not one."""
_FORTUNE = 10**9  # nothing costs more; a larger number would be a mistake, and costly to write down


def metered(state: Mapping[str, Json]) -> Metered:
    """Turn the state of a meter into a value; whatever is not as expected counts as unknown."""
    error = state.get("error")
    told = error if isinstance(error, dict) else {}
    denials = state.get("denials")
    return Metered(
        cost_usd=_money(state.get("cost_usd")),
        tokens=tokens_of(state.get("tokens")),
        turns=_whole(state.get("turns")),
        session_id=_line(state.get("session_id")),
        model=_line(state.get("model")),
        result=_shown(state.get("result")),
        success=_flag(state.get("success")),
        error=one_line(_text(told.get("message")) or "", _MESSAGE),
        error_status=_whole(told.get("status")),
        retryable=_flag(told.get("retryable")),
        denials=tuple(one_line(one) for one in denials if isinstance(one, str))
        if isinstance(denials, list)
        else (),
        structured=sane(state.get("structured"), STRUCTURED_LIMIT),
    )


def running(directory: Path) -> Metered | None:
    """Answer what a running attempt has used so far, None while nobody knows."""
    try:
        state = parse(contents(directory / "meter.json", _NOTE))
    except (OSError, ValueError):
        return None
    return metered(state) if isinstance(state, dict) else None


def replayed(intent: Document, directory: Path) -> Metered | None:
    """Read the log of an attempt whose shim was killed as the shim had done; None without a meter."""
    declaration = intent.mapping_or_none("meter")
    if declaration is None:
        return None
    meter = Meter(declaration, intent.mapping_or_none("earlier"))
    try:
        with (directory / "output.log").open(encoding="utf-8", errors="replace", newline="\n") as log:
            for line in log:
                meter.feed(line.rstrip("\r\n"))
    except FileNotFoundError:
        return None
    return metered(meter.state())


def tokens_of(value: Json) -> Mapping[str, int] | None:
    """Answer counts by kind of token, None where there are none."""
    if not isinstance(value, dict):
        return None
    counts = {kind: count for kind in KINDS if (count := _whole(value.get(kind))) is not None}
    return counts or None


def _money(value: Json) -> Decimal | None:
    if not isinstance(value, str):
        return None
    try:
        amount = Decimal(value)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 <= amount < _FORTUNE else None


def _whole(value: Json) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None


def _shown(value: Json) -> str | None:
    return printable(value) if isinstance(value, str) else None


def _line(value: Json) -> str | None:
    return one_line(value) or None if isinstance(value, str) else None


def _flag(value: Json) -> bool | None:
    return value if isinstance(value, bool) else None
