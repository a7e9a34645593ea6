"""Turns run records into JSON and back, with every key that a record has.

Times are ISO 8601 in UTC with milliseconds (durations of short tasks steer scheduling), money is a decimal
string, so that no digit is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from specrun.core.task import Json, TaskId
from specrun.core.world import AttemptRecord, CarriedFile, Run, Status, Success
from specrun.store.documents import FORMAT
from specrun.store.orders import fingerprint_from, fingerprint_json
from specrun.system.meter import KINDS

T = TypeVar("T")


def to_json(run: Run) -> dict[str, Json]:
    """Answer the document of a record; keys of features that do not exist yet hold their empty values."""
    return {
        "format": FORMAT,
        "task": run.task_id,
        "status": str(run.status),
        "reason": run.reason,
        "generation": run.generation,
        "fingerprint": fingerprint_json(run.fingerprint),
        "attempts": [_attempt_json(attempt) for attempt in run.attempts],
        "checks": [],
        "verdict": None,
        "rounds": [],
        "output": run.output,
        "summary": run.summary,
        "branch": run.branch,
        "base": run.base,
        "commit": run.commit,
        "carried": _carried_json(run.carried),
        "protected_changed": [],
        "last_success": None if run.last_success is None else _success_json(run.last_success),
    }


def from_json(value: Json) -> Run:
    """Read a record back. Raises ValueError that begins with the key it is about."""
    record = _object("record", value)
    if record.get("format") != FORMAT:
        raise ValueError(f"format is {record.get('format')!r}; this specrun knows {FORMAT}")
    last = record.get("last_success")
    return Run(
        task_id=TaskId(_get(record, "task", _text)),
        status=_get(record, "status", _status),
        reason=_get(record, "reason", _text),
        generation=_get(record, "generation", _whole),
        fingerprint=fingerprint_from(record.get("fingerprint")),
        attempts=tuple(_attempt(item) for item in _get(record, "attempts", _list)),
        output=record.get("output"),
        summary=_get(record, "summary", _text),
        branch=_get(record, "branch", _optional(_text)),
        base=_get(record, "base", _optional(_text)),
        commit=_get(record, "commit", _optional(_text)),
        carried=_get(record, "carried", _optional(_carried)),
        last_success=None if last is None else _success(_object("last_success", last)),
    )


def moment(seconds: float) -> str:
    """Write seconds since the epoch as 2026-11-21T01:02:03.250Z."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _attempt_json(attempt: AttemptRecord) -> dict[str, Json]:
    return {
        "number": attempt.number,
        "generation": attempt.generation,
        "round": None,
        "agent": attempt.agent,
        "executor": attempt.executor,
        "model": attempt.model,
        "started_at": None if attempt.started_at is None else moment(attempt.started_at),
        "ended_at": moment(attempt.ended_at),
        "exit_code": attempt.exit_code,
        "status": str(attempt.status),
        "reason": attempt.reason,
        "cost_usd": None if attempt.cost_usd is None else str(attempt.cost_usd),
        "tokens": None if attempt.tokens is None else dict(attempt.tokens),
        "turns": attempt.turns,
        "session_id": attempt.session_id,
        "denials": list(attempt.denials),
    }


def _success_json(success: Success) -> dict[str, Json]:
    return {
        "fingerprint": fingerprint_json(success.fingerprint),
        "commit": success.commit,
        "base": success.base,
        "branch": success.branch,
        "carried": _carried_json(success.carried),
        "output": success.output,
        "summary": success.summary,
        "verdict": None,
    }


def _carried_json(carried: tuple[CarriedFile, ...] | None) -> Json:
    if carried is None:
        return None
    return [{"path": file.path, "mode": file.mode, "blob": file.blob} for file in carried]


def _attempt(value: Json) -> AttemptRecord:
    item = _object("attempts", value)
    return AttemptRecord(
        number=_get(item, "number", _whole),
        generation=_get(item, "generation", _whole),
        agent=_get(item, "agent", _text),
        executor=_get(item, "executor", _text),
        status=_get(item, "status", _status),
        started_at=_get(item, "started_at", _optional(_seconds)),
        ended_at=_get(item, "ended_at", _seconds),
        exit_code=_get(item, "exit_code", _optional(_whole)),
        reason=_get(item, "reason", _text),
        model=_get(item, "model", _optional(_text)),
        cost_usd=_get(item, "cost_usd", _optional(_decimal)),
        # Records of the first release may lack these.
        tokens=_get({"tokens": None, **item}, "tokens", _optional(_tokens)),
        turns=_get({"turns": None, **item}, "turns", _optional(_whole)),
        session_id=_get({"session_id": None, **item}, "session_id", _optional(_text)),
        denials=_get({"denials": [], **item}, "denials", _texts),
    )


def _success(item: dict[str, Json]) -> Success:
    return Success(
        fingerprint=fingerprint_from(item.get("fingerprint")),
        commit=_get(item, "commit", _optional(_text)),
        base=_get(item, "base", _optional(_text)),
        branch=_get(item, "branch", _optional(_text)),
        carried=_get(item, "carried", _optional(_carried)),
        output=item.get("output"),
        summary=_get(item, "summary", _text),
    )


def _object(name: str, value: Json) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise ValueError(f"{name} is not an object")  # noqa: TRY004 - a wrong file, not a wrong program
    return value


def _get(item: dict[str, Json], name: str, read: Callable[[Json], T]) -> T:
    if name not in item:
        raise ValueError(f"{name} is missing")
    try:
        return read(item[name])
    except (ValueError, InvalidOperation) as exc:
        raise ValueError(f"{name} is {str(item[name])[:60]!r}: {exc}") from exc


def _optional(read: Callable[[Json], T]) -> Callable[[Json], T | None]:
    return lambda value: None if value is None else read(value)


def _text(value: Json) -> str:
    if isinstance(value, str):
        return value
    raise ValueError("a string is expected")


def _whole(value: Json) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ValueError("an integer is expected")


def _tokens(value: Json) -> dict[str, int]:
    """Kinds that are not known here may come from a newer specrun."""
    counts = _object("tokens", value)
    return {kind: _get(counts, kind, _amount) for kind in KINDS if kind in counts}


def _amount(value: Json) -> int:
    number = _whole(value)
    if number >= 0:
        return number
    raise ValueError("at least 0 is expected")


def _texts(value: Json) -> tuple[str, ...]:
    return tuple(_text(item) for item in _list(value))


def _list(value: Json) -> list[Json]:
    if isinstance(value, list):
        return value
    raise ValueError("a list is expected")


def _status(value: Json) -> Status:
    return Status(_text(value))


def _seconds(value: Json) -> float:
    when = datetime.fromisoformat(_text(value))
    if when.tzinfo is None:
        raise ValueError("a time in UTC is expected, ending in Z")
    return when.timestamp()


def _decimal(value: Json) -> Decimal:
    amount = Decimal(_text(value))
    if amount.is_finite():
        return amount
    raise ValueError("an amount is expected")


def _carried(value: Json) -> tuple[CarriedFile, ...]:
    files = [_object("carried", item) for item in _list(value)]
    return tuple(
        CarriedFile(*(_get(file, name, _text) for name in ("path", "mode", "blob"))) for file in files
    )
