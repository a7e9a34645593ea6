"""`--commit`: puts the results of the loaded specs, and nothing else, into one commit per spec."""

from __future__ import annotations

import os
from pathlib import Path
from shlex import quote

from specrun import wiring
from specrun.commands import console
from specrun.core.checklist import listed
from specrun.reconcile.runtime import Runtime
from specrun.report.text import line
from specrun.report.words import moment
from specrun.store.checklists import ticked
from specrun.store.commits import Edit, commit_paths


def commit_results(project: wiring.Project, runtime: Runtime) -> None:
    """Commit records and tables that differ from HEAD; the trailers name the spec and when the run began."""
    for spec in runtime.desired.specs:
        trailers = {"Specrun-Spec": spec, "Specrun-Run": moment(runtime.since)}
        paths, edits = _records(project, spec), _boxes(runtime, spec)
        commit = commit_paths(project.git, paths, f"Results of {spec}", trailers, edits) if paths else None
        if commit is not None:
            console.note(f"Committed the results of {spec} as {commit[:12]}.")
    if files := project.git.uncommitted(project.loaded.files):
        git = "git" if Path.cwd() == project.root else f"git -C {quote(str(project.root))}"
        names = " ".join(map(quote, files))
        console.note(line(f"These results rest on what is not committed: {git} add {names} && {git} commit"))


def _boxes(runtime: Runtime, spec: str) -> dict[str, Edit]:
    """Answer what `--commit` does to the list of a spec: its boxes are ticked, and no other edit is taken."""
    file = runtime.desired.specs[spec].checklist
    entries = listed(runtime.desired, spec, runtime.store.runs()) if file else ()
    return {file: lambda data: ticked(data, entries)[0]} if file else {}


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
