"""A repo in a world of its own, in which specrun is run as a person would run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
ME = ("-c", "user.name=Test", "-c", "user.email=test@example.invalid")


class Shop:
    """One repo below `folder`, with the home of a person and a state folder; `env` is all that specrun gets.

    `name` is that of its only spec, `limit` the seconds that one command may take.
    """

    name = "work"
    limit = 110.0

    def __init__(self, folder: Path, env: Mapping[str, str]) -> None:
        self.root, self.state, self.home = folder / "repo", folder / "state", folder / "person"
        self.home.mkdir(parents=True)
        self.env = {
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "TMUX_TMPDIR": os.environ["TMUX_TMPDIR"],
            "SPECRUN_HOME": str(self.state),
            "PYTHONPATH": str(ROOT),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            **env,
        }

    def begin(self) -> None:
        """Make a git repo of what lies there."""
        self.git("init", "--quiet", "--initial-branch=main")
        self.commit()

    def write(self, name: str, content: Mapping[str, Any] | str) -> None:
        """Write a file of the repo; mappings become JSON, which is YAML too."""
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, indent=1)
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(text)

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
            said, _ = process.communicate(timeout=self.limit)
        return process.returncode, said

    def record(self, name: str) -> dict[str, Any]:
        """Answer the run record of a task."""
        value: dict[str, Any] = json.loads((self.root / "results" / self.name / f"{name}.json").read_text())
        return value

    def attempt(self, name: str, number: int = 1) -> Path:
        """Answer the directory of an attempt."""
        (home,) = self.state.glob("repo-*")
        return home / "attempts" / self.name / name / str(number)

    def git(self, *words: str) -> str:
        """Ask the repo's git."""
        done = subprocess.run(
            ["git", *ME, *words], cwd=self.root, env=self.env, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()
