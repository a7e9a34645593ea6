"""Feeds events to the meter of an agent, and answers what it knows and shows."""

from __future__ import annotations

import json
from typing import Any

from specrun.agents import AGENTS
from specrun.agents.declared import Declared
from specrun.system.meter import Meter


def fed(name: str, *events: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Answer the state of the meter after these events, and the transcript."""
    agent = AGENTS[name]
    assert isinstance(agent, Declared)
    assert agent.declaration.meter is not None
    meter = Meter(agent.declaration.meter)
    shown = [line for event in events for line in meter.feed(json.dumps(event))]
    return meter.state(), shown
