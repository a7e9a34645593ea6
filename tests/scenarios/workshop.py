"""A repo made of one of the fixtures, in which specrun is run as a person would run it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "tests" / "fixtures"
SPEC = "work"
LIMIT = 110.0
"""Seconds that one command may take."""
TOOLS = str(Path(sys.executable).parent)
"""Where the programs of the Python fixture's checks are."""
ME = ("-c", "user.name=Test", "-c", "user.email=test@example.invalid")


class Workshop:
    """One repo below `folder`, with a home and a state folder of its own; `env` adds to specrun's."""

    def __init__(self, folder: Path, fixture: str = "", env: Mapping[str, str] | None = None) -> None:
        self.root, self.state, self.home = folder / "repo", folder / "state", folder / "home"
        self.env = {
            "PATH": f"{TOOLS}:{os.environ['PATH']}",
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "TMUX_TMPDIR": os.environ["TMUX_TMPDIR"],
            "SPECRUN_HOME": str(self.state),
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "NPM_CONFIG_UPDATE_NOTIFIER": "false",
            **(env or {}),
        }
        self.home.mkdir(parents=True, exist_ok=True)
        if fixture:
            shutil.copytree(
                FIXTURES / fixture, self.root, ignore=shutil.ignore_patterns("__pycache__", ".*_cache")
            )
        self.root.mkdir(exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main")
        self.write("README.md", "# A repo\n")
        self.commit()

    def write(self, name: str, content: Mapping[str, Any] | str) -> None:
        """Write a file of the repo; mappings become JSON, which is YAML too."""
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, indent=1)
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(text)

    def spec(self, tasks: Mapping[str, Any], **head: Any) -> None:
        """Write the spec; workers are plain processes of the shell agent unless it says otherwise."""
        whole = {"version": 1, "name": SPEC, "agent": "shell", "executor": "process", **head, "tasks": tasks}
        self.write(f"specs/{SPEC}.yaml", whole)

    def commit(self) -> None:
        """Commit everything."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message=Go on")

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start specrun and do not wait for it."""
        return subprocess.Popen(
            [sys.executable, "-m", "specrun", *arguments],
            cwd=self.root, env=self.env, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    def run(self, *arguments: str) -> tuple[int, str]:
        """Run specrun to its end; answers its code and all that it says."""
        with self.start(*arguments) as process:
            said, _ = process.communicate(timeout=LIMIT)
        return process.returncode, said

    def record(self, name: str) -> dict[str, Any]:
        """Answer the run record of a task."""
        value: dict[str, Any] = json.loads((self.root / "results" / SPEC / f"{name}.json").read_text())
        return value

    def attempt(self, name: str, number: int = 1) -> Path:
        """Answer the directory of an attempt."""
        (home,) = self.state.glob("repo-*")
        return home / "attempts" / SPEC / name / str(number)

    def git(self, *words: str) -> str:
        """Ask the repo's git."""
        done = subprocess.run(
            ["git", *ME, *words], cwd=self.root, env=self.env, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()
