"""Turns what checks and judges said into JSON and back."""

from __future__ import annotations

from specrun.core.evidence import CheckRecord, Round, Target
from specrun.core.task import Json
from specrun.store.json_values import duration, get, mapping, optional, text, whole


def check_json(check: CheckRecord) -> dict[str, Json]:
    """Write what a check said; its seconds are rounded to milliseconds."""
    return {
        "name": check.name,
        "run": check.run,
        "path": check.path,
        "exit_code": check.exit_code,
        "seconds": round(check.seconds, 3),
        "commit": check.commit,
        "output_digest": check.output_digest,
        "tail": check.tail,
        "reason": check.reason,
    }


def check_from(value: Json) -> CheckRecord:
    """Read what a check said. Raises ValueError that begins with the key it is about."""
    item = mapping("checks", value)
    return CheckRecord(
        name=get(item, "name", text),
        run=get(item, "run", text),
        path=get(item, "path", text),
        exit_code=get(item, "exit_code", optional(whole)),
        seconds=get(item, "seconds", duration),
        commit=get(item, "commit", optional(text)),
        output_digest=get(item, "output_digest", text),
        tail=get(item, "tail", text),
        reason=get(item, "reason", text),
    )


def round_json(one: Round) -> dict[str, Json]:
    """Write one verdict, flat, so that a diff of records tells it on lines of its own."""
    return {
        "target_commit": one.target.commit,
        "target_attempt": one.target.attempt,
        "target_generation": one.target.generation,
        "verdict": one.verdict,
        "feedback": one.feedback,
    }


def round_from(value: Json) -> Round:
    """Read one verdict. Raises ValueError that begins with the key it is about."""
    item = mapping("rounds", value)
    target = Target(
        commit=get(item, "target_commit", text),
        attempt=get(item, "target_attempt", whole),
        generation=get(item, "target_generation", whole),
    )
    return Round(target=target, verdict=get(item, "verdict", text), feedback=get(item, "feedback", text))
