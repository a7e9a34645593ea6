"""`--commit`: puts the results of the loaded specs, and nothing else, into one commit per spec."""

from __future__ import annotations

from specrun import wiring
from specrun.commands import console
from specrun.reconcile.runtime import Runtime
from specrun.report.words import moment
from specrun.store.commits import commit_paths


def commit_results(project: wiring.Project, runtime: Runtime) -> None:
    """Commit records and tables that differ from HEAD; the trailers name the spec and when the run began."""
    for spec in runtime.desired.specs:
        trailers = {"Specrun-Spec": spec, "Specrun-Run": moment(runtime.since)}
        folder = project.root / "results" / spec
        paths = sorted([*folder.glob("*.json"), *folder.glob("SUMMARY.md")])
        commit = commit_paths(project.git, paths, f"Results of {spec}", trailers) if paths else None
        if commit is not None:
            console.note(f"Committed the results of {spec} as {commit[:12]}.")
