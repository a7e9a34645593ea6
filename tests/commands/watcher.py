"""Keeps an eye on a `specrun apply --watch` that runs beside a test."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
from pathlib import Path
from typing import IO, Any

from tests.commands.conftest import Begin
from tests.poll import until

BLOCKED = "slow: {prompt: 'echo $$ >> began; while [ ! -e go ]; do sleep 0.02; done; echo gone on'}"
"""A worker that ends when it is told to, and tells its pid."""
QUICK = "quick: {prompt: 'echo one >> trace'}"
RESTING = "at rest"


class Watcher:
    """One running `apply --watch`, what it has said so far, and the spec that it goes by."""

    def __init__(self, begin: Begin, repo: Path, *options: str) -> None:
        self.repo = repo
        self.out: list[str] = []
        self.err: list[str] = []
        self.process: subprocess.Popen[str] = begin("apply", "--yes", "--watch", *options)
        for stream, lines in ((self.process.stdout, self.out), (self.process.stderr, self.err)):
            assert stream is not None
            threading.Thread(target=_gather, args=(stream, lines), daemon=True).start()

    def said(self, text: str, times: int = 1) -> bool:
        """Wait until it has said something so often."""
        try:
            return until(lambda: "".join([*self.out, *self.err]).count(text) >= times)
        except AssertionError:
            raise AssertionError(f"{text!r} {times}x in\n{self.text}\n--\n{self.told}") from None

    def rested(self, times: int = 1) -> bool:
        """Wait until it has come to rest so often."""
        return self.said(RESTING, times)

    @property
    def text(self) -> str:
        """All that it has said on standard output."""
        return "".join(self.out)

    @property
    def told(self) -> str:
        """All that it has said on standard error."""
        return "".join(self.err)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The values of its stream of JSON lines."""
        return [json.loads(line) for line in self.out if line.endswith("\n")]

    def edit(self, old: str, new: str, name: str = "demo") -> None:
        """Save a spec as many editors do: a new file takes the place of the old one."""
        path = self.repo / "specs" / f"{name}.yaml"
        text = path.read_text()
        assert text.count(old) == 1, text
        swap = path.with_suffix(".yaml~")
        swap.write_text(text.replace(old, new))
        swap.replace(path)

    def leave(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Tell it to end and answer its exit code."""
        self.process.send_signal(number)
        return self.process.wait(30)


def _gather(stream: IO[str], lines: list[str]) -> None:
    lines.extend(iter(stream.readline, ""))


def status(repo: Path, task: str, spec: str = "demo") -> str:
    """Answer what is recorded of a task."""
    return str(json.loads((repo / "results" / spec / f"{task}.json").read_text())["status"])


def attempts(repo: Path, task: str) -> list[str]:
    """Answer how the attempts of a task ended."""
    record = json.loads((repo / "results" / "demo" / f"{task}.json").read_text())
    return [one["status"] for one in record["attempts"]]
