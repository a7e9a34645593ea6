"""The front door of the room loads nothing heavy until it is used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from specrun import spec
from specrun.spec.published import json_schema, schema_text
from tests.spec.corpus import loaded, make_repo, write

HEAVY = "import sys, specrun.spec; print([n for n in ('pydantic', 'jinja2', 'ruamel') if n in sys.modules])"


def test_importing_the_room_imports_no_library() -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", HEAVY], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_front_door_leads_to_the_same_functions(tmp_path: Path) -> None:
    assert spec.schema_text("spec") == schema_text("spec")
    assert spec.json_schema("settings") == json_schema("settings")
    root = write(make_repo(tmp_path), "version: 1\nname: demo\nagent: shell\ntasks:\n  a: {prompt: hi}\n")
    assert list(loaded(root).desired.tasks) == ["demo/a"]
