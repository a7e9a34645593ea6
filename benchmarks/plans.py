"""Measures looking: how long it takes to say that 1,000 and 10,000 finished tasks have nothing to do."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import rivals
from benchmarks.contest import Failed, arguments, machine, show, table, timed
from benchmarks.project import SPEC, environment, repo, specrun, write
from benchmarks.rivals import Run
from benchmarks.workloads import Graph, layers
from specrun import wiring
from specrun.core.fingerprint import carried_digest, fingerprint, handed
from specrun.core.record import Ended, fold
from specrun.core.task import Desired, Task, TaskId
from specrun.core.world import AttemptRecord, CarriedFile, Fingerprint, Status
from specrun.store.documents import dump
from specrun.store.record_json import to_json

SIZES = {1000: (20, 50), 10000: (100, 100)}
"""Tasks: layers, and tasks in each of them."""

ENDED = 1_790_000_000.0
"""When all the work ended, in seconds since the epoch."""

Prepare = Callable[[Path, Graph], Run]


def look(folder: Path, graph: Graph) -> Run:
    """A repo in which every task has succeeded: a record and a branch for each."""
    root, env = repo(folder), environment(folder)
    tasks = {
        step.name: {"prompt": f"echo {step.name} > {step.name}.txt"}
        | ({"depends_on": [*step.after]} if step.after else {})
        for step in graph
    }
    head = f"version: 1\nname: {SPEC}\nagent: shell\nexecutor: process\ntasks:\n"
    write(root, head + "".join(f"  {name}: {json.dumps(task)}\n" for name, task in tasks.items()))
    commit = _git(root, env, "rev-parse", "HEAD")
    refs = "".join(f"create refs/heads/specrun/{SPEC}/{name} {commit}\n" for name in tasks)
    _git(root, env, "update-ref", "--stdin", given=refs)
    _git(root, env, "pack-refs", "--all")
    (root / "results" / SPEC).mkdir(parents=True)
    for name, data in _records(wiring.open_project(root, ()).loaded.desired, commit):
        (root / "results" / SPEC / f"{name}.json").write_bytes(data)
    return Run(argv=specrun("diff", "--exit-code"), cwd=root, env=env)


def _records(desired: Desired, commit: str) -> list[tuple[str, bytes]]:
    """Answer the files of records that say that all tasks have succeeded as they are asked for now."""
    carried = {
        name: (CarriedFile(f"{task.name}.txt", "100644", commit),) for name, task in desired.tasks.items()
    }
    digests = {name: carried_digest(files) for name, files in carried.items()}
    prints: dict[TaskId, Fingerprint] = {}
    for name, task in desired.tasks.items():
        above = [edge.upstream for edge in task.edges]
        beyond = {one: handed(prints[one]) for one in above}
        prints[name] = fingerprint(task, task.prompt, {one: digests[one] for one in above}, None, beyond)
    return [
        (task.name, dump(to_json(fold(None, _ended(task, prints[name], carried[name], commit)))))
        for name, task in desired.tasks.items()
    ]


def _ended(task: Task, print_: Fingerprint, carried: tuple[CarriedFile, ...], commit: str) -> Ended:
    attempt = AttemptRecord(
        number=1, generation=1, agent="shell", executor="process", status=Status.SUCCEEDED,
        started_at=ENDED - 60, ended_at=ENDED, exit_code=0,
    )  # fmt: skip
    return Ended(
        task_id=task.id, attempt=attempt, fingerprint=print_, summary="", carried=carried,
        branch=f"specrun/{task.id}", base=commit, commit=commit,
    )  # fmt: skip


def make(folder: Path, graph: Graph) -> Run:
    """One rule per step, whose target is the file that it has made."""
    rules = [
        f"done/{step.name}: {' '.join(f'done/{name}' for name in step.after)}\n\techo {step.name} > $@\n"
        for step in graph
    ]
    names = " ".join(f"done/{step.name}" for step in graph)
    (folder / "Makefile").write_text(f".PHONY: all\nall: {names}\n" + "\n".join(rules))
    _outputs(folder, graph)
    # It would say with code 1 that something is to be made.
    return Run(argv=("make", "-n", "--question"), cwd=folder, env=rivals.environment(folder))


_DODO = """import json, pathlib
STEPS = json.loads((pathlib.Path(__file__).parent / "graph.json").read_text())
DOIT_CONFIG = {"verbosity": 0, "reporter": "zero", "default_tasks": ["step"]}
def task_step():
    for name, after in STEPS.items():
        yield {
            "name": name, "actions": [f"echo {name} > done/{name}"], "targets": [f"done/{name}"],
            "file_dep": [f"done/{one}" for one in after] or ["graph.json"],
        }
"""


def doit(folder: Path, graph: Graph) -> Run:
    """One task per step with its file; one run beforehand has filled its database."""
    (folder / "graph.json").write_text(json.dumps({step.name: step.after for step in graph}))
    (folder / "dodo.py").write_text(_DODO)
    _outputs(folder, graph)
    ran = rivals.installed(folder, "doit", "run", "-n", str(os.cpu_count() or 1))
    timed(ran)
    return rivals.installed(folder, "doit", "list", "--all", "-s")


_SNAKEFILE = """import json
STEPS = json.load(open("graph.json"))
rule all:
    input: [f"done/{name}" for name in STEPS]
rule step:
    input: lambda wildcards: [f"done/{name}" for name in STEPS[wildcards.name]]
    output: "done/{name}"
    shell: "echo {wildcards.name} > {output}"
"""


def snakemake(folder: Path, graph: Graph) -> Run:
    """One rule for all steps, whose files are there; without notes of its own it goes by their times."""
    (folder / "graph.json").write_text(json.dumps({step.name: step.after for step in graph}))
    (folder / "Snakefile").write_text(_SNAKEFILE)
    _outputs(folder, graph)
    return rivals.installed(folder, "snakemake", "-n", "--quiet", "all", "--cores", "1")


CONTESTANTS: Mapping[str, Prepare] = {
    "specrun diff": look,
    "make -n": make,
    "doit list -s": doit,
    "snakemake -n": snakemake,
}


@dataclass(slots=True)
class Looks:
    """Seconds of every round by (contestant, size), and why there are none."""

    seconds: dict[tuple[str, int], list[float]] = field(default_factory=dict)
    failed: dict[tuple[str, int], str] = field(default_factory=dict)

    def take(self, name: str, size: int, run: Run) -> None:
        """Time one look."""
        try:
            self.seconds.setdefault((name, size), []).append(timed(run))
        except Failed as error:
            self.failed[name, size] = str(error)

    def median(self, name: str, size: int) -> float | None:
        """Seconds, or None where not all of it worked."""
        found = self.seconds.get((name, size))
        return statistics.median(found) if found and (name, size) not in self.failed else None


def main() -> None:
    """Print seconds per look, their range, and how they grow with the number of tasks."""
    parser = arguments(__doc__, 5)
    parser.add_argument("--only", default="", metavar="NAMES", help="some contestants, separated by commas")
    parser.add_argument("--sizes", default="1000,10000", help="how many tasks (%(default)s)")
    asked = parser.parse_args()
    sizes = [int(size) for size in asked.sizes.split(",")]
    said, looks, missing = machine(), Looks(), rivals.install()
    wanted = {name for name in asked.only.split(",") if name} or {name.split()[0] for name in CONTESTANTS}
    names = [name for name in CONTESTANTS if name.split()[0] in wanted - missing.keys()]
    for size in sizes:
        _rounds(looks, names, size, asked.rounds)
    table(
        f"time to say that nothing is to be done, medians of {asked.rounds} ({said}):\n"
        "layers of finished tasks, each after two of the layer above",
        ["", *(head for size in sizes for head in (f"{size} tasks s", "range s")), "growth / tasks"],
        [_row(looks, name, sizes) for name in names],
    )
    for (name, size), why in looks.failed.items():
        print(f"{name}, {size} tasks: {why}")
    for name, why in missing.items():
        print(f"{name}: {why}")


def _rounds(looks: Looks, names: list[str], size: int, rounds: int) -> None:
    """Prepare everybody once, then let all look in turns."""
    depth, width = SIZES.get(size, (max(size // 50, 1), 50))
    graph = layers(depth, width, 1)
    folder = Path(tempfile.mkdtemp(prefix="specrun-bench-"))
    try:
        runs = {}
        for name in names:
            show(f"{size} tasks: preparing {name}")
            place = folder / name.split()[0]
            place.mkdir()
            try:
                runs[name] = CONTESTANTS[name](place, graph)
            except Failed as error:
                looks.failed[name, size] = f"cannot be prepared: {error}"
        for turn in range(rounds):
            order = [*runs]
            for name in order[turn % len(order) :] + order[: turn % len(order)]:
                if (name, size) not in looks.failed:
                    show(f"{size} tasks, round {turn + 1}: {name}")
                    looks.take(name, size, runs[name])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _row(looks: Looks, name: str, sizes: list[int]) -> list[str]:
    medians = [looks.median(name, size) for size in sizes]
    row = [name]
    for size, median in zip(sizes, medians, strict=True):
        found = looks.seconds.get((name, size), [])
        row += ["-", ""] if median is None else [f"{median:.2f}", f"{min(found):.2f}-{max(found):.2f}"]
    first, last = medians[0], medians[-1]
    grown = len(sizes) > 1 and first is not None and last is not None
    return [*row, f"{last / first / (sizes[-1] / sizes[0]):.2f}" if grown and first and last else "-"]


def _outputs(folder: Path, graph: Graph) -> None:
    """Make the files of all steps, each newer than those it was made from."""
    (folder / "done").mkdir()
    for number, step in enumerate(graph):
        path = folder / "done" / step.name
        path.write_text(f"{step.name}\n")
        os.utime(path, (ENDED + number, ENDED + number))


def _git(root: Path, env: Mapping[str, str], *words: str, given: str = "") -> str:
    done = subprocess.run(
        ["git", *words], cwd=root, env=dict(env), input=given, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


if __name__ == "__main__":
    main()
