"""Judges outputs whose schemas may take for ever in a process of its own, and does not wait for ever."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from specrun.core.task import Json
from specrun.spec.outputs import invalid

SECONDS = 10.0
"""How long one output may take: a worker wrote it, and some patterns never come to an end with some texts."""

_SLOW = frozenset({"pattern", "patternProperties", "uniqueItems"})
_PROGRAM = """\
import json, sys
told = json.load(sys.stdin)
sys.path[:] = told["path"]
from specrun.spec.outputs import invalid
sys.stdout.buffer.write(invalid(told["schema"], told["value"]).encode())
"""


def judged(schema: Mapping[str, Any], value: Json, seconds: float = SECONDS) -> str:
    """Answer as `invalid` does, or that the time was not enough."""
    if not _slow(schema):
        return invalid(schema, value)
    told = {"path": [entry for entry in sys.path if entry], "schema": dict(schema), "value": value}
    command = [sys.executable, "-I", "-c", _PROGRAM]
    try:
        done = subprocess.run(
            command, input=json.dumps(told).encode(), capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return f"output: it could not be checked within {seconds:g} s; a pattern of its schema takes too long"
    return done.stdout.decode() if done.returncode == 0 else "output: it could not be checked"


def _slow(schema: Any) -> bool:  # noqa: ANN401 - any JSON value
    if isinstance(schema, dict):
        return bool(_SLOW & schema.keys()) or any(map(_slow, schema.values()))
    return isinstance(schema, list) and any(map(_slow, schema))
