"""`--commit`: puts the results of the loaded specs, and nothing else, into one commit per spec."""

from __future__ import annotations

import os
from pathlib import Path

from specrun import wiring
from specrun.commands import console
from specrun.reconcile.runtime import Runtime
from specrun.report.words import moment
from specrun.store.commits import commit_paths


def commit_results(project: wiring.Project, runtime: Runtime) -> None:
    """Commit records and tables that differ from HEAD; the trailers name the spec and when the run began."""
    for spec in runtime.desired.specs:
        trailers = {"Specrun-Spec": spec, "Specrun-Run": moment(runtime.since)}
        paths = _records(project, spec)
        commit = commit_paths(project.git, paths, f"Results of {spec}", trailers) if paths else None
        if commit is not None:
            console.note(f"Committed the results of {spec} as {commit[:12]}.")


def _records(project: wiring.Project, spec: str) -> list[Path]:
    """Answer the records and the table of a spec, those that were taken away since, too."""
    folder = project.root / "results" / spec
    listed = project.git.run("ls-files", "-z", "--", f"results/{spec}").out
    known = {project.root / os.fsdecode(name) for name in listed.split(b"\0") if name}
    found = {*known, *folder.glob("*.json"), *folder.glob("SUMMARY.md")}
    return sorted(
        path
        for path in found
        if path.parent == folder and (path.suffix == ".json" or path.name == "SUMMARY.md")
    )
