"""Writes JSON that is the same bytes for the same values, whatever they hold."""

from __future__ import annotations

import json

from specrun.core.task import Json


def pretty(value: Json) -> str:
    """Answer a document for a file or a pipe: indented, keys in the order given, ASCII only."""
    return json.dumps(value, indent=2, ensure_ascii=True, allow_nan=False) + "\n"


def row(value: Json) -> str:
    """Answer one line of a stream of JSON values."""
    return json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":")) + "\n"
