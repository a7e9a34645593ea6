"""Feeds meters with events."""

from __future__ import annotations

import json
from typing import Any

from specrun.system.meter import Meter


def entry(**rules: Any) -> dict[str, Any]:
    """Answer the declaration of a meter with one entry."""
    return {"format": "jsonl", "events": [rules]}


def fed(declaration: dict[str, Any], *events: Any, earlier: dict[str, Any] | None = None) -> Meter:
    """Answer a meter that has read some lines, or events that become lines."""
    meter = Meter(declaration, earlier)
    for event in events:
        meter.feed(event if isinstance(event, str) else json.dumps(event))
    return meter
