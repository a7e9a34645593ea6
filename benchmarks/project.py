"""Makes a git repo with one spec from a graph, and runs this checkout's specrun in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from benchmarks.rivals import ROOT, Run, surroundings
from benchmarks.workloads import Graph

SPEC = "bench"


def spec_text(graph: Graph, workers: int, executor: str, rerun: int = 0) -> str:
    """A spec of shell tasks without workspaces; another `rerun` makes every task run again."""
    tasks = {
        step.name: {"prompt": step.command, "rerun": rerun}
        | ({"depends_on": step.after} if step.after else {})
        for step in graph
    }
    head = {"agent": "shell", "executor": executor, "workspace": "none", "max_workers": workers}
    lines = ["version: 1", f"name: {SPEC}", *(f"{key}: {value}" for key, value in head.items()), "tasks:"]
    return "\n".join([*lines, *(f"  {name}: {json.dumps(task)}" for name, task in tasks.items())]) + "\n"


def environment(folder: Path) -> dict[str, str]:
    """The caller's environment with all state inside the folder and git's settings of nobody."""
    # specrun starts its tmux server in the default place, whatever the caller says.
    plain = {name: value for name, value in surroundings().items() if not name.startswith("TMUX")}
    return {
        **plain,
        "PYTHONPATH": str(ROOT),
        "SPECRUN_HOME": str(folder / "state"),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }


def repo(folder: Path) -> Path:
    """Make a repo with one commit."""
    root = folder / "repo"
    (root / "specs").mkdir(parents=True)
    (root / "README.md").write_text("# A repo to measure in\n")
    for words in (
        ["init", "--quiet", "--initial-branch=main"],
        ["add", "README.md"],
        [
            "-c",
            "user.name=Bench",
            "-c",
            "user.email=bench@example.invalid",
            "commit",
            "--quiet",
            "-m",
            "Begin",
        ],
    ):
        subprocess.run(["git", *words], cwd=root, env=environment(folder), check=True)
    return root


def write(root: Path, text: str) -> None:
    """Put the spec where specrun looks for it."""
    (root / "specs" / f"{SPEC}.yaml").write_text(text)


def specrun(*arguments: str) -> tuple[str, ...]:
    """The command line of this checkout's specrun."""
    return (sys.executable, "-m", "specrun", *arguments)


def prepared(folder: Path, graph: Graph, workers: int, executor: str) -> Run:
    """A repo in which `specrun apply` does the whole graph."""
    root = repo(folder)
    write(root, spec_text(graph, workers, executor))
    return Run(argv=specrun("apply", "--yes"), cwd=root, env=environment(folder))


def process(folder: Path, graph: Graph, workers: int) -> Run:
    """Prepare specrun with the executor `process`."""
    return prepared(folder, graph, workers, "process")


def tmux(folder: Path, graph: Graph, workers: int) -> Run:
    """Prepare specrun with the executor `tmux`."""
    return prepared(folder, graph, workers, "tmux")


def records(root: Path) -> Mapping[str, str]:
    """The status of every task that has a record."""
    paths = (root / "results" / SPEC).glob("*.json")
    return {path.stem: json.loads(path.read_text())["status"] for path in paths}
