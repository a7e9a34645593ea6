"""Tests what an apply goes by, what it refuses, and what it asks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from specrun import wiring
from specrun.commands import console, preparing
from specrun.commands.flags import Going
from specrun.commands.preparing import Asked, Job, agreed, check, prepared, vet
from specrun.core.change import Action
from specrun.core.safety import Unsafe
from specrun.core.task import TaskId
from specrun.errors import EnvironmentProblem, Refused, UsageProblem
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


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let somebody answer yes, and keep how often that was asked for."""
    asked: list[str] = []

    def answer() -> str:
        asked.append("y")
        return "y"

    monkeypatch.setattr(console, "asking", lambda: True)
    monkeypatch.setattr("builtins.input", answer)
    return asked


def test_without_a_terminal_the_answer_has_to_be_given_before() -> None:
    with pytest.raises(UsageProblem, match="nobody can be asked"):
        check(GOING)
    check(Going(**{**GOING, "yes": True}))


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


def test_one_answer_is_for_all_edits_to_come(
    spec: Spec, specrun: Specrun, repo: Path, said: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    spec("one: {prompt: 'true'}")
    specrun("apply", "--yes")
    assert agreed(job(repo))
    assert said == []
    assert capsys.readouterr().out == "Nothing to do: 1 reuse.\n"
    assert agreed(job(repo, Asked(going=GOING, watch=True)))
    assert said == ["y"]
    told = capsys.readouterr().err
    assert "Every edit that is saved from now on, and every commit, is carried out unasked." in told
    assert told.endswith("Go on? [y/N] ")
    assert agreed(job(repo, Asked(going=Going(**{**GOING, "yes": True}), watch=True)))
    assert said == ["y"]


def test_a_reader_of_json_gets_the_plan_by_name_only(
    spec: Spec, repo: Path, said: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    spec("one: {prompt: 'true'}")
    made = job(repo, Asked(going=Going(**{**GOING, "as_json": True})))
    assert preparing.agreed(made)
    assert f'"digest":"{made.plan.digest}"' in capsys.readouterr().out
