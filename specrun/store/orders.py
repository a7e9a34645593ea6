"""Turns orders into the intent of an attempt directory, and back into what is needed later."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path

from specrun.core.task import Json, Workspace
from specrun.core.world import Attempt, Fingerprint, Phase
from specrun.errors import EnvironmentProblem
from specrun.ports import AttemptKey, Intent, Order
from specrun.store.documents import FORMAT, Document
from specrun.store.layout import Layout
from specrun.system.processes import MARKER

GRACE = 10.0
"""Seconds between SIGTERM and SIGKILL for the processes of an attempt."""


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
    stdin = order.command.stdin
    return {
        "format": FORMAT,
        "task": order.task_id,
        "number": order.number,
        "generation": order.generation,
        "agent": order.agent,
        "executor": order.executor,
        "model": order.model,
        "argv": list(order.command.argv),
        "cwd": str(order.cwd),
        "env": {**env},
        "secrets": [*order.secrets],
        "stdin": None if stdin is None else str(stdin),
        "limits": _limits(order),
        "meter": None if order.command.meter is None else dict(order.command.meter),
        "earlier": dict(order.earlier),
        "cleanup": order.command.cleanup,
        "session_id": order.command.session_id,
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
    }


def _limits(order: Order) -> dict[str, Json]:
    limits = order.limits
    return {
        "budget": None if order.budget is None else str(order.budget),
        "max_turns": order.max_turns,
        "timeout": limits.timeout,
        "idle_timeout": limits.idle_timeout,
        "log_bytes": limits.log_bytes,
        "grace": GRACE,
    }


def attempt_from(key: AttemptKey, directory: Path) -> Attempt:
    """Read what never changes of an attempt; its phase is that of one without any other file.

    Raises EnvironmentProblem for any part that is wrong, so that collecting later finds all that it needs.
    """
    document = Document(directory / "intent.json", mend(directory))
    intent = _intent(key, document)
    document.text("marker")
    attempt = _attempt(key, document, intent.fingerprint.work, Phase.ORDERED)
    return replace(attempt, workspace=intent.workspace)


def collected_json(attempt: Attempt, started_at: float | None, at: float) -> dict[str, Json]:
    """Answer the content of collected.json: all that scans will ever need, so that one small file does."""
    return {
        "format": FORMAT,
        "at": at,
        "generation": attempt.generation,
        "agent": attempt.agent,
        "executor": attempt.executor,
        "work": attempt.work,
        "branch": attempt.branch,
        "created_at": attempt.created_at,
        "started_at": started_at,
        "grant": attempt.grant,
        "model": attempt.model,
        "budget": None if attempt.budget is None else str(attempt.budget),
    }


def collected_from(key: AttemptKey, directory: Path) -> Attempt:
    """Read a collected attempt."""
    document = Document(directory / "collected.json", mend(directory))
    return _attempt(key, document, document.text("work"), Phase.COLLECTED)


def intent_from(key: AttemptKey, directory: Path) -> Intent:
    """Read back what collecting needs."""
    return _intent(key, Document(directory / "intent.json", mend(directory)))


def _intent(key: AttemptKey, document: Document) -> Intent:
    return Intent(
        task_id=key.task_id,
        number=key.number,
        generation=document.whole("generation"),
        agent=document.text("agent"),
        executor=document.text("executor"),
        fingerprint=_fingerprint(document),
        workspace=_workspace(document),
        cwd=Path(document.text("cwd")),
        base=document.text_or_none("base"),
        created_at=document.number("created_at"),
        model=document.text_or_none("model"),
        secrets=document.texts("secrets"),
        session_id=document.text_or_none("session_id"),
    )


def marker_of(directory: Path) -> str:
    """The mark that every process of the attempt carries in its environment."""
    return Document(directory / "intent.json", mend(directory)).text("marker")


def fingerprint_json(fingerprint: Fingerprint) -> dict[str, Json]:
    """Write a fingerprint as files keep it; `unknown` is not kept, since nothing is when a task starts."""
    return {
        "work": fingerprint.work,
        "verify": fingerprint.verify,
        "live": fingerprint.live,
        "components": dict(fingerprint.components),
    }


def fingerprint_from(value: object) -> Fingerprint:
    """Read a fingerprint. Raises ValueError."""
    match value:
        case {"work": str(work), "verify": str(verify), "live": str(live), "components": dict(components)}:
            return Fingerprint(work=work, verify=verify, live=live, components=components)
    raise ValueError("fingerprint is not an object with work, verify, live and components")


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
        started_at=document.number_or_none("started_at"),
        grant=document.text("grant"),
        model=document.text_or_none("model"),
        budget=_money(document),
    )


def _fingerprint(document: Document) -> Fingerprint:
    try:
        return fingerprint_from(document.mapping("fingerprint"))
    except ValueError as exc:
        raise EnvironmentProblem(f"{document.path}: {exc}", mend(document.path.parent)) from exc


def _money(document: Document) -> Decimal | None:
    text = document.text_or_none("budget")
    try:
        amount = Decimal(text or "0")
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise EnvironmentProblem(f"{document.path}: budget is not a number", mend(document.path.parent))
    return None if text is None else amount


def _workspace(document: Document) -> Workspace:
    try:
        return Workspace(document.text("workspace"))
    except ValueError as exc:
        raise EnvironmentProblem(f"{document.path}: unknown workspace", mend(document.path.parent)) from exc
