"""Narrows a project down to some of its specs, so that no other is locked, read or written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from specrun.core.task import Spec
from specrun.store.records import RecordFiles
from specrun.wiring import Project


def narrowed(project: Project, names: Iterable[str]) -> Project:
    """Answer the project as if there were these specs only.

    One that has no file any more is a spec without tasks: its records are there, and its lock can be taken.
    """
    desired = project.loaded.desired
    specs = {name: desired.specs.get(name) or Spec(name=name, path="") for name in sorted(set(names))}
    tasks = {name: task for name, task in desired.tasks.items() if task.spec in specs}
    return replace(
        project,
        loaded=replace(project.loaded, desired=replace(desired, specs=specs, tasks=tasks, memo={})),
        store=RecordFiles(project.root, specs),
    )
