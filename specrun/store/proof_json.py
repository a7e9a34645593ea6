"""Turns what an attempt has to show, and the orders of its checks, into the files that keep them."""

from __future__ import annotations

from pathlib import Path

from specrun.core.task import Json
from specrun.ports import CheckOrder, ProofOrder
from specrun.store.contracts import check_json, checks_from
from specrun.store.documents import FORMAT, Document
from specrun.store.layout import Layout
from specrun.store.orders import fingerprint_in, fingerprint_json, limits_json
from specrun.system.processes import MARKER

SCRIPT = "prompt.md"
"""The file that holds the script of a check."""


def proof_json(proof: ProofOrder, key: str) -> dict[str, Json]:
    """Answer the content of proof.json; `key` is what the exit record of the attempt tells, "" without one.

    No worker knows it while it can still write, so that one cannot choose its own checks.
    """
    return {
        "format": FORMAT,
        "key": key,
        "commit": proof.commit,
        "cwd": str(proof.cwd),
        "fingerprint": fingerprint_json(proof.fingerprint),
        "checks": [check_json(check) for check in proof.checks],
        "protected_changed": [*proof.protected_changed],
        "discarded": [*proof.discarded],
    }


def proof_from(document: Document) -> ProofOrder:
    """Read what an attempt has to show. Raises EnvironmentProblem."""
    return ProofOrder(
        commit=document.text_or_none("commit"),
        cwd=Path(document.text("cwd")),
        fingerprint=fingerprint_in(document),
        checks=checks_from(document),
        protected_changed=document.texts("protected_changed"),
        discarded=document.texts("discarded"),
    )


def run_json(order: CheckOrder, layout: Layout, marker: str, before: str) -> dict[str, Json]:
    """Answer the content of the intent.json of one run of a check.

    `before` is the digest of what was there already, see `specrun.store.cases`.
    """
    key = order.key
    directory = layout.attempt(key.task_id, key.number, key.check)
    env = {name: value for name, value in order.env.items() if name not in _LEFT_OUT}
    return {
        "format": FORMAT,
        "task": key.task_id,
        "number": key.number,
        "check": key.check,
        "index": order.index,
        "name": order.name,
        "executor": order.executor,
        "argv": ["sh", "-e", str(directory / SCRIPT)],
        "cwd": str(order.cwd),
        "env": {**env, MARKER: marker},
        "secrets": [*order.secrets],
        "conceal": True,
        "stdin": None,
        "limits": limits_json(order.limits),
        "meter": None,
        "marker": marker,
        "done": str(layout.done_link(key.task_id, key.number, key.check)),
        "created_at": order.created_at,
        "prompt": SCRIPT,
        "before": before,
    }


_LEFT_OUT = ("SPECRUN_OUTPUT", "SPECRUN_VERDICT")
