"""Measures what specrun itself takes: start-up, memory, idle processor time, and reading large specs."""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.contest import Failed, arguments, machine, show, table, timed
from benchmarks.processes import Use, use
from benchmarks.project import environment, repo, spec_text, specrun, write
from benchmarks.rivals import Run
from benchmarks.workloads import Step, layers
from specrun.store.layout import Layout

LIVE = 50


def main() -> None:
    """Print one table of figures with the aims beside them."""
    parser = arguments(__doc__, 5)
    parser.add_argument(
        "--seconds", type=float, default=20.0, help="how long workers are watched (%(default)s)"
    )
    asked = parser.parse_args()
    rows = [["start-up of Python itself", _milliseconds(_bare, asked.rounds), ""]]
    rows.append(["--version", _milliseconds(_version, asked.rounds), "120 ms"])
    for count, aim in ((1_000, "1,000 ms"), (10_000, "linear")):
        rows.append(
            [f"validate, {count:,} tasks", _milliseconds(_reading(count, "validate"), asked.rounds), aim]
        )
    rows.append(["diff, 1,000 tasks", _milliseconds(_reading(1_000, "diff"), asked.rounds), ""])
    for executor in ("process", "tmux"):
        if executor == "process" or shutil.which("tmux"):
            rows += _living(executor, asked.seconds)
    table(f"footprint, medians of {asked.rounds} ({machine()})", ["", "measured", "aim"], rows)


def _milliseconds(prepare: Callable[[Path], Run], rounds: int) -> str:
    folder = Path(tempfile.mkdtemp(prefix="specrun-bench-"))
    try:
        run = prepare(folder)
        show(" ".join(run.argv[-2:]))
        return f"{1000 * statistics.median(timed(run) for _ in range(rounds)):,.0f} ms"
    except Failed as error:
        return str(error)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _bare(folder: Path) -> Run:
    return Run(argv=(sys.executable, "-c", ""), cwd=folder, env=environment(folder))


def _version(folder: Path) -> Run:
    return Run(argv=specrun("--version"), cwd=folder, env=environment(folder))


def _reading(count: int, verb: str) -> Callable[[Path], Run]:
    def prepare(folder: Path) -> Run:
        root = repo(folder)
        write(root, spec_text(layers(count // 20, 20, seed=1), 16, "process"))
        return Run(argv=specrun(verb), cwd=root, env=environment(folder))

    return prepare


def _living(executor: str, seconds: float) -> list[list[str]]:
    """Watch one specrun with many workers that only wait."""
    folder = Path(tempfile.mkdtemp(prefix="specrun-bench-"))
    root, env = repo(folder), environment(folder)
    steps = [Step(name=f"s{number:02}", seconds=600) for number in range(LIVE)]
    write(root, spec_text(steps, LIVE, executor))
    show(f"{LIVE} workers, {executor}")
    mine = subprocess.Popen(
        specrun("apply", "--yes"), cwd=root, env=env, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        shims = _shims(folder, mine)
        time.sleep(3)
        before = use(mine.pid)
        time.sleep(seconds)
        return _figures(executor, before, use(mine.pid), seconds, [use(pid) for pid in shims])
    except Failed as error:
        return [[f"{LIVE} live workers, {executor}", str(error), ""]]
    finally:
        subprocess.run(specrun("stop", "--all"), cwd=root, env=env, check=False, capture_output=True)
        mine.wait()
        if executor == "tmux":  # it shows stopped workers until the next apply
            server = Layout.of(root, env).server
            subprocess.run(["tmux", "-L", server, "kill-server"], env=env, check=False, capture_output=True)
        shutil.rmtree(folder, ignore_errors=True)


def _shims(folder: Path, mine: subprocess.Popen[bytes]) -> list[int]:
    """Wait until all workers run; answers the pids of their shims. Raises Failed."""
    for _ in range(1200):
        tokens = list((folder / "state").glob("*/attempts/*/*/*/start.json"))
        if len(tokens) == LIVE:
            return [json.loads(token.read_text())["pid"] for token in tokens]
        if mine.poll() is not None:
            break
        time.sleep(0.05)
    raise Failed(f"{len(tokens)} of {LIVE} workers started, specrun says {mine.poll()}")


def _figures(executor: str, before: Use, after: Use, seconds: float, shims: Sequence[Use]) -> list[list[str]]:
    share = 100 * (after.cpu - before.cpu) / seconds
    name = f"{LIVE} live workers, {executor}"
    largest = max(shims, key=lambda shim: shim.rss)
    return [
        [f"{name}: specrun", _memory(after), "100 MB"],
        [f"{name}: specrun", f"{share:.1f} % of a core", "2 %"],
        [f"{name}: largest shim", _memory(largest), "20 MB"],
    ]


def _memory(used: Use) -> str:
    return f"{used.rss:.1f} MB" + ("" if used.pss is None else f" (PSS {used.pss:.1f})")


if __name__ == "__main__":
    main()
