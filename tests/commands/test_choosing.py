"""Tests how selectors on a command line come to a selection."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from specrun import wiring
from specrun.commands import choosing
from specrun.commands.flags import Selecting
from specrun.core.change import Action, ReasonCode
from specrun.core.selection import Ground, Selectors
from specrun.core.task import TaskId
from specrun.errors import UsageProblem
from tests.commands.conftest import Spec, Specrun

TASKS = """
one: {prompt: 'exit 1'}
two: {depends_on: [one], prompt: 'true'}
three: {prompt: 'true', labels: [slow]}
"""


def asked(**given: Any) -> Selecting:
    """What click hands over."""
    return {**choosing.exactly(()), **given}  # type: ignore[typeddict-item]


def test_the_words_of_a_command_line_become_selectors() -> None:
    told = asked(target=("a",), from_=("b",), failed=True, label=("c",), replace=("d",))
    assert choosing.selectors(told, ["e"]) == Selectors(
        names=("e",), target=("a",), from_=("b",), failed=True, label=("c",), replace=("d",)
    )
    assert choosing.selectors(asked()) == Selectors()
    assert choosing.selectors(choosing.exactly([TaskId("s/a")])) == Selectors(only=("s/a",))


@pytest.mark.parametrize("given", [{}, {"exclude": ("a",)}])
def test_a_verb_that_is_never_about_everything_has_to_be_told(given: dict[str, Any]) -> None:
    with pytest.raises(UsageProblem) as caught:
        choosing.named(asked(**given), (), "tasks to run again", ", pass --all")
    assert caught.value.what == "say which tasks to run again"
    assert caught.value.fix == f"name tasks ('*' for all of them), pass --all, or pass {choosing.NAMING}"
    assert choosing.named(asked(exclude=("a",)), ["*"], "tasks").words == ("*", "--exclude a")
    assert choosing.named(asked(failed=True), (), "tasks").words == ("--failed",)


def test_a_selection_is_planned_for_the_same_world(spec: Spec, repo: Path) -> None:
    spec(TASKS)
    runtime = wiring.runtime(wiring.open_project(repo, ()))
    found = choosing.decided(runtime, asked(only=("two",), replace=("three",)))
    assert found.choice.only == found.runtime.desired.only
    assert found.choice.only == frozenset([TaskId("demo/two"), TaskId("demo/three")])
    assert found.runtime.desired.replace == {TaskId("demo/three")}
    reasons = {one.task_id: one.reasons[0].code for one in found.plan.decisions}
    assert reasons[TaskId("demo/one")] is ReasonCode.NOT_SELECTED
    assert runtime.desired.only is None


def test_without_selectors_nothing_is_decided_twice(spec: Spec, repo: Path) -> None:
    spec(TASKS)
    runtime = wiring.runtime(wiring.open_project(repo, ()))
    found = choosing.decided(runtime, asked())
    assert found.runtime is runtime
    assert {one.action for one in found.plan.decisions} == {Action.RUN}
    assert found.choice.words == ()


def test_filters_know_the_records(spec: Spec, specrun: Specrun, repo: Path) -> None:
    spec(TASKS)
    specrun("apply", "--yes")
    spec(TASKS.replace("three: {prompt: 'true'", "three: {prompt: 'true true'"))
    project = wiring.open_project(repo, ())
    tasks = project.loaded.desired.tasks
    seen = choosing.observed(project, Ground(tasks=tasks, known=tuple(tasks)))
    assert seen.failed == {TaskId("demo/one")}
    assert seen.changed == {TaskId("demo/three")}
    runtime = wiring.runtime(project)
    found = choosing.decided(runtime, asked(failed=True)).choice
    assert found.selected == {TaskId("demo/one")}
    assert choosing.choose(asked(failed=True), runtime.desired, *_seen(runtime)) == found


def _seen(runtime: Any) -> Any:
    found = choosing.decided(runtime, asked())
    return found.world, found.plan


def test_nothing_that_matches_is_no_failure(
    spec: Spec, repo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec(TASKS)
    choice = choosing.decided(wiring.runtime(wiring.open_project(repo, ())), asked(failed=True)).choice
    assert choice.empty
    assert choosing.nothing(choice) == 0
    assert capsys.readouterr().out == "Nothing matches --failed.\n"
    choosing.nothing(choice, as_json=True)
    assert json.loads(capsys.readouterr().out) == {
        "type": "end",
        "exit_code": 0,
        "message": "Nothing matches --failed.",
    }
