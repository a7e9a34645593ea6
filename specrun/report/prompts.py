"""Shows what a task would be told: the difference to what the record says, or all of it at first."""

from __future__ import annotations

from specrun.core.change import Decision
from specrun.core.forecast import WORKING
from specrun.core.task import Json
from specrun.report import textdiff
from specrun.report.preview import Preview
from specrun.report.text import shown
from specrun.report.words import count

MARK = "known later»"
"""Ends the mark that stands for a value which only the end of an upstream will tell."""


def rows(preview: Preview, decision: Decision) -> list[str]:
    """Answer the prompt of a task whose agent may start, nothing for others; never cut, always harmless."""
    if decision.action not in WORKING or decision.fingerprint is None:
        return []
    now, known = _now(preview, decision)
    run = preview.run(decision)
    before = None if run is None else run.fingerprint.components.get("prompt")
    if now is None:
        return ["prompt: known when its upstreams have ended"]
    later = " («...: known later» stands for what upstreams will leave)" if MARK in now and not known else ""
    if before is None:
        lines = now.split("\n")
        return [
            f"prompt, {count(len(lines), 'line')}{later}:",
            *(f"  | {shown(one)}".rstrip() for one in lines),
        ]
    if not isinstance(before, str):
        return [f"prompt: the record keeps only the digest of its {_length(before)}; see specrun render"]
    if now == before:
        return ["prompt: as recorded"]
    return [f"prompt{later}:", *(f"  {row}".rstrip() for row in textdiff.unified(before, now))]


def _now(preview: Preview, decision: Decision) -> tuple[str | None, bool]:
    """Answer the prompt as it is known by now, and whether that is all of it."""
    kept = decision.fingerprint.components.get("prompt") if decision.fingerprint else None
    if isinstance(kept, str):
        return kept, True
    found = preview.prompt(decision.task_id)
    return (None if found is None else found.rstrip("\n")), kept is not None


def _length(prompt: Json) -> str:
    amount = prompt.get("characters") if isinstance(prompt, dict) else None
    return f"{amount} characters"
