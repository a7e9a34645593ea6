"""Tests what an apply goes by and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from specrun import wiring
from specrun.api.asking import Going
from specrun.api.preparing import Asked, Job, prepared, vet
from specrun.core.change import Action
from specrun.core.safety import Unsafe
from specrun.core.task import TaskId
from specrun.errors import EnvironmentProblem, Refused
from tests.commands.conftest import Spec, Specrun

GOING = Going(
    yes=False,
    jobs=None,
    timeout=None,
    retry_failed=False,
    detach=False,
    commit=False,
    force=False,
    as_json=False,
)


def job(repo: Path, asked: Asked | None = None, former: Job | None = None) -> Job:
    project = wiring.open_project(repo, ())
    return prepared(project, asked or Asked(going=GOING), former.runtime if former else None)


def test_the_plan_counts_the_chosen_tasks_as_granted(spec: Spec, specrun: Specrun, repo: Path) -> None:
    spec("one: {prompt: 'exit 1'}\ntwo: {prompt: 'exit 1'}")
    specrun("apply", "--yes")
    made = job(repo, Asked(going=GOING, chosen=(TaskId("demo/one"),)))
    assert [one.action for one in made.plan.decisions] == [Action.RETRY, Action.HOLD]
    assert made.project.attempts.grants() == {}
    assert made.meant is made.plan


def test_the_same_apply_goes_on_with_its_moment_and_its_executors(spec: Spec, repo: Path) -> None:
    spec("one: {prompt: 'true'}")
    first = job(repo)
    again = job(repo, former=first)
    assert again.runtime.since == first.runtime.since
    assert again.runtime.executors is first.runtime.executors
    assert job(repo).runtime.since > first.runtime.since


def test_what_goes_too_far_or_cannot_be_recorded_is_refused(spec: Spec, repo: Path) -> None:
    spec("one: {prompt: 'true'}")
    made = job(repo)
    vet(made)
    far = replace(made, plan=replace(made.plan, unsafe=(Unsafe(code="stops", told="too many"),)))
    with pytest.raises(Refused, match="too many"):
        vet(far)
    vet(replace(far, asked=Asked(going=Going(**{**GOING, "force": True}))))
    (repo / "results").touch()
    with pytest.raises(EnvironmentProblem, match="results is no folder"):
        vet(made)
