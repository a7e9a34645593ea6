"""Tests `specrun schema`."""

from __future__ import annotations

import json
from pathlib import Path

from tests.commands.conftest import Specrun


def test_the_schemas_are_printed_in_any_folder(specrun: Specrun, tmp_path: Path) -> None:
    spec = specrun("-C", str(tmp_path), "schema")
    assert spec.code == 0
    assert "tasks" in json.loads(spec.out)["properties"]
    settings = json.loads(specrun("schema", "settings").out)
    assert "tasks" not in settings["properties"]
    plan = json.loads(specrun("schema", "plan").out)
    assert "changes" in plan["properties"]
    assert specrun("schema", "other").code == 64
