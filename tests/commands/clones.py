"""Writes specs whose workers have clones, and reads what is recorded of them."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any

HEAD = "version: 1\nname: {name}\nagent: shell\nexecutor: process\ntasks:\n"


def cloned(repo: Path, tasks: str, name: str = "demo", folder: str = "specs") -> Path:
    """Write a spec whose workers have clones."""
    path = repo / folder / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(HEAD.format(name=name) + textwrap.indent(textwrap.dedent(tasks).strip("\n"), "  ") + "\n")
    return path


def record(repo: Path, name: str) -> dict[str, Any]:
    """Answer the record of a task of the spec `demo` as it is written."""
    told: dict[str, Any] = json.loads((repo / "results" / "demo" / f"{name}.json").read_text())
    return told
