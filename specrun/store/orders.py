"""Turns orders into the intent of an attempt directory, and back into what is needed later."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path

from specrun.core.contract import Contract
from specrun.core.task import Json, Limits, Workspace
from specrun.core.world import Attempt, Fingerprint, Phase
from specrun.ports import AttemptKey, Command, Intent, Order
from specrun.store.contracts import (
    contract_from,
    contract_json,
    round_from,
    round_json,
    target_from,
    target_json,
)
from specrun.store.documents import FORMAT, Document
from specrun.store.layout import Layout
from specrun.system.processes import MARKER

GRACE = 10.0
"""Seconds between SIGTERM and SIGKILL for the processes of an attempt."""

_NO_FINGERPRINT = "is not an object with work, verify, live and components"

_UNSAID = 1
"""The version of fingerprints that do not tell theirs: only the first release wrote them so."""


def mend(directory: Path) -> str:
    """What to do about an attempt directory that cannot be read."""
    return f"move {directory} away; specrun then forgets that attempt"


def intent_of(order: Order, layout: Layout, marker: str) -> dict[str, Json]:
    """Answer the content of intent.json; values of secrets are not in it."""
    directory = layout.attempt(order.task_id, order.number)
    env = {
        **order.env,
        MARKER: marker,
        "SPECRUN_OUTPUT": str(directory / "inbox" / "output"),
        "SPECRUN_VERDICT": str(directory / "inbox" / "verdict"),
    }
    return {
        "format": FORMAT,
        "task": order.task_id,
        "number": order.number,
        "generation": order.generation,
        "agent": order.agent,
        "executor": order.executor,
        "model": order.model,
        **_command(order.command),
        "cwd": str(order.cwd),
        "env": {**env},
        "secrets": [*order.secrets],
        "limits": {
            "budget": None if order.budget is None else str(order.budget),
            "max_turns": order.max_turns,
            **limits_json(order.limits),
        },
        "earlier": dict(order.earlier),
        "marker": marker,
        "done": str(layout.done_link(order.task_id, order.number)),
        "fingerprint": fingerprint_json(order.fingerprint),
        "workspace": str(order.workspace),
        "base": order.base,
        "branch": order.branch,
        "budget": None if order.budget is None else str(order.budget),
        "grant": order.grant,
        "created_at": order.created_at,
        "prompt": "prompt.md",
        **_owed(order),
    }


def _command(command: Command | None) -> dict[str, Json]:
    told = command or Command(argv=())
    return {
        "argv": None if command is None else list(told.argv),
        "stdin": None if told.stdin is None else str(told.stdin),
        "meter": None if told.meter is None else dict(told.meter),
        "cleanup": told.cleanup,
        "session_id": told.session_id,
    }


def _owed(order: Order) -> dict[str, Json]:
    """Answer what collecting will ask of the work."""
    return {
        "verifying": order.command is None,
        "contract": contract_json(order.contract),
        "head": order.head,
        "round": order.round,
        "target": None if order.target is None else target_json(order.target),
        "rounds": [round_json(one) for one in order.rounds],
        "tools": {**order.tools},
        "watched": {**order.watched},
    }


def limits_json(limits: Limits) -> dict[str, Json]:
    """Write what a shim holds of any program that it runs."""
    return {
        "timeout": limits.timeout,
        "idle_timeout": limits.idle_timeout,
        "log_bytes": limits.log_bytes,
        "grace": GRACE,
    }


def attempt_from(key: AttemptKey, document: Document) -> Attempt:
    """Read what never changes of an attempt; its phase is that of one without any other file.

    Raises EnvironmentProblem for any part that is wrong, so that collecting later finds all that it needs.
    """
    intent = intent_from(key, document)
    document.text("marker")
    attempt = _attempt(key, document, intent.fingerprint.work, Phase.ORDERED)
    told = intent.fingerprint.components.get("reads")
    reads = {path: str(blob) for path, blob in told.items()} if isinstance(told, dict) else None
    return replace(attempt, workspace=intent.workspace, version=intent.fingerprint.version, reads=reads)


def collected_json(attempt: Attempt, started_at: float | None, at: float) -> dict[str, Json]:
    """Answer the content of collected.json: all that scans will ever need, so that one small file does."""
    return {
        "format": FORMAT,
        "at": at,
        "generation": attempt.generation,
        "agent": attempt.agent,
        "executor": attempt.executor,
        "work": attempt.work,
        "version": attempt.version,
        "branch": attempt.branch,
        "created_at": attempt.created_at,
        "started_at": started_at,
        "grant": attempt.grant,
        "model": attempt.model,
        "budget": None if attempt.budget is None else str(attempt.budget),
        "verifying": attempt.verifying,
    }


def collected_from(key: AttemptKey, directory: Path) -> Attempt:
    """Read a collected attempt."""
    document = Document(directory / "collected.json", mend(directory))
    return _attempt(key, document, document.text("work"), Phase.COLLECTED)


def intent_from(key: AttemptKey, document: Document) -> Intent:
    """Read back what collecting needs; what orders of earlier releases lack has its default."""
    contract = document.part_or_none("contract")
    target = document.part_or_none("target")
    return Intent(
        task_id=key.task_id,
        number=key.number,
        generation=document.whole("generation"),
        agent=document.text("agent"),
        executor=document.text("executor"),
        fingerprint=fingerprint_in(document),
        workspace=_workspace(document),
        cwd=Path(document.text("cwd")),
        base=document.text_or_none("base"),
        created_at=document.number("created_at"),
        model=document.text_or_none("model"),
        secrets=document.texts("secrets"),
        session_id=document.text_or_none("session_id"),
        verifying=document.flag("verifying"),
        contract=Contract() if contract is None else contract_from(contract),
        head=document.text_or_none("head"),
        round=document.whole_or_none("round"),
        target=None if target is None else target_from(target),
        rounds=tuple(round_from(one) for one in document.parts_or_none("rounds") or ()),
        tools=document.words_or_none("tools") or {},
        watched=document.words_or_none("watched") or {},
    )


def fingerprint_json(fingerprint: Fingerprint) -> dict[str, Json]:
    """Write a fingerprint as files keep it; `unknown` is not kept, since nothing is when a task starts."""
    return {
        "work": fingerprint.work,
        "verify": fingerprint.verify,
        "live": fingerprint.live,
        "components": dict(fingerprint.components),
        "version": fingerprint.version,
    }


def fingerprint_from(value: object) -> Fingerprint:
    """Read a fingerprint. Raises ValueError."""
    match value:
        case {
            "work": str(work),
            "verify": str(verify),
            "live": str(live),
            "components": dict(components),
            **others,
        }:
            version = others.get("version", _UNSAID)
            if isinstance(version, int) and not isinstance(version, bool):
                return Fingerprint(
                    work=work, verify=verify, live=live, components=components, version=version
                )
    raise ValueError(f"fingerprint {_NO_FINGERPRINT}")


def fingerprint_in(document: Document) -> Fingerprint:
    """Read the `fingerprint` of a document. Raises EnvironmentProblem."""
    try:
        return fingerprint_from(document.mapping("fingerprint"))
    except ValueError as exc:
        raise document.wrong("fingerprint", _NO_FINGERPRINT) from exc


def _attempt(key: AttemptKey, document: Document, work: str, phase: Phase) -> Attempt:
    return Attempt(
        task_id=key.task_id,
        number=key.number,
        phase=phase,
        generation=document.whole("generation"),
        agent=document.text("agent"),
        executor=document.text("executor"),
        work=work,
        branch=document.text("branch"),
        created_at=document.number("created_at"),
        version=document.whole_or_none("version") or _UNSAID,
        started_at=document.number_or_none("started_at"),
        grant=document.text("grant"),
        model=document.text_or_none("model"),
        budget=_money(document),
        verifying=document.flag("verifying"),
    )


def _money(document: Document) -> Decimal | None:
    text = document.text_or_none("budget")
    try:
        amount = Decimal(text or "0")
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise document.wrong("budget", "is not a number")
    return None if text is None else amount


def _workspace(document: Document) -> Workspace:
    try:
        return Workspace(document.text("workspace"))
    except ValueError as exc:
        raise document.wrong("workspace", "is unknown") from exc
