"""A repo made of one of the fixtures, in which specrun has its checks run."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.scenarios.shop import ROOT, Shop

FIXTURES = ROOT / "tests" / "fixtures"
SPEC = Shop.name
TOOLS = str(Path(sys.executable).parent)
"""Where the programs of the Python fixture's checks are."""


class Workshop(Shop):
    """One repo with a README, and where named with a fixture; `env` adds to specrun's."""

    def __init__(self, folder: Path, fixture: str = "", env: Mapping[str, str] | None = None) -> None:
        more = {
            "PATH": f"{TOOLS}:{os.environ['PATH']}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "NPM_CONFIG_UPDATE_NOTIFIER": "false",
            **(env or {}),
        }
        super().__init__(folder, more)
        if fixture:
            ignored = shutil.ignore_patterns("__pycache__", ".*_cache")
            shutil.copytree(FIXTURES / fixture, self.root, ignore=ignored)
        self.write("README.md", "# A repo\n")
        self.begin()

    def spec(self, tasks: Mapping[str, Any], **head: Any) -> None:
        """Write the spec; workers are plain processes of the shell agent unless it says otherwise."""
        whole = {"version": 1, "name": SPEC, "agent": "shell", "executor": "process", **head, "tasks": tasks}
        self.write(f"specs/{SPEC}.yaml", whole)
