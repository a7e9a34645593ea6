"""Turns run records into JSON and back, with every key that a record has.

Earlier releases wrote fewer keys; what they left out has its empty value.
Times are ISO 8601 in UTC with milliseconds (durations of short tasks steer scheduling), money is a decimal
string, so that no digit is lost. A `digest` of everything else shows that nobody else has changed the file.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from specrun.core.task import Json, TaskId
from specrun.core.world import AttemptRecord, CarriedFile, Mark, Run, Status, Success
from specrun.store.documents import FORMAT, parse
from specrun.store.evidence_json import check_from, check_json, round_from, round_json
from specrun.store.json_values import (
    amount,
    each,
    get,
    listed,
    mapping,
    newer,
    newer_items,
    optional,
    text,
    whole,
)
from specrun.store.orders import fingerprint_from, fingerprint_json
from specrun.store.seal import intact, sealed
from specrun.system.meter import KINDS


def to_json(run: Run) -> dict[str, Json]:
    """Answer the document of a record, sealed with its digest."""
    return sealed(
        {
            "format": FORMAT,
            "task": run.task_id,
            "status": str(run.status),
            "reason": run.reason,
            "generation": run.generation,
            "fingerprint": fingerprint_json(run.fingerprint),
            "attempts": [_attempt_json(attempt) for attempt in run.attempts],
            "checks": [check_json(check) for check in run.checks],
            "verdict": run.verdict,
            "rounds": [round_json(one) for one in run.rounds],
            "output": run.output,
            "summary": run.summary,
            "branch": run.branch,
            "base": run.base,
            "commit": run.commit,
            "carried": _carried_json(run.carried),
            "protected_changed": list(run.protected_changed),
            "discarded": list(run.discarded),
            "last_success": None if run.last_success is None else _success_json(run.last_success),
            "accepted": _mark_json(run.accepted),
            "frozen": _mark_json(run.frozen),
            "moved_from": list(run.moved_from),
        }
    )


def from_bytes(raw: bytes) -> Run:
    """Read the file of a record; one that its digest does not fit is `edited`.

    Raises ValueError for what is no JSON, or begins with the key that it is about.
    """
    record = mapping("record", parse(raw))
    run = from_json(record)
    return run if intact(raw, record) else replace(run, edited=True)


def from_json(value: Json) -> Run:
    """Read a record back, believing it. Raises ValueError that begins with the key it is about."""
    record = mapping("record", value)
    if record.get("format") != FORMAT:
        raise ValueError(f"format is {record.get('format')!r}; this specrun knows {FORMAT}")
    last = record.get("last_success")
    return Run(
        task_id=TaskId(get(record, "task", text)),
        status=get(record, "status", _status),
        reason=get(record, "reason", text),
        generation=get(record, "generation", whole),
        fingerprint=fingerprint_from(record.get("fingerprint")),
        attempts=tuple(_attempt(item) for item in get(record, "attempts", listed)),
        output=record.get("output"),
        summary=get(record, "summary", text),
        branch=get(record, "branch", optional(text)),
        base=get(record, "base", optional(text)),
        commit=get(record, "commit", optional(text)),
        carried=get(record, "carried", optional(_carried)),
        checks=newer_items(record, "checks", check_from),
        verdict=newer(record, "verdict", optional(text), None),
        rounds=newer_items(record, "rounds", round_from),
        protected_changed=newer(record, "protected_changed", each(text), ()),
        discarded=newer(record, "discarded", each(text), ()),
        last_success=None if last is None else _success(mapping("last_success", last)),
        accepted=newer(record, "accepted", optional(_mark), None),
        frozen=newer(record, "frozen", optional(_mark), None),
        moved_from=newer(record, "moved_from", each(text), ()),
    )


def moment(seconds: float) -> str:
    """Write seconds since the epoch as 2026-11-21T01:02:03.250Z."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _attempt_json(attempt: AttemptRecord) -> dict[str, Json]:
    return {
        "number": attempt.number,
        "generation": attempt.generation,
        "round": attempt.round,
        "checks": [check_json(check) for check in attempt.checks],
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
        "checks": [check_json(check) for check in success.checks],
        "verdict": success.verdict,
        "protected_changed": list(success.protected_changed),
        "accepted": _mark_json(success.accepted),
    }


def _carried_json(carried: tuple[CarriedFile, ...] | None) -> Json:
    if carried is None:
        return None
    return [{"path": file.path, "mode": file.mode, "blob": file.blob} for file in carried]


def _attempt(value: Json) -> AttemptRecord:
    item = mapping("attempts", value)
    return AttemptRecord(
        number=get(item, "number", whole),
        generation=get(item, "generation", whole),
        agent=get(item, "agent", text),
        executor=get(item, "executor", text),
        status=get(item, "status", _status),
        started_at=get(item, "started_at", optional(_seconds)),
        ended_at=get(item, "ended_at", _seconds),
        exit_code=get(item, "exit_code", optional(whole)),
        reason=get(item, "reason", text),
        model=get(item, "model", optional(text)),
        cost_usd=get(item, "cost_usd", optional(_decimal)),
        tokens=newer(item, "tokens", optional(_tokens), None),
        turns=newer(item, "turns", optional(whole), None),
        session_id=newer(item, "session_id", optional(text), None),
        denials=newer(item, "denials", each(text), ()),
        round=newer(item, "round", optional(whole), None),
        checks=newer_items(item, "checks", check_from),
    )


def _success(item: dict[str, Json]) -> Success:
    return Success(
        fingerprint=fingerprint_from(item.get("fingerprint")),
        commit=get(item, "commit", optional(text)),
        base=get(item, "base", optional(text)),
        branch=get(item, "branch", optional(text)),
        carried=get(item, "carried", optional(_carried)),
        output=item.get("output"),
        summary=get(item, "summary", text),
        checks=newer_items(item, "checks", check_from),
        verdict=newer(item, "verdict", optional(text), None),
        protected_changed=newer(item, "protected_changed", each(text), ()),
        accepted=newer(item, "accepted", optional(_mark), None),
    )


def _mark_json(mark: Mark | None) -> Json:
    return None if mark is None else {"reason": mark.reason, "by": mark.by, "at": moment(mark.at)}


def _mark(value: Json) -> Mark:
    item = mapping("mark", value)
    return Mark(reason=get(item, "reason", text), by=get(item, "by", text), at=get(item, "at", _seconds))


def _tokens(value: Json) -> dict[str, int]:
    """Kinds that are not known here may come from a newer specrun."""
    counts = mapping("tokens", value)
    return {kind: get(counts, kind, amount) for kind in KINDS if kind in counts}


def _status(value: Json) -> Status:
    return Status(text(value))


def _seconds(value: Json) -> float:
    when = datetime.fromisoformat(text(value))
    if when.tzinfo is None:
        raise ValueError("a time in UTC is expected, ending in Z")
    return when.timestamp()


def _decimal(value: Json) -> Decimal:
    money = Decimal(text(value))
    if money.is_finite():
        return money
    raise ValueError("an amount is expected")


def _carried(value: Json) -> tuple[CarriedFile, ...]:
    files = [mapping("carried", item) for item in listed(value)]
    return tuple(CarriedFile(*(get(file, name, text) for name in ("path", "mode", "blob"))) for file in files)
