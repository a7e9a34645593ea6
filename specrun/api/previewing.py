"""Gathers what a plan is shown from: one look at the project, its history, and where values are written."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from specrun import wiring
from specrun.api import selecting
from specrun.api.asking import Selecting
from specrun.api.standing import prices
from specrun.core.change import Plan
from specrun.core.drift import drift
from specrun.core.estimate import History, estimates
from specrun.core.task import TaskId
from specrun.core.world import Fingerprint, World
from specrun.errors import EnvironmentProblem
from specrun.ports import AttemptKey
from specrun.reconcile.runtime import Runtime
from specrun.report.preview import Base, Preview


@dataclass(frozen=True, slots=True)
class Called:
    """How specrun was called: the folder of `-C`, None without it, and the specs that were named."""

    directory: Path | None
    specs: tuple[str, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """The command line up to the verb."""
        return ("specrun",) if self.directory is None else ("specrun", "-C", str(self.directory))


HERE: Called = Called(None, ())
"""A call without any of that."""


def previewed(project: wiring.Project, called: Called, told: Selecting) -> Preview:
    """Look once, decide, and answer what is to be shown of it; writes nothing. Raises UsageProblem."""
    found = selecting.decided(wiring.runtime(project), told)
    runtime, world, choice = found.runtime, found.world, found.choice
    return replace(
        glimpsed(project, runtime, world, found.plan),
        base=Base(branch=runtime.branch, commit=runtime.base, dirty=bool(project.git.dirty())),
        estimates=estimates(runtime.desired, choice.narrowed(found.plan), History.of(world.runs.values())),
        drift=drift(runtime.desired, world, project.workspaces.branches(), _gone(project, called.specs)),
        digests=_digests(project),
        choice=choice if choice.words else None,
        call=called.words,
        asked=called.specs,
    )


def glimpsed(project: wiring.Project, runtime: Runtime, world: World, plan: Plan) -> Preview:
    """Answer what one look gives, without estimates and without asking git anything more."""
    return Preview(
        desired=runtime.desired,
        world=world,
        plan=plan,
        base=Base(branch=runtime.branch, commit=runtime.base, dirty=False),
        prices=prices(runtime),
        where=project.loaded.where,
        prompt=project.loaded.prompts.preview,
        number=lambda name: _number(project, world, name),
        begun=lambda name, number: _begun(project, name, number),
    )


def _number(project: wiring.Project, world: World, name: TaskId) -> int:
    """Answer the number of a task's next attempt."""
    run = world.runs.get(name)
    return project.attempts.next_number(
        name, max((one.number for one in run.attempts), default=0) if run else 0
    )


def _begun(project: wiring.Project, name: TaskId, number: int) -> Fingerprint | None:
    """Answer what an attempt was begun for; one whose order cannot be read tells nothing."""
    try:
        return project.attempts.intent(AttemptKey(name, number)).fingerprint
    except EnvironmentProblem:
        return None


def _gone(project: wiring.Project, named: Sequence[str]) -> list[str]:
    """Answer the specs with records that no file declares; where some are named, others are not known."""
    folder = project.root / "results"
    if named or not folder.is_dir():
        return []
    specs = project.loaded.desired.specs
    return sorted(one.name for one in folder.iterdir() if one.name not in specs and any(one.glob("*.json")))


def _digests(project: wiring.Project) -> Mapping[str, str]:
    """Answer what the files hold that were read; a template that is gone by now has none."""
    found = dict(project.loaded.digests)
    for file in project.loaded.files:
        if file not in found:
            with suppress(OSError):
                found[file] = hashlib.sha256((project.root / file).read_bytes()).hexdigest()
    return found
