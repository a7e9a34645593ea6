"""Measures what a task costs beyond its work: a chain and a fan-out of no-ops, beside rivals and a floor."""

from __future__ import annotations

from benchmarks import rivals
from benchmarks.contest import Contest, arguments, chosen, machine, table
from benchmarks.floor import floor
from benchmarks.project import process, tmux
from benchmarks.workloads import chain, fan_out

CONTESTANTS = {"floor": floor, "specrun process": process, "specrun tmux": tmux, **rivals.RIVALS}


def main() -> None:
    """Print milliseconds per task and the multiple of the floor."""
    parser = arguments(__doc__, 5)
    parser.add_argument("--only", default="", metavar="NAMES", help="some contestants, separated by commas")
    parser.add_argument("--chain", type=int, default=50, metavar="N", help="steps of the chain (%(default)s)")
    parser.add_argument("--fan-out", type=int, default=200, metavar="N", help="free steps (%(default)s)")
    asked = parser.parse_args()
    graphs = {"chain": (chain(asked.chain), 4), "fan-out": (fan_out(asked.fan_out), 16)}
    said = machine()
    contest = Contest(chosen(CONTESTANTS, asked.only), rivals.install())
    for turn in range(asked.rounds):
        contest.round(graphs, turn)
    rows = []
    for name in contest.contestants:
        row = [name]
        for graph, (steps, _) in graphs.items():
            row += _cells(contest, name, graph, len(steps))
        rows.append(row)
    head = ["", "chain ms/task", "x floor", "range s", "fan-out ms/task", "x floor", "range s"]
    table(
        f"overhead per no-op task, medians of {asked.rounds} ({said}):\n"
        f"chain of {asked.chain}, 4 workers; fan-out of {asked.fan_out}, 16 workers",
        head,
        rows,
    )
    for name, why in contest.missing.items():
        if name in contest.contestants:
            print(f"{name}: {why}")


def _cells(contest: Contest, name: str, graph: str, count: int) -> list[str]:
    seconds = contest.median(name, graph)
    if seconds is None:
        return ["-", "-", ""]
    least = contest.median("floor", graph)
    times = f"{seconds / least:.2f}" if least else "-"
    return [f"{1000 * seconds / count:.1f}", times, contest.spread(name, graph)]


if __name__ == "__main__":
    main()
