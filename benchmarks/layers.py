"""Measures scheduling: ten layers of short tasks against the time that no schedule can beat."""

from __future__ import annotations

import shutil
import statistics
import tempfile
from pathlib import Path

from benchmarks import rivals
from benchmarks.contest import Contest, Failed, arguments, chosen, machine, show, table, timed
from benchmarks.project import prepared, process, spec_text, write
from benchmarks.workloads import Graph, Step, layers, lower_bound, simulated, tails

WORKERS = 16


def main() -> None:
    """Print makespan / lower bound: of specrun cold and with history, of the rivals, of ideal schedules."""
    parser = arguments(__doc__, 3)
    parser.add_argument("--only", default="", metavar="NAMES", help="some contestants, separated by commas")
    parser.add_argument("--seed", type=int, default=1, help="chooses durations and edges (%(default)s)")
    parser.add_argument("--executor", default="process", help="of the runs with history (%(default)s)")
    asked = parser.parse_args()
    graph = layers(10, 20, asked.seed)
    bound = lower_bound(graph, WORKERS)
    said = machine()
    contestants = chosen(
        {"specrun cold": process, "specrun with history": process, **rivals.RIVALS}, asked.only
    )
    warm = contestants.pop("specrun with history", None)
    contest = Contest(contestants, rivals.install())
    again: list[float] = []
    for turn in range(asked.rounds):
        if contestants:
            contest.round({"layers": (graph, WORKERS)}, turn)
        if warm:
            show(f"round {turn + 1}: layers, specrun with history")
            again.append(_second(graph, asked.executor))
    rows = [_row(name, contest.median(name, "layers"), bound) for name in contestants]
    if again:
        rows.insert(1, _row("specrun with history", statistics.median(again), bound))
    rows += [_row(f"ideal, {name}", seconds, bound) for name, seconds in _ideals(graph).items()]
    longest = max(tails(graph).values())
    work = sum(step.seconds for step in graph)
    table(
        f"ten layers of 20 tasks of 0.1-0.5 s, {WORKERS} workers, medians of {asked.rounds} ({said}):\n"
        f"lower bound {bound:.2f} s (longest path {longest:.2f}, work / workers {work / WORKERS:.2f})",
        ["", "makespan s", "/ bound"],
        rows,
    )
    for name, why in contest.missing.items():
        if name in contest.contestants:
            print(f"{name}: {why}")


def _second(graph: Graph, executor: str) -> float:
    """Do everything, ask for everything again, and time only that: durations are on record then."""
    folder = Path(tempfile.mkdtemp(prefix="specrun-bench-"))
    try:
        run = prepared(folder, graph, WORKERS, executor)
        timed(run)
        write(run.cwd, spec_text(graph, WORKERS, executor, rerun=1))
        return timed(run)
    except Failed as error:
        raise SystemExit(f"specrun with history: {error}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _ideals(graph: Graph) -> dict[str, float]:
    """Makespans of schedules that cost nothing themselves."""
    blind = tails([_unit(step) for step in graph])
    return {
        "paths counted in tasks": simulated(graph, WORKERS, blind),
        "paths in known seconds": simulated(graph, WORKERS, tails(graph)),
    }


def _unit(step: Step) -> Step:
    return Step(name=step.name, seconds=1.0, after=step.after)


def _row(name: str, seconds: float | None, bound: float) -> list[str]:
    return [name, "-", "-"] if seconds is None else [name, f"{seconds:.2f}", f"{seconds / bound:.2f}"]


if __name__ == "__main__":
    main()
