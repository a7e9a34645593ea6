"""A crowd of Claude Code workers in one apply, and the means to see, strike and count them."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from specrun.store.layout import Layout
from tests.clis.seats import KEY, Seat
from tests.scenarios.stage import SPEC, Scene, Stage
from tests.scenarios.terminal import Terminal
from tests.stub import Stub

WORKERS = 8
NAMES = tuple(f"w{number}" for number in range(WORKERS))
HEAD: Mapping[str, Any] = {"executor": "tmux", "max_workers": WORKERS, "budget": {"per_task": "1.00 USD"}}
PRICE = Decimal("0.005")
"""What Claude Code counts for one answer of the stub with its default model, in USD."""


WAIT = "while ! [ -e $HOME/go ]; do sleep 0.05; done; echo more > more.txt"


def settings(stub: Stub) -> dict[str, Any]:
    """What specrun.yaml has to say for Claude Code to find the stub."""
    return {"env": {"ANTHROPIC_BASE_URL": stub.url}, "secrets": ["ANTHROPIC_API_KEY"]}


def scene(name: str) -> Scene:
    """A task of three answers that waits for a word; each run leaves a line where specrun does not look."""
    count = f"echo ran >> $HOME/{name}.count; echo hi > made.txt"
    return Scene(
        name=name,
        steps=[
            {"bash": count},
            {"bash": WAIT, "text": f"Now {name} waits.", "delay": 1},
            {"text": f"All of {name} is done.", "delay": 1},
        ],
    )


class Crowd(Stage):
    """Eight tasks in tmux; everything that is counted is counted for this crowd alone."""

    def __init__(self, folder: Path, seat: Seat, stub: Stub) -> None:
        folder.mkdir()
        more = {"ANTHROPIC_API_KEY": KEY, "TMUX_TMPDIR": os.environ["TMUX_TMPDIR"]}
        super().__init__(folder, seat, stub, settings(stub), more)
        self._before = len(stub.asked)
        self.spec("claude", [scene(name) for name in NAMES], **HEAD)

    def go(self) -> None:
        """Let all workers come to their end."""
        (self.home / "go").touch()

    def counted(self) -> dict[str, int]:
        """How often the first tool call of each task has had its effect."""
        return {path.stem: len(path.read_text().splitlines()) for path in self.home.glob("*.count")}

    def steps(self) -> dict[str, list[int]]:
        """Which answers each task has asked the model for, in order."""
        found: dict[str, list[int]] = {}
        for request in self.stub.asked[self._before :]:
            told = json.dumps(request.body)
            (name,) = (name for name in NAMES if f"This is {name}." in told)
            found.setdefault(name, []).append(request.step or 0)
        return found

    def progress(self) -> int:
        """How far all have come together: a number that grows with orders, starts, requests and ends."""
        files = Counter(path.name for path in self.state.glob(f"repo-*/attempts/{SPEC}/*/1/*.json"))
        mine = len(self.stub.asked) - self._before
        return mine + sum(
            files[name] for name in ("intent.json", "start.json", "exit.json", "collected.json")
        )

    def struck(self, chance: random.Random, kills: int) -> int:
        """Kill apply after apply at random moments; answers how many were killed."""
        most = WORKERS * 7
        done = 0
        for moment in sorted(chance.sample(range(1, most), kills)):
            apply = self.start("apply", "--yes")
            while apply.poll() is None and self.progress() < moment:
                time.sleep(0.002)
            done += apply.poll() is None
            apply.kill()
            apply.communicate()
        return done

    def tmux(self, *words: str) -> str:
        """Ask the crowd's tmux server."""
        argv = ["tmux", "-L", Layout.of(self.root, self.env).server, *words]
        return subprocess.run(argv, env=self.env, capture_output=True, text=True, check=False).stdout

    def panes(self) -> dict[str, str]:
        """Answer what the windows of the workers show by now, by task."""
        listed = self.tmux("list-windows", "-t", f"={SPEC}", "-F", "#{window_name}").split()
        return {
            name.partition("--")[0]: self.tmux("capture-pane", "-p", "-t", f"={SPEC}:={name}")
            for name in listed
        }

    def told(self) -> dict[str, dict[str, Any]]:
        """Answer what `status --json` tells of each task."""
        code, said = self.run("status", "--json")
        assert code == 0, said
        return {str(task["address"]).partition("/")[2]: task for task in json.loads(said)["tasks"]}

    def terminal(self, *arguments: str) -> Terminal:
        """Start specrun on a terminal."""
        return Terminal([sys.executable, "-m", "specrun", *arguments], self.root, self.env)
