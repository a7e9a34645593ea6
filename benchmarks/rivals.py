"""Runs the same graphs with make, doit, luigi and snakemake, installed apart from the project."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.workloads import Graph

ROOT = Path(__file__).parent.parent
HOME = ROOT / "build" / "rivals"
"""Where the virtual environment of the rivals lies; `make clean` removes it."""

LOCKS = {"requirements.txt": ("doit", "luigi"), "snakemake.txt": ("snakemake",)}
"""The locks, and whom each of them brings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A command that does a whole graph, with its folder and environment."""

    argv: tuple[str, ...]
    cwd: Path
    env: Mapping[str, str]


Prepare = Callable[[Path, Graph, int], Run]


def install() -> dict[str, str]:
    """Install every rival that can be installed; answers why not for each of the others."""
    if not (HOME / "bin" / "python").exists():
        subprocess.run([sys.executable, "-m", "venv", HOME], check=True)
    missing: dict[str, str] = {}
    for lock, names in LOCKS.items():
        why = _install_lock(lock)
        missing |= dict.fromkeys(names, why) if why else {}
    if shutil.which("make") is None:
        missing["make"] = "is not on this machine"
    return missing


def _install_lock(lock: str) -> str:
    """Install once what a lock names; answers why that does not work."""
    wanted, stamp = ROOT / "benchmarks" / lock, HOME / lock
    if stamp.exists() and stamp.read_bytes() == wanted.read_bytes():
        return ""
    pip = (str(HOME / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "-qq")
    done = subprocess.run(
        [*pip, "install", "--require-hashes", "-r", str(wanted)], capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        shutil.copyfile(wanted, stamp)
        return ""
    said = done.stderr.strip().splitlines() or ["no reason given"]
    return f"cannot be installed: {said[-1]}"


def make(folder: Path, graph: Graph, workers: int) -> Run:
    """One phony target per step; make starts a plain command without a shell."""
    names = " ".join(step.name for step in graph)
    rules = [f"{step.name}: {' '.join(step.after)}\n\t{step.command}\n" for step in graph]
    (folder / "Makefile").write_text(f".PHONY: all {names}\nall: {names}\n" + "\n".join(rules))
    return Run(argv=("make", "--silent", f"-j{workers}"), cwd=folder, env=environment(folder))


_DODO = """import json, pathlib
STEPS = json.loads((pathlib.Path(__file__).parent / "graph.json").read_text())
DOIT_CONFIG = {"verbosity": 0, "reporter": "zero"}
def task_step():
    for name, step in STEPS.items():
        yield {"name": name, "actions": [step["command"]], "task_dep": ["step:" + n for n in step["after"]]}
"""


def doit(folder: Path, graph: Graph, workers: int) -> Run:
    """One shell action per step, in doit's own worker processes."""
    _save(folder, graph)
    (folder / "dodo.py").write_text(_DODO)
    return installed(folder, "doit", "run", "-n", str(workers))


_LUIGI = """import json, pathlib, subprocess
import luigi
HERE = pathlib.Path(__file__).parent
STEPS = json.loads((HERE / "graph.json").read_text())
class Step(luigi.Task):
    name = luigi.Parameter()
    def requires(self):
        return [Step(name=name) for name in STEPS[self.name]["after"]]
    def output(self):
        return luigi.LocalTarget(str(HERE / "done" / self.name))
    def run(self):
        subprocess.run(STEPS[self.name]["command"].split(), check=True)
        (HERE / "done" / self.name).touch()
class All(luigi.WrapperTask):
    def requires(self):
        return [Step(name=name) for name in STEPS]
"""


def luigi(folder: Path, graph: Graph, workers: int) -> Run:
    """One task and one empty target file per step, with the local scheduler."""
    _save(folder, graph)
    (folder / "done").mkdir()
    (folder / "steps.py").write_text(_LUIGI)
    return installed(
        folder, "luigi", "--module", "steps", "All", "--local-scheduler", "--log-level", "ERROR",
        "--workers", str(workers),
    )  # fmt: skip


def snakemake(folder: Path, graph: Graph, workers: int) -> Run:
    """One rule and one touched file per step."""
    names = ", ".join(f'"done/{step.name}"' for step in graph)
    rules = [f"rule all:\n    input: {names}\n"]
    for step in graph:
        after = ", ".join(f'"done/{name}"' for name in step.after)
        inputs = f"    input: {after}\n" if after else ""
        rules.append(
            f'rule {step.name}:\n{inputs}    output: touch("done/{step.name}")\n    shell: "{step.command}"\n'
        )
    (folder / "Snakefile").write_text("\n".join(rules))
    return installed(folder, "snakemake", "--quiet", "all", "--cores", str(workers))


RIVALS: Mapping[str, Prepare] = {"make": make, "doit": doit, "luigi": luigi, "snakemake": snakemake}


def _save(folder: Path, graph: Graph) -> None:
    steps = {step.name: {"command": step.command, "after": step.after} for step in graph}
    (folder / "graph.json").write_text(json.dumps(steps))


def installed(folder: Path, program: str, *arguments: str) -> Run:
    """A program of the rivals' virtual environment, at work in a folder."""
    return Run(argv=(str(HOME / "bin" / program), *arguments), cwd=folder, env=environment(folder))


def surroundings() -> dict[str, str]:
    """The caller's environment, but Python may keep compiled modules, as installed programs do."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def environment(folder: Path) -> dict[str, str]:
    """The caller's environment with caches and settings kept in the folder."""
    return {
        **surroundings(),
        "HOME": str(folder),
        "PYTHONPATH": str(folder),
        "XDG_CACHE_HOME": str(folder / ".cache"),
        "XDG_CONFIG_HOME": str(folder / ".config"),
    }
