"""Tests one look at a project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from specrun import wiring
from specrun.api.standing import appliers, look, open_attempts
from specrun.core.task import TaskId
from specrun.core.world import Attempt, Phase
from specrun.report.status import State
from specrun.store.attempts import AttemptFiles
from tests.commands.conftest import Spec
from tests.report.values import attempt, proving


def test_a_look_changes_nothing(spec: Spec, repo: Path, tmp_path: Path) -> None:
    spec("one: {prompt: 'true'}")
    project = wiring.open_project(repo, ())
    seen = look(project, wiring.runtime(project))
    assert [row.state for row in seen.shown.rows] == [State.PENDING]
    assert (open_attempts(project), appliers(project)) == ([], ())
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize(
    ("attempt_", "counts"),
    [
        (attempt("demo/one", 1, Phase.RUNNING), True),
        (attempt("demo/one", 1, Phase.ENDED), False),
        (proving("demo/one", 1, ["test"]), True),
        (proving("demo/one", 1, ["test"], Phase.RUNNING), True),
        (proving("demo/one", 1, ["test"], Phase.RUNNING, stopping=True), True),
        (proving("demo/one", 1, ["test"], Phase.ENDED, stopping=True), False),
        (proving("demo/one", 1, ["test"], stopping=True), False),
        (replace(proving("demo/one", 1, ["test"], stopping=True), proof=None), False),
    ],
)
def test_an_attempt_is_open_while_anything_of_it_is_at_work(
    spec: Spec, repo: Path, attempt_: Attempt, *, counts: bool
) -> None:
    class Told(AttemptFiles):
        def scan(self) -> Mapping[TaskId, tuple[Attempt, ...]]:
            return {attempt_.task_id: (attempt_,)}

    spec("one: {prompt: 'true'}")
    project = wiring.open_project(repo, ())
    project = replace(project, attempts=Told(project.layout))
    assert open_attempts(project) == ([attempt_] if counts else [])


def test_who_is_applying_is_seen(spec: Spec, repo: Path) -> None:
    spec("one: {prompt: 'true'}")
    spec("one: {prompt: 'true'}", name="more")
    project = wiring.open_project(repo, ["demo"])
    with wiring.apply_locks(project):
        assert appliers(wiring.open_project(repo, ())) == ("demo",)
    assert appliers(project) == ()
