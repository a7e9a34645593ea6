"""Tests how selectors on a command line come to a selection."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from specrun import wiring
from specrun.api import selecting
from specrun.api.asking import Selecting
from specrun.core.change import Action, ReasonCode
from specrun.core.selection import Ground, Selectors
from specrun.core.task import TaskId
from tests.commands.conftest import Spec, Specrun

TASKS = """
one: {prompt: 'exit 1'}
two: {depends_on: [one], prompt: 'true'}
three: {prompt: 'true', labels: [slow]}
"""


def asked(**given: Any) -> Selecting:
    """Selectors with a few of them set."""
    return {**selecting.exactly(()), **given}  # type: ignore[typeddict-item]


def test_the_words_of_a_command_line_become_selectors() -> None:
    told = asked(target=("a",), from_=("b",), failed=True, label=("c",), replace=("d",))
    assert selecting.selectors(told, ["e"]) == Selectors(
        names=("e",), target=("a",), from_=("b",), failed=True, label=("c",), replace=("d",)
    )
    assert selecting.selectors(asked()) == Selectors()
    assert selecting.selectors(selecting.exactly([TaskId("s/a")])) == Selectors(only=("s/a",))


def test_a_selection_is_planned_for_the_same_world(spec: Spec, repo: Path) -> None:
    spec(TASKS)
    runtime = wiring.runtime(wiring.open_project(repo, ()))
    found = selecting.decided(runtime, asked(only=("two",), replace=("three",)))
    assert found.choice.only == found.runtime.desired.only
    assert found.choice.only == frozenset([TaskId("demo/two"), TaskId("demo/three")])
    assert found.runtime.desired.replace == {TaskId("demo/three")}
    reasons = {one.task_id: one.reasons[0].code for one in found.plan.decisions}
    assert reasons[TaskId("demo/one")] is ReasonCode.NOT_SELECTED
    assert runtime.desired.only is None


def test_without_selectors_nothing_is_decided_twice(spec: Spec, repo: Path) -> None:
    spec(TASKS)
    runtime = wiring.runtime(wiring.open_project(repo, ()))
    found = selecting.decided(runtime, asked())
    assert found.runtime is runtime
    assert {one.action for one in found.plan.decisions} == {Action.RUN}
    assert found.choice.words == ()


def test_filters_know_the_records(spec: Spec, specrun: Specrun, repo: Path) -> None:
    spec(TASKS)
    specrun("apply", "--yes")
    spec(TASKS.replace("three: {prompt: 'true'", "three: {prompt: 'true true'"))
    project = wiring.open_project(repo, ())
    tasks = project.loaded.desired.tasks
    seen = selecting.observed(project, Ground(tasks=tasks, known=tuple(tasks)))
    assert seen.failed == {TaskId("demo/one")}
    assert seen.changed == {TaskId("demo/three")}
    runtime = wiring.runtime(project)
    found = selecting.decided(runtime, asked(failed=True)).choice
    assert found.selected == {TaskId("demo/one")}
    assert selecting.choose(asked(failed=True), runtime.desired, *_seen(runtime)) == found


def _seen(runtime: Any) -> Any:
    found = selecting.decided(runtime, asked())
    return found.world, found.plan
