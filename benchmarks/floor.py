"""Runs steps with the bare shim and a ten-line loop: the least that any launcher of this shim can take."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from benchmarks.rivals import ROOT, Run, surroundings
from benchmarks.workloads import Graph

_SHIM = ROOT / "specrun" / "shim" / "__main__.py"
_LIMITS = {"timeout": None, "idle_timeout": None, "log_bytes": 1 << 20, "grace": 10.0}


def floor(folder: Path, graph: Graph, workers: int) -> Run:
    """A chain runs one by one, anything else `workers` at a time and in the order of the graph."""
    (folder / "done").mkdir()
    for step in graph:
        (folder / f"{step.name}.sh").write_text(f"{step.command}\n")
    chained = any(step.after for step in graph)
    names = [step.name for step in graph]
    return Run(
        argv=(sys.executable, "-m", "benchmarks.floor", str(folder), str(1 if chained else workers), *names),
        cwd=folder,
        env={**surroundings(), "PYTHONPATH": str(ROOT)},
    )


def _launch(folder: Path, name: str) -> None:
    """Write the smallest order that the shim takes, and start it as the process executor does."""
    directory = folder / name
    directory.mkdir()
    order = {
        "argv": ["sh", "-eu", f"{folder}/{name}.sh"],
        "env": {"PATH": os.environ["PATH"]},
        "cwd": str(folder),
        "limits": _LIMITS,
        "marker": name,
        "done": f"{folder}/done/{name}",
    }
    (directory / "intent.json").write_text(json.dumps(order))
    argv = [sys.executable, "-I", "-S", str(_SHIM), str(directory)]
    nowhere = [(os.POSIX_SPAWN_OPEN, handle, os.devnull, os.O_RDWR, 0) for handle in range(3)]
    os.posix_spawn(argv[0], argv, {"PATH": os.environ["PATH"]}, file_actions=nowhere, setsid=True)


def _loop(folder: Path, workers: int, names: list[str]) -> int:
    running = failed = 0
    for name in names:
        if running == workers:
            failed += os.wait()[1] != 0
            running -= 1
        _launch(folder, name)
        running += 1
    for _ in range(running):
        failed += os.wait()[1] != 0
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(_loop(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]))
