"""A repo with twelve small tasks, and the means to hit specrun, its shims and its tmux server meanwhile."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from specrun.core.task import Json
from specrun.store.layout import Layout

SOURCE = Path(__file__).parent.parent.parent
SPEC = "torture"
TASKS = 12
LIMIT = 60.0
"""Seconds after which an apply that should have ended counts as hung."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """What a task is: its name, upstreams, and whether it works in a clone."""

    name: str
    after: tuple[str, ...]
    clone: bool

    @property
    def script(self) -> str:
        """Leave one line per run where specrun does not look, and a process; then work a little."""
        lines = [f'echo ran >> "$HOME/counters/{self.name}"', "sleep 300 &", "sleep 0.05"]
        lines += [f"echo {{{{ tasks.{name}.output.from }}}}" for name in self.after[:1]]
        lines += [f"echo done > {self.name}.txt"] if self.clone else []
        return "\n".join([*lines, f"""echo '{{"from": "{self.name}"}}' > "$SPECRUN_OUTPUT" """.strip()])


def plots(seed: int) -> list[Plot]:
    """Answer tasks whose edges and kinds are random, and the same for a seed."""
    chance = random.Random(seed)
    found: list[Plot] = []
    for number in range(TASKS):
        earlier = [plot.name for plot in found]
        after = sorted(chance.sample(earlier, min(len(earlier), chance.randint(0, 3))))
        found.append(Plot(name=f"t{number:02}", after=tuple(after), clone=chance.random() < 0.6))
    return found


class Arena:
    """One repo below `folder`, with home, state and counters beside it."""

    def __init__(self, folder: Path, seed: int, executor: str) -> None:
        self.executor = executor
        self.root = folder / "repo"
        self.counters = folder / "home" / "counters"
        self.state = folder / "state"
        self.plots = plots(seed)
        self._log = folder / "specrun.log"
        self._seen: dict[str, tuple[int, int]] = {}
        hidden = ("SPECRUN_", "GIT_", "TMUX", "XDG_")
        self.env = {name: value for name, value in os.environ.items() if not name.startswith(hidden)} | {
            "HOME": str(folder / "home"),
            "SPECRUN_HOME": str(self.state),
            "PYTHONPATH": str(SOURCE),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
        }
        self.counters.mkdir(parents=True)
        self._plant()

    @property
    def said(self) -> str:
        """Everything that all specruns have printed so far."""
        return self._log.read_text() if self._log.exists() else ""

    def apply(self, *flags: str) -> subprocess.Popen[bytes]:
        """Start an apply and do not wait for it."""
        self.changes()
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "specrun", "apply", "--yes", *flags],
                cwd=self.root, env=self.env, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

    def finish(self, *flags: str) -> int:
        """Apply without any disturbance and answer the exit code."""
        return self.apply(*flags).wait(LIMIT)

    def git(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Ask the repo's git."""
        me = ("-c", "user.name=Test", "-c", "user.email=test@example.invalid")
        return subprocess.run(
            ["git", *me, *words], cwd=self.root, env=self.env, capture_output=True, text=True, check=False
        )

    def counted(self, name: str) -> int:
        """How often the script of a task has begun."""
        path = self.counters / name
        return len(path.read_text().splitlines()) if path.exists() else 0

    def records(self) -> dict[str, dict[str, Json]]:
        """Answer the run records as they lie in the repo, by task name."""
        paths = sorted((self.root / "results" / SPEC).glob("*.json"))
        return {path.stem: json.loads(path.read_text()) for path in paths}

    def changes(self) -> int:
        """How many entries of state, results and refs are new or different since the last call."""
        now = dict(self._entries())
        fresh = sum(self._seen.get(path) != mark for path, mark in now.items())
        gone = len(self._seen.keys() - now.keys())
        self._seen = now
        return fresh + gone

    def shims(self) -> list[int]:
        """Answer the pids of shims that have begun and not ended."""
        pids = []
        for token in self.state.glob(f"*/attempts/{SPEC}/*/*/start.json"):
            if not (token.parent / "exit.json").exists():
                pid = json.loads(token.read_text()).get("pid", 0)
                if pid and b"specrun/shim" in _command_line(pid):
                    pids.append(pid)
        return sorted(pids)

    def forkservers(self) -> list[int]:
        """Answer the pids of the processes that fork shims; unlike shims they read from a pipe."""
        found = []
        for place in Path("/proc").glob("[0-9]*"):
            words = _command_line(int(place.name)).split(b"\0")
            with suppress(OSError):
                mine = b"--serve" in words and os.fsencode(self.state) in words[-2]
                if mine and str((place / "fd" / "0").readlink()).startswith("pipe:"):
                    found.append(int(place.name))
        return sorted(found)

    def tmux(self, *words: str) -> str:
        """Ask specrun's private tmux server, which has to be there; nothing when it is not."""
        name = Layout.of(self.root, self.env).server
        argv = ["tmux", "-L", name, *words]
        return subprocess.run(argv, env=self.env, capture_output=True, text=True, check=False).stdout.strip()

    def _plant(self) -> None:
        tasks: Mapping[str, Json] = {
            plot.name: {
                "prompt": plot.script,
                "depends_on": list(plot.after),
                "workspace": "clone" if plot.clone else "none",
            }
            for plot in self.plots
        }
        head = {"version": 1, "name": SPEC, "agent": "shell", "executor": self.executor, "max_workers": 4}
        (self.root / "specs").mkdir(parents=True)
        (self.root / "specs" / f"{SPEC}.yaml").write_text(json.dumps({**head, "tasks": tasks}, indent=1))
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("add", "specs")
        self.git("commit", "--quiet", "--message=Begin")

    def _entries(self) -> Iterator[tuple[str, tuple[int, int]]]:
        places = [self.state, self.root / "results", self.root / ".git" / "refs"]
        waiting = [(os.fspath(place), 0) for place in places]
        while waiting:
            folder, depth = waiting.pop()
            try:
                with os.scandir(folder) as found:
                    for entry in found:
                        seen = entry.stat(follow_symlinks=False)
                        yield entry.path, (seen.st_mtime_ns, seen.st_ino)
                        # Below that depth, in the workspaces, there are whole clones.
                        if entry.is_dir(follow_symlinks=False) and depth < 5:
                            waiting.append((entry.path, depth + 1))
            except FileNotFoundError:
                continue


def strike(arena: Arena, apply: subprocess.Popen[bytes], chance: random.Random, spread: int) -> bool:
    """Wait for a random moment of an apply; False when it ended before.

    The moment is a random number of changes to files (so that every run gets somewhere, however slow the
    machine), and then up to 20 ms more, so that it does not always fall right behind a change.
    """
    wanted = chance.randint(1, spread)
    while wanted > 0:
        if apply.poll() is not None:
            return False
        wanted -= arena.changes()
        time.sleep(0.0005)
    time.sleep(chance.uniform(0, 0.02))
    return apply.poll() is None


def kill(pid: int) -> bool:
    """Send SIGKILL; False when nobody was there."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def _command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return subprocess.run(
            ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, check=False
        ).stdout
