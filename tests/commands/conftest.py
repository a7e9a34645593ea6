"""Gives the tests of the verbs a repo with specs and a way to run specrun in it."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from specrun import cli
from tests import processes
from tests.poll import until

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended and what it wrote."""

    code: int
    out: str
    err: str


Specrun = Callable[..., Said]
Spec = Callable[..., Path]
Begin = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def spec(repo: Path) -> Spec:
    """Answer a function that writes `specs/<name>.yaml`, with workers that need no tmux and no clones."""

    def write(tasks: str, name: str = "demo", head: str = "") -> Path:
        path = repo / "specs" / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        begin = f"version: 1\nname: {name}\nagent: shell\nexecutor: process\nworkspace: none\n"
        path.write_text(
            f"{begin}{head}tasks:\n" + textwrap.indent(textwrap.dedent(tasks).strip("\n"), "  ") + "\n"
        )
        return path

    return write


@pytest.fixture
def specrun(repo: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Specrun:
    """Answer a function that runs one command line in this process, in the repo."""
    monkeypatch.chdir(repo)

    def run(*arguments: str) -> Said:
        capsys.readouterr()
        code = cli.run(arguments)
        told = capsys.readouterr()
        return Said(int(code), told.out, told.err)

    return run


@pytest.fixture
def begin(repo: Path, tmp_path: Path) -> Iterator[Begin]:
    """Answer a function that starts specrun beside the test; whatever is left of it ends with the test."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "specrun", *arguments],
            cwd=repo,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()
    processes.end(processes.left_behind(tmp_path))
    until(lambda: not processes.left_behind(tmp_path))
