"""Finds the programs that checks start, before anybody is paid, and again before they are believed."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping

from specrun.core.contract import Check
from specrun.core.program import program_of
from specrun.core.reasons import TOOL_MOVED, told
from specrun.core.task import Task
from specrun.errors import EnvironmentProblem
from specrun.reconcile.environment import search_path


def places(task: Task, environ: Mapping[str, str]) -> dict[str, str]:
    """Answer where the program of each check lies; those that cannot be told beforehand are left out.

    Raises EnvironmentProblem for one that is nowhere.
    """
    found = {}
    path = search_path(task, environ)
    for check in task.contract.checks:
        program = program_of(check.run)
        place = None if program is None else shutil.which(program, path=path)
        if program is not None and place is None:
            raise EnvironmentProblem(
                f"{task.id}: its check {check.name} starts {program}, which is not found on PATH",
                f"install {program}, or write another command for {check.name} under `project` or `checks`",
            )
        if program is not None and place is not None:
            found[program] = place
    return found


def moved(checks: Iterable[Check], before: Mapping[str, str], task: Task, environ: Mapping[str, str]) -> str:
    """Say which program is found elsewhere than `before` the attempt, as a planted one would be."""
    path = search_path(task, environ)
    for check in checks:
        program = program_of(check.run)
        known = program is not None and program in before
        if program is not None and known and shutil.which(program, path=path) != before[program]:
            return told(TOOL_MOVED, f"{program} is not found where it was before the attempt")
    return ""
