"""Times contestants in interleaved rounds and prints medians; one that fails is told, not left out."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.rivals import Prepare, Run
from benchmarks.workloads import Graph

PATIENCE = 300.0
"""Seconds after which a contestant counts as failed."""


class Failed(Exception):
    """A contestant did not do its work; the message is what it said last."""


def timed(run: Run) -> float:
    """Run to the end and answer the wall time in seconds. Raises Failed."""
    began = time.perf_counter()
    try:
        done = subprocess.run(
            run.argv, cwd=run.cwd, env=run.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, errors="replace", timeout=PATIENCE, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise Failed(f"not done after {PATIENCE:g} s") from error
    took = time.perf_counter() - began
    if done.returncode:
        last = (done.stdout.strip().splitlines() or ["it said nothing"])[-1]
        raise Failed(f"exit code {done.returncode}: {last[:120]}")
    return took


def once(prepare: Prepare, graph: Graph, workers: int) -> float:
    """Time one contestant in a fresh folder; preparing and tidying are not timed. Raises Failed."""
    folder = Path(tempfile.mkdtemp(prefix="specrun-bench-"))
    try:
        return timed(prepare(folder, graph, workers))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Contest:
    """Results by (contestant, graph): seconds of every round, or why there are none."""

    def __init__(self, contestants: Mapping[str, Prepare], missing: Mapping[str, str]) -> None:
        self.contestants = contestants
        self.missing = dict(missing)
        self.seconds: dict[tuple[str, str], list[float]] = {}

    def round(self, graphs: Mapping[str, tuple[Graph, int]], turn: int) -> None:
        """Let everybody run every graph once, beginning with another contestant each time."""
        names = list(self.contestants)
        for graph_name, (graph, workers) in graphs.items():
            for name in names[turn % len(names) :] + names[: turn % len(names)]:
                if name in self.missing:
                    continue
                show(f"round {turn + 1}: {graph_name}, {name}")
                try:
                    took = once(self.contestants[name], graph, workers)
                except Failed as error:
                    self.missing[name] = str(error)
                else:
                    self.seconds.setdefault((name, graph_name), []).append(took)

    def median(self, name: str, graph: str) -> float | None:
        """Seconds, or None for a contestant that did not finish."""
        found = self.seconds.get((name, graph))
        return statistics.median(found) if found and name not in self.missing else None

    def spread(self, name: str, graph: str) -> str:
        """Smallest and largest time in seconds."""
        found = self.seconds.get((name, graph), [])
        return f"{min(found):.2f}-{max(found):.2f}" if found else ""


def chosen(contestants: Mapping[str, Prepare], only: str) -> dict[str, Prepare]:
    """Keep those whose names are in a comma-separated list; everybody without one."""
    names = [name for name in only.split(",") if name]
    return {name: prepare for name, prepare in contestants.items() if not names or name in names}


def arguments(about: str | None, rounds: int) -> argparse.ArgumentParser:
    """A command line with `--rounds`."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--rounds", type=int, default=rounds, help="how often everybody runs (%(default)s)")
    return parser


def show(text: str) -> None:
    """Say what is going on where a person watches."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under a title, the first column to the left, the others to the right."""
    show("")
    widths = [max(len(row[at]) for row in (head, *rows)) for at in range(len(head))]
    print(f"\n{title}")
    for row in (head, ["-" * width for width in widths], *rows):
        cells = [
            text.rjust(width) if at else text.ljust(width)
            for at, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join(cells).rstrip())


def machine() -> str:
    """What the figures were taken on."""
    load = f", load {os.getloadavg()[0]:.1f} at the start" if hasattr(os, "getloadavg") else ""
    system = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    return f"{system}, Python {platform.python_version()}{load}"
